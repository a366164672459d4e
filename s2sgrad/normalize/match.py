"""Write a ``match`` statement as the chain of ``if`` that it is.

>>> import gast
>>> from s2sgrad.quote import unquote
>>> text = "match kind:\\n    case 'tanh' | 'sigmoid':\\n        y = 1\\n"
>>> text += "    case None:\\n        y = 2\\n    case _:\\n        y = 3"
>>> print("".join(map(unquote, without_match(gast.parse(text).body, set()))), end="")
if kind in ("tanh", "sigmoid"):
    y = 1
elif kind is None:
    y = 2
else:
    y = 3
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gast

from s2sgrad.analysis.shape import MATCHES, Shape
from s2sgrad.errors import Refusal
from s2sgrad.normalize.copies import copied
from s2sgrad.normalize.leaving import ends
from s2sgrad.normalize.made import fresh, placed
from s2sgrad.normalize.order import shallow
from s2sgrad.normalize.parts import moved
from s2sgrad.quote import clone, nodes_in, quote, statements, substitute, unquote

__all__ = ["without_match"]

_BUILTIN = ("bool", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple")


Found = Callable[[str], Any]


def without_match(
    body: list[gast.stmt], taken: set[str], found: Found = lambda text: None, last: bool = False
) -> list[gast.stmt]:
    """``body`` without ``match``; ``taken`` grows by the names given to subjects.

    ``found`` gives the value of a dotted name; ``last``: the function returns nothing behind these statements.
    """
    end = body[-1] if last and body else None
    return [new for statement in body for new in _statement(statement, taken, found, statement is end)]


def _statement(statement: Any, taken: set[str], found: Found, last: bool) -> list[gast.stmt]:
    new = statement
    for key in ("body", "orelse", "finalbody"):
        block = getattr(statement, key, None)
        if isinstance(block, list) and any(isinstance(n, gast.Match) for s in block for n in nodes_in(s)):
            new = shallow(statement) if new is statement else new
            inner = last and isinstance(statement, gast.If)
            setattr(new, key, without_match(block, taken, found, inner))
    if not isinstance(statement, gast.Match):
        return [new]
    above: list[gast.stmt] = []
    subject = _subject(statement, above, taken)
    falls_through = last and all(ends(case.body) for case in statement.cases)
    chain = _Chain(statement, subject, taken, found, falls_through).of(list(statement.cases))
    return [*above, *chain]


def _subject(statement: Any, above: list[gast.stmt], taken: set[str]) -> Any:
    """What the patterns are compared with: names and constants, one by one where the subject is a display."""
    subject = statement.subject
    if isinstance(subject, gast.Tuple) and not any(isinstance(e, gast.Starred) for e in subject.elts):
        new = shallow(subject)
        new.elts = [_named(e, statement, above, taken) for e in subject.elts]
        return new
    return _named(subject, statement, above, taken)


def _named(tree: Any, statement: Any, above: list[gast.stmt], taken: set[str]) -> Any:
    if isinstance(tree, (gast.Name, gast.Constant)):
        return tree
    name = fresh("subject", taken)
    above += [placed(s, statement) for s in statements(f"{name} = {{e}}", e=tree)]
    return quote(name)


@dataclass
class _Chain:
    """The branches of one statement; ``falls_through``: if no case fits, the function returns nothing."""

    statement: Any
    subject: Any
    taken: set[str]
    found: Found
    falls_through: bool

    def of(self, cases: list[Any]) -> list[gast.stmt]:
        """The branches for these cases and those behind them."""
        if not cases:
            lines = statements('raise ValueError("no case fits")') if self.falls_through else []
            return [placed(s, self.statement) for s in lines]
        case, rest = cases[0], cases[1:]
        pattern = _Pattern(self.found, self.taken)
        pattern.match(case.pattern, self.subject)
        guard = None
        if case.guard is not None:
            _check_guarded(self.statement, case, pattern)
            guard = substitute(case.guard, pattern.captured)
        shaped = guard is not None and any(map(_asks_for_shape, pattern.tests))
        tests = [*pattern.tests, *([guard] if guard is not None and not shaped else [])]
        bindings = [s for name, tree in pattern.captured.items() for s in statements(f"{name} = {{e}}", e=tree)]
        bindings = [placed(s, case.pattern) for s in [*bindings, *pattern.unpacked]]
        body = [*bindings, *without_match(case.body, self.taken, self.found, self.falls_through)]
        if not tests:
            return body
        branch = statements("if {t}:\n    pass", t=_all(tests, "and"))[0]
        branch = placed(branch, case.pattern if case is not self.statement.cases[0] else self.statement)
        branch.body, branch.orelse = body, self.of(rest)
        if shaped:
            # The shape is known before the function runs, the guard is not: one of the copies of the rest is left.
            inner = placed(statements("if {t}:\n    pass", t=guard)[0], case.pattern)
            inner.body, inner.orelse = body[len(bindings) :], [copied(s, "guarded") for s in branch.orelse]
            branch.body = [*bindings, inner]
        return [branch]


def _check_guarded(statement: Any, case: Any, pattern: _Pattern) -> None:
    """A name that a case binds stays bound where its guard fails: nobody else may read it."""
    for other in statement.cases:
        bound = {n.name for n in nodes_in(other.pattern) if isinstance(n, gast.MatchAs)}
        reads = {n.id for s in other.body for n in nodes_in(s) if isinstance(n, gast.Name)}
        if other is not case and (reads - bound) & pattern.captured.keys():
            raise Refusal(
                "a name bound by a case with a guard is read in another case", "give it another name", case.guard
            )


def _all(tests: list[Any], word: str) -> Any:
    if len(tests) == 1:
        return tests[0]
    both = quote(f"a {word} b")
    both.values = tests
    return both


@dataclass
class _Pattern:
    """The tests that a pattern stands for, and the names it binds."""

    found: Found
    taken: set[str]
    tests: list[Any] = field(default_factory=list)
    captured: dict[str, Any] = field(default_factory=dict)
    unpacked: list[gast.stmt] = field(default_factory=list)

    def match(self, pattern: Any, subject: Any) -> None:
        """Note what ``pattern`` asks of ``subject``. Raises Refusal for a pattern with no plain test."""
        method = getattr(self, "_" + type(pattern).__name__, None)
        if method is None:
            raise Refusal("this pattern is not differentiated yet", "use `if` and `elif`", pattern)
        method(pattern, subject)

    def _MatchValue(self, pattern: Any, subject: Any) -> None:
        self.tests.append(quote("{s} == {v}", s=clone(subject), v=pattern.value))

    def _MatchSingleton(self, pattern: Any, subject: Any) -> None:
        self.tests.append(quote(f"{{s}} is {pattern.value!r}", s=clone(subject)))

    def _MatchAs(self, pattern: Any, subject: Any) -> None:
        if pattern.pattern is not None:
            self.match(pattern.pattern, subject)
        if pattern.name is not None:
            self.captured[pattern.name] = clone(subject)

    def _MatchOr(self, pattern: Any, subject: Any) -> None:
        tests = []
        for alternative in pattern.patterns:
            inner = _Pattern(self.found, self.taken)
            inner.match(alternative, subject)
            if inner.captured or inner.unpacked:
                raise Refusal("an alternative that binds a name is not differentiated", "use two cases", alternative)
            tests.append(_all(inner.tests, "and") if inner.tests else quote("True"))
        literals = [p.value for p in pattern.patterns if isinstance(p, gast.MatchValue)]
        if len(literals) == len(tests) and all(isinstance(v, gast.Constant) for v in literals):
            members = quote("()")
            members.elts = literals
            self.tests.append(quote("{s} in {m}", s=clone(subject), m=members))
        else:
            self.tests.append(_all(tests, "or"))

    def _MatchSequence(self, pattern: Any, subject: Any) -> None:
        star = next((i for i, p in enumerate(pattern.patterns) if isinstance(p, gast.MatchStar)), None)
        if isinstance(subject, gast.Tuple):
            if star is not None or len(subject.elts) != len(pattern.patterns):
                raise Refusal("this pattern does not fit the display", "give the display a name first", pattern)
            for inner, item in zip(pattern.patterns, subject.elts, strict=True):
                self.match(inner, item)
            return
        n = len(pattern.patterns)
        shape = Shape("sequence", n if star is None else n - 1, star is not None)
        self.tests.append(moved(_shaped(subject, shape), pattern))
        for i, inner in enumerate(pattern.patterns):
            if isinstance(inner, gast.MatchStar):
                self._rest(inner, subject, i, n - 1 - i)
            else:
                place = i if star is None or i < star else i - n
                self.match(inner, quote(f"{{s}}[{place}]", s=clone(subject)))

    def _rest(self, pattern: Any, subject: Any, before: int, behind: int) -> None:
        """``*rest``: a list of the items in between."""
        if pattern.name is None:
            return
        names = [fresh("_", self.taken) for _ in range(before + behind)]
        parts = [*names[:before], f"*{pattern.name}", *names[before:]]
        line = statements(f"{', '.join(parts)}, = {{s}}", s=clone(subject))[0]
        self.unpacked.append(moved(line, pattern))

    def _MatchMapping(self, pattern: Any, subject: Any) -> None:
        keys = [getattr(key, "value", None) for key in pattern.keys]
        if pattern.rest is not None:
            reason = f"what else a dict holds, `**{pattern.rest}`, is not differentiated"
            raise Refusal(reason, "name the keys, or leave it out", pattern)
        if isinstance(subject, gast.Tuple) or not all(isinstance(k, str) for k in keys):
            raise Refusal("this pattern of a dict is not differentiated", "match keys that are texts", pattern)
        self.tests.append(moved(_shaped(subject, Shape("mapping", tuple(map(str, keys)))), pattern))
        for key, inner in zip(keys, pattern.patterns, strict=True):
            self.match(inner, quote(f"{{s}}[{key!r}]", s=clone(subject)))

    def _MatchClass(self, pattern: Any, subject: Any) -> None:
        name = pattern.cls.id if isinstance(pattern.cls, gast.Name) else ""
        builtin = name in _BUILTIN and len(pattern.patterns) == 1
        fields = getattr(self.found(unquote(pattern.cls)), "__match_args__", ())
        if pattern.patterns and not builtin and len(fields) < len(pattern.patterns):
            raise Refusal("what this pattern asks of the class is not known", "name it: `C(x=...)`", pattern)
        self.tests.append(quote("isinstance({s}, {c})", s=clone(subject), c=pattern.cls))
        for i, inner in enumerate(pattern.patterns):
            self.match(inner, subject if builtin else quote(f"{{s}}.{fields[i]}", s=clone(subject)))
        for attribute, inner in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True):
            self.match(inner, quote(f"{{s}}.{attribute}", s=clone(subject)))


def _asks_for_shape(test: Any) -> bool:
    return any(isinstance(n, gast.Name) and n.id == MATCHES for n in nodes_in(test))


def _shaped(subject: Any, shape: Shape) -> gast.expr:
    """The test whether a subject has a shape; it is decided before the program runs, or refused, and never printed."""
    test: Any = quote(f"{MATCHES}({{s}}, 0) and True", s=clone(subject))
    test.values[0].args[1].value = shape
    return test
