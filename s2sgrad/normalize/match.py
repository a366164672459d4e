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

from dataclasses import dataclass, field
from typing import Any

import gast

from s2sgrad.errors import Refusal
from s2sgrad.normalize.order import shallow
from s2sgrad.quote import clone, nodes_in, quote, statements, substitute

__all__ = ["without_match"]

_BUILTIN = ("bool", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple")


def without_match(body: list[gast.stmt], taken: set[str]) -> list[gast.stmt]:
    """``body`` without ``match``; ``taken`` grows by the names given to subjects."""
    return [new for statement in body for new in _statement(statement, body, taken)]


def _statement(statement: Any, around: list[gast.stmt], taken: set[str]) -> list[gast.stmt]:
    new = statement
    for key in ("body", "orelse", "finalbody"):
        block = getattr(statement, key, None)
        if isinstance(block, list) and any(isinstance(n, gast.Match) for s in block for n in nodes_in(s)):
            new = shallow(statement) if new is statement else new
            setattr(new, key, without_match(block, taken))
    if not isinstance(statement, gast.Match):
        return [new]
    above: list[gast.stmt] = []
    subject = _subject(statement, above, taken)
    chain = _chain(statement, list(statement.cases), subject, taken)
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
    name, n = "subject", 2
    while name in taken:
        name, n = f"subject{n}", n + 1
    taken.add(name)
    above += [_at(s, statement) for s in statements(f"{name} = {{e}}", e=tree)]
    return quote(name)


def _chain(statement: Any, cases: list[Any], subject: Any, taken: set[str]) -> list[gast.stmt]:
    if not cases:
        return []
    case, rest = cases[0], cases[1:]
    pattern = _Pattern()
    pattern.match(case.pattern, subject)
    guard = None
    if case.guard is not None:
        _check_guarded(statement, case, pattern)
        guard = substitute(case.guard, pattern.captured)
    tests = [*pattern.tests, *([guard] if guard is not None else [])]
    bindings = [s for name, tree in pattern.captured.items() for s in statements(f"{name} = {{e}}", e=tree)]
    body = [*(_at(s, case.pattern) for s in bindings), *without_match(case.body, taken)]
    if not tests:
        return body
    branch = statements("if {t}:\n    pass", t=_all(tests, "and"))[0]
    branch = _at(branch, case.pattern if case is not statement.cases[0] else statement)
    branch.body, branch.orelse = body, _chain(statement, rest, subject, taken)
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

    tests: list[Any] = field(default_factory=list)
    captured: dict[str, Any] = field(default_factory=dict)

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
            inner = _Pattern()
            inner.match(alternative, subject)
            if inner.captured:
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
        if not isinstance(subject, gast.Tuple) or len(subject.elts) != len(pattern.patterns):
            raise Refusal("a sequence pattern is not differentiated yet", "compare the items with `if`", pattern)
        for inner, item in zip(pattern.patterns, subject.elts, strict=True):
            self.match(inner, item)

    def _MatchClass(self, pattern: Any, subject: Any) -> None:
        name = pattern.cls.id if isinstance(pattern.cls, gast.Name) else ""
        if pattern.patterns and (name not in _BUILTIN or len(pattern.patterns) > 1):
            raise Refusal("positional patterns of a class are not differentiated yet", "name them: `C(x=...)`", pattern)
        self.tests.append(quote("isinstance({s}, {c})", s=clone(subject), c=pattern.cls))
        for inner in pattern.patterns:
            self.match(inner, subject)
        for attribute, inner in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True):
            self.match(inner, quote(f"{{s}}.{attribute}", s=clone(subject)))


def _at(tree: Any, place: Any) -> Any:
    for key in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
        setattr(tree, key, getattr(place, key, None))
    return tree
