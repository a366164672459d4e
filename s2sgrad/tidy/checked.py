"""Print assertions into a generated function: the same statements, with a line beside each promise that they rest on.

What is asserted: shape and kind of every adjoint, that an array changed in place is ours alone, that saved values come
back as they were, that tests asked again answer the same, that stacks end empty, that gradients fit their arguments.

>>> from s2sgrad.analysis.facts import Dim, Symbol, array
>>> from s2sgrad.quote import statements, unquote
>>> known = Known({"dx": array(float, (Dim.of(2),))}, frozenset(["dx"]), frozenset(), frozenset(), frozenset())
>>> body = statements("dx = dy * x\\ndx += y\\nreturn dx, y")
>>> checked = add_checks(body, known, Half("grad", ("x", "y"), (("x",), ("y",)), False))
>>> print("".join(unquote(s) for s in checked), end="")
checks = s2sgrad_checks({"x": x, "y": y})
dx = dy * x
checks.adjoint("dx", dx, (2,))
checks.owned("dx", dx, ("y",))
dx += y
checks.adjoint("dx", dx, (2,))
return checks.returned((dx, y), (("x",), ("y",)), False)
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gast

from s2sgrad.analysis.facts import Bottom, Dim, Fact, Num, Record, Seq, join
from s2sgrad.analysis.literals import may_be_number
from s2sgrad.analysis.places import slot_fact
from s2sgrad.checks import CHECKS_NAME
from s2sgrad.names import place_name
from s2sgrad.printer import Comment
from s2sgrad.quote import names_in, nodes_in, quote, statements
from s2sgrad.request import Path
from s2sgrad.tidy.owned import live_before
from s2sgrad.tidy.questions import appended, asked_test, changed, popped, single_tests, values_read

if TYPE_CHECKING:
    from s2sgrad.adjoint.context import Context

__all__ = ["Half", "Known", "add_checks", "known_of"]


@dataclass(frozen=True)
class Known:
    """What the checks of one function rest on.

    ``facts`` are those of adjoints and temporaries by name, ``adjoints`` the names of adjoints of variables, ``stacks``
    the names of stacks, ``user`` the user's own names, ``symbols`` the lengths that stay the same during a call, and
    ``local`` is what the record of the checks is called, ``again`` are tests that are not asked from the same state,
    ``noted`` are attributes that the program stores and never reads.
    """

    facts: Mapping[str, Fact]
    adjoints: frozenset[str]
    stacks: frozenset[str]
    user: frozenset[str]
    symbols: frozenset[str]
    local: str = "checks"
    again: frozenset[str] = frozenset()
    noted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Half:
    """Which function it is: ``role`` is ``grad``, ``value_and_grad``, ``forward`` or ``backward``."""

    role: str
    parameters: tuple[str, ...]
    wrt: tuple[Path, ...]
    single: bool


def add_checks(body: list[gast.stmt], known: Known, half: Half) -> list[gast.stmt]:
    """``body`` with assertions; its own statements stay as they are."""
    return _Checker(known, half, body).function(body)


def known_of(context: Context, user: frozenset[str]) -> Known:
    """What the reverse sweep knows of the names in the function that it wrote."""
    own = {p: context.scope.own[place_name(p, context.places)] for p in context.places}
    facts = {**context.adjoint_facts, **{name: _anywhere(context, p) for p, name in own.items()}}
    symbols = frozenset(s for fact in context.facts.entry.values() for s in _symbols(fact))
    stacks, adjoints = frozenset(context.stack_names), frozenset(context.scope.own.values())
    local = next(n for i in itertools.count(1) if (n := f"checks{i}".removesuffix("1")) not in context.scope.taken)
    return Known(facts, adjoints, stacks, user, symbols, local, _again(context))


def _again(context: Context) -> frozenset[str]:
    """The tests in the rounds of checkpointed loops, which run again in the backward part from another state."""
    bodies = (s for found in context.snapshots.values() for s in found.call.inline)
    return frozenset(asked_test(n)[0] for s in bodies for n in nodes_in(s) if isinstance(n, gast.If))


def _anywhere(context: Context, place: Path) -> Fact:
    """What holds of a place at every point of the function."""
    found: Fact = Bottom()
    for env in (*context.facts.before.values(), *context.facts.after.values()):
        try:
            found = join(found, slot_fact(env.facts.get(place[0], Bottom()), place[1:]))
        except KeyError:
            continue
    return found


def _symbols(fact: Fact) -> Iterator[str]:
    """The names of the lengths that occur in a fact."""
    if isinstance(fact, Num):
        for dim in (*(fact.shape or ()), *([fact.length] if fact.length is not None else [])):
            if dim.symbol is not None and not dim.anonymous:
                yield dim.symbol.name
    parts = (*(fact.items or ()), fact.element) if isinstance(fact, Seq) else ()
    for part in [slot for _, slot in fact.slots] if isinstance(fact, Record) else parts:
        yield from _symbols(part)


class _Checker:
    """Goes through a function once, with the names that are read later at hand."""

    def __init__(self, known: Known, half: Half, body: list[gast.stmt]) -> None:
        self.known, self.half, self.local = known, half, known.local
        cut = next((i for i, s in enumerate(body) if isinstance(s, Comment) or known.adjoints & set(names_in(s))), 0)
        cut = {"forward": len(body), "backward": 0}.get(half.role, cut)
        self.asked = single_tests(body[cut:]) - known.again
        self.took = single_tests(body[:cut])
        if half.role != "forward":
            self.took &= self.asked
        self.back = {id(s) for statement in body[cut:] for s in nodes_in(statement)}
        self.popped = {n for s in body for n in popped(s)} & known.stacks
        self.bound = {n.id for s in body for n in nodes_in(s) if isinstance(n, gast.Name) and not _is_load(n)}
        self.bound |= set(half.parameters)

    def function(self, body: list[gast.stmt]) -> list[gast.stmt]:
        """The whole body, with the record made at its top."""
        body = self.block(body, frozenset())
        if self.half.role == "backward":
            return self._resumed(body)
        given = ", ".join(f"{name!r}: {name}" for name in self.half.parameters)
        noted = "".join(f", {name!r}" for name in sorted(self.known.noted))
        start = gast.parse(f"{self.local} = {CHECKS_NAME}({{{given}}}{noted})").body
        return [*start, *body]

    def block(self, body: list[gast.stmt], after: frozenset[str]) -> list[gast.stmt]:
        """Statements in order; ``after`` are the names that are read behind the block."""
        out: list[gast.stmt] = []
        live = after
        for statement in reversed(body):
            out[:0] = [*self._before(statement, live), self._inside(statement, live), *self._after(statement)]
            live = live_before(statement, live)
        return out

    def _check(self, method: str, *arguments: str) -> list[gast.stmt]:
        return list(gast.parse(f"{self.local}.{method}({', '.join(arguments)})").body)

    # ---- ahead of a statement ----

    def _before(self, statement: Any, live: frozenset[str]) -> list[gast.stmt]:
        if isinstance(statement, (gast.If, gast.For, gast.While, gast.With, gast.Try)):
            return []
        if isinstance(statement, gast.Return):
            empty = self._check("empty", *map(repr, sorted(self.popped))) if self.popped else []
            return empty if self.half.role != "forward" else []
        lines = [s for n in popped(statement) & self.known.stacks for s in self._check("popping", repr(n), n)]
        if isinstance(statement, gast.Assign) and isinstance(statement.value, gast.Name):
            name = statement.value.id
            lines += self._check("same", repr(name), name) if self._is_old(name) else []
        return lines + self._ownership(statement, live)

    def _ownership(self, statement: Any, live: frozenset[str]) -> list[gast.stmt]:
        name, whole = changed(statement)
        if name is None or (whole and name not in self._derived):
            return []
        ours = name in self._derived
        others = sorted((live & self.bound if ours else live & self.known.adjoints) - {name, self.local})
        if not ours and not others:
            return []
        return self._check("owned" if ours else "apart", repr(name), name, _tuple(map(repr, others)))

    @property
    def _derived(self) -> frozenset[str]:
        return self.known.adjoints | (frozenset(self.known.facts) - self.known.user)

    def _is_old(self, name: str) -> bool:
        return name.startswith("old_") and name not in self.known.user | self.known.adjoints

    # ---- behind a statement ----

    def _after(self, statement: Any) -> list[gast.stmt]:
        stack = appended(statement)
        if stack in self.known.stacks:
            return self._check("pushed", repr(stack), str(stack))
        if not isinstance(statement, (gast.Assign, gast.AugAssign)):
            return []
        targets = statement.targets if isinstance(statement, gast.Assign) else [statement.target]
        names = [n for t in targets if not isinstance(t, gast.Subscript) for n in names_in(t)]
        return [s for n in names for s in self._assigned(n, statement)]

    def _assigned(self, name: str, statement: Any) -> list[gast.stmt]:
        if self._is_old(name) and getattr(statement.value, "value", 0) is not None:
            return self._check("kept", repr(name), name)
        fact = self.known.facts.get(name)
        while isinstance(fact, Seq) and fact.items is None:
            fact = fact.element
        if not isinstance(fact, Num) or name in self.known.user:
            return []
        if fact.shape != () and _is_zero(statement.value):
            return []  # the next line that names it gives it its shape, and is checked
        known = None if may_be_number(fact) else fact.shape
        shape = "None" if known is None else _tuple(map(self._length, known))
        return self._check("adjoint" if fact.floating else "shape", repr(name), name, shape)

    def _length(self, dim: Dim) -> str:
        if dim.symbol is None:
            return str(dim.offset)
        if dim.symbol.name not in self.known.symbols:
            return "None"
        return repr((dim.symbol.name, dim.offset) if dim.offset else dim.symbol.name)

    # ---- inside a statement ----

    def _inside(self, statement: Any, live: frozenset[str]) -> gast.stmt:
        if isinstance(statement, gast.If):
            new = _shallow(statement)
            new.body = [*self._answer(statement, True), *self.block(statement.body, live)]
            new.orelse = [*self._answer(statement, False), *self.block(statement.orelse, live)]
            return new
        if isinstance(statement, (gast.For, gast.While)):
            new = _shallow(statement)
            new.body = self.block(statement.body, live | live_before(statement, live))
            return new
        if isinstance(statement, (gast.With, gast.Try)):
            return self._around(statement, live)
        if isinstance(statement, gast.Return) and statement.value is not None:
            return self._result(statement)
        return statement

    def _around(self, statement: Any, live: frozenset[str]) -> gast.stmt:
        """A ``with`` or ``try``; handlers that go on may save, too."""
        new = _shallow(statement)
        if any(not isinstance(h.body[-1], gast.Raise) for h in getattr(statement, "handlers", [])):
            new.handlers = [_shallow(h) for h in statement.handlers]
            for handler in new.handlers:
                handler.body = self.block(handler.body, live)
        for key in ("finalbody", "orelse", "body"):
            block = getattr(statement, key, [])
            setattr(new, key, self.block(block, live))
            for inner in reversed(block):
                live = live_before(inner, live)
        return new

    def _answer(self, statement: gast.If, answer: bool) -> list[gast.stmt]:
        test, plain = asked_test(statement)
        back = id(statement) in self.back
        if test not in (self.asked if back else self.took):
            return []
        return self._check("asked" if back else "took", repr(test), repr(answer is plain))

    def _result(self, statement: gast.Return) -> gast.stmt:
        role, value = self.half.role, statement.value
        if role in ("forward", "value_and_grad"):
            head, last = value.elts
            checked = quote("{c}.keep({s})", c=self.local, s=last) if role == "forward" else self._gradients(last)
            return statements("return {y}, {s}", y=head, s=checked)[0]
        return statements("return {g}", g=self._gradients(value))[0]

    def _gradients(self, value: gast.expr) -> gast.expr:
        paths = gast.parse(repr(self.half.wrt), mode="eval").body
        single = quote(repr(self.half.single))
        return quote("{c}.returned({g}, {w}, {s})", c=self.local, g=value, w=paths, s=single)

    def _resumed(self, body: list[gast.stmt]) -> list[gast.stmt]:
        saved, seed = self.half.parameters
        place = next((i for i, s in enumerate(body) if _unpacks(s, saved)), None)
        names: list[str] = []
        if place is not None:
            target = body[place].targets[0]
            names = names_in(target)
            body = [*body[:place], *statements("{t} = {s}[:-1]", t=target, s=saved), *body[place + 1 :]]
        read = {n for s in body[(place or 0) + 1 :] for n in values_read(s)}
        kept = _tuple(repr(n if n in read else None) for n in names)
        start = gast.parse(f"{self.local} = {saved}[-1].resumed({saved}, {kept}, {seed})").body
        return [*start, *body]


def _tuple(items: Any) -> str:
    found = list(items)
    return f"({found[0]},)" if len(found) == 1 else f"({', '.join(found)})"


def _unpacks(statement: Any, saved: str) -> bool:
    return isinstance(statement, gast.Assign) and getattr(statement.value, "id", "") == saved


def _is_load(name: gast.Name) -> bool:
    return isinstance(name.ctx, gast.Load)


def _shallow(node: Any) -> Any:
    new = node.__class__.__new__(node.__class__)
    new.__dict__.update(node.__dict__)
    return new


def _is_zero(tree: Any) -> bool:
    """True for the number that stands for zeros of any shape."""
    return isinstance(tree, gast.Constant) and type(tree.value) is float and tree.value == 0.0
