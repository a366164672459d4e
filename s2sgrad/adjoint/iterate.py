"""How a loop is run backwards: which sequences its items come from, and by which index they are found again."""

from __future__ import annotations

import builtins
import operator
from dataclasses import dataclass

import gast

from s2sgrad.analysis.facts import Fact, Num, RangeFact, Seq, Static
from s2sgrad.analysis.infer import SliceFact
from s2sgrad.analysis.interpret import Facts
from s2sgrad.analysis.ir import For, Op
from s2sgrad.errors import Refusal
from s2sgrad.quote import clone, quote

__all__ = ["Iteration", "counts_up", "is_repeatable", "item_path", "iteration_of", "unsliced"]


@dataclass(frozen=True)
class Iteration:
    """The sequences that a loop walks in step, by the path of their item in the loop's own item.

    ``counter`` is the path of the running number that ``enumerate`` adds; ``reverse`` is set for ``reversed(...)``.
    """

    parts: tuple[tuple[tuple[int, ...], Op], ...]
    counter: tuple[int, ...] | None = None
    reverse: bool = False

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
        if len(lengths) == 1:
            return lengths[0]
        call = quote("min()")
        call.args = lengths
        return call

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
    inner = [_iteration(arg, facts) for arg in bound.args]
    if bound.keywords or any(i is None or i.reverse or i.counter is not None for i in inner):
        return None
    found = [i for i in inner if i is not None]
    if function is builtins.zip:
        return Iteration(tuple(((n, *path), part) for n, i in enumerate(found) for path, part in i.parts))
    if len(found) != 1:
        return None
    if function is builtins.enumerate:
        return Iteration(tuple(((1, *path), part) for path, part in found[0].parts), counter=(0,))
    return Iteration(found[0].parts, reverse=True)


def _repeatable(fact: Fact) -> bool:
    sequence = isinstance(fact, Seq) and fact.kind in ("list", "tuple")
    return sequence or isinstance(fact, RangeFact) or (isinstance(fact, Num) and bool(fact.rank))


def counts_up(statement: For) -> bool:
    """True for a loop over ``range(n)``: its first items are those of any shorter range."""
    node = statement.node.iter
    plain = isinstance(node, gast.Call) and isinstance(node.func, gast.Name) and node.func.id == "range"
    return plain and len(node.args) == 1


def unsliced(op: Op, facts: Facts) -> tuple[Op, int]:
    """The list of which ``op`` is a slice without a step, and the index of its first item there."""
    if op.form == "call" and op.payload is operator.getitem and isinstance(facts.of[op.args[0]], Seq):
        index = facts.of[op.args[1]]
        first = _first(index) if isinstance(index, SliceFact) else None
        if first is not None:
            whole, before = unsliced(op.args[0], facts)
            return whole, before + first
    return op, 0


def _first(index: SliceFact) -> int | None:
    """Where a slice begins; None unless that is 0 or a positive number, and the step is 1."""
    start, step = index.start, index.step
    if not (isinstance(step, Static) and step.value is None):
        return None
    if isinstance(start, Static) and start.value is None:
        return 0
    known = isinstance(start, Num) and type(start.value) is int and start.value >= 0
    return int(start.value) if known else None  # type: ignore[union-attr, arg-type]


def item_path(op: Op, item: Op) -> tuple[int, ...] | None:
    """The path by which ``op`` is taken out of the loop's ``item``; None where it is not a part of it."""
    path: list[int] = []
    while op is not item:
        if op.form != "item":
            return None
        path.insert(0, op.payload[0])
        op = op.args[0]
    return tuple(path)
