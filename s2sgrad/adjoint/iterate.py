"""How a loop is run backwards: which sequences its items come from, and by which index they are found again."""

from __future__ import annotations

import builtins
from dataclasses import dataclass

import gast

from s2sgrad.analysis.facts import Fact, Num, RangeFact, Seq
from s2sgrad.analysis.found import Bound
from s2sgrad.analysis.infer.instances import is_text
from s2sgrad.analysis.interpret import Facts
from s2sgrad.analysis.ir import For, Op
from s2sgrad.errors import Refusal
from s2sgrad.quote import clone, quote
from s2sgrad.tidy.asserted import equal_lengths

__all__ = ["Iteration", "counts_up", "is_repeatable", "iteration_of"]


@dataclass(frozen=True)
class Iteration:
    """The sequences that a loop walks in step, by the path of their item in the loop's own item.

    ``counter`` is the path of the running number that ``enumerate`` adds, ``start`` its first value; ``reverse`` is set
    for ``reversed(...)``, ``strict`` where ``zip`` raises for sequences of different lengths.
    """

    parts: tuple[tuple[tuple[int, ...], Op], ...]
    counter: tuple[int, ...] | None = None
    start: int = 0
    reverse: bool = False
    strict: bool = False

    @property
    def single(self) -> Op | None:
        """The sequence itself where there is only one and nothing is added to its items."""
        return self.parts[0][1] if len(self.parts) == 1 and self.parts[0][0] == () else None

    def part(self, path: tuple[int, ...]) -> Op | None:
        """The sequence whose items stand at ``path``."""
        return dict(self.parts).get(path)

    def length(self) -> gast.expr:
        """The expression for the number of iterations."""
        lengths = [quote("len({x})", x=clone(op.node)) for _, op in self.parts]
        if len(lengths) == 1 or self.strict:
            return lengths[0]
        call = quote("min()")
        call.args = lengths
        return call

    def checks(self) -> list[gast.stmt]:
        """What raises where ``zip`` does; the loop that would is not run again, and perhaps never."""
        if not self.strict or len(self.parts) < 2:
            return []
        return equal_lengths([op.node for _, op in self.parts])

    def counted(self, index: str) -> gast.expr:
        """The running number of the round with this index."""
        sign = "-" if self.start < 0 else "+"
        return quote(f"{index} {sign} {abs(self.start)}" if self.start else index)

    def header(self, steps: str | None) -> gast.expr:
        """What the index of the backward loop runs over; ``steps`` counts the iterations where the loop may be left."""
        if steps is None:
            return quote("range({n})" if self.reverse else "reversed(range({n}))", n=self.length())
        if not self.reverse:
            return quote("reversed(range({steps}))", steps=steps)
        return quote("range({n} - {steps}, {n})", n=self.length(), steps=steps)


def iteration_of(statement: For, facts: Facts) -> Iteration:
    """How to run a loop backwards. Raises Refusal for what can be run over only once."""
    found = _repeatable_iteration(statement, facts)
    if found is None:
        raise Refusal(
            "this loop cannot be run backwards: what it runs over can be used only once, or is not known",
            "loop over a range, a list, a tuple or an array",
            statement.iterable.node,
        )
    return found


def is_repeatable(statement: For, facts: Facts) -> bool:
    """True where a loop can run a second time over the same items, in the opposite order."""
    return _repeatable_iteration(statement, facts) is not None


def _repeatable_iteration(statement: For, facts: Facts) -> Iteration | None:
    found = _iteration(statement.iterable, facts)
    return found if found is not None and all(_repeatable(facts.of[op]) for _, op in found.parts) else None


def _iteration(op: Op, facts: Facts) -> Iteration | None:
    bound = facts.calls.get(op)
    function = bound.function if bound is not None else None
    if bound is None or function not in (builtins.zip, builtins.enumerate, builtins.reversed):
        return Iteration((((), op),))
    first = _start(bound, facts) if function is builtins.enumerate else 0
    walked = bound.args[:1] if function is builtins.enumerate else bound.args
    inner = [_iteration(arg, facts) for arg in walked]
    found = [i for i in inner if i is not None and not i.reverse and i.counter is None]
    if first is None or len(found) < len(inner) or (bound.keywords and function is builtins.reversed):
        return None
    if function is builtins.zip:
        strict = not all(_is_false(facts.of[op]) for _, op in bound.keywords)
        if any(i.strict for i in found) and not strict:  # which of them may be longer is not kept
            return None
        return Iteration(tuple(((n, *path), p) for n, i in enumerate(found) for path, p in i.parts), strict=strict)
    if len(found) != 1:
        return None
    if function is builtins.enumerate:
        parts = tuple(((1, *path), part) for path, part in found[0].parts)
        return Iteration(parts, counter=(0,), start=first, strict=found[0].strict)
    return Iteration(found[0].parts, reverse=True)


def _is_false(fact: Fact) -> bool:
    return isinstance(fact, Num) and fact.value is False


def _start(bound: Bound, facts: Facts) -> int | None:
    """The number that ``enumerate`` begins with; None where it is not known."""
    given = [*bound.args[1:], *(op for _, op in bound.keywords)]
    if not given:
        return 0
    fact = facts.of[given[0]]
    known = len(given) == 1 and isinstance(fact, Num) and type(fact.value) is int
    return int(fact.value) if known else None  # type: ignore[union-attr, arg-type]


def _repeatable(fact: Fact) -> bool:
    sequence = isinstance(fact, Seq) and fact.kind in ("list", "tuple")
    return sequence or is_text(fact) or isinstance(fact, RangeFact) or (isinstance(fact, Num) and bool(fact.rank))


def counts_up(statement: For) -> bool:
    """True for a loop over ``range(n)``: its first items are those of any shorter range."""
    node = statement.node.iter
    plain = isinstance(node, gast.Call) and isinstance(node.func, gast.Name) and node.func.id == "range"
    return plain and len(node.args) == 1
