"""What a loop runs over: the sequences behind ``zip``, ``enumerate`` and ``reversed``, and the lists behind slices."""

from __future__ import annotations

import builtins
import operator
from collections.abc import Iterator
from typing import TYPE_CHECKING

from s2sgrad.analysis.facts import Num, Seq, Static
from s2sgrad.analysis.infer import SliceFact, getitem_effect
from s2sgrad.analysis.ir import Op

if TYPE_CHECKING:
    from s2sgrad.analysis.found import Facts

__all__ = ["has_place", "is_of_array", "item_path", "sequences_of", "source_of", "unsliced"]


def sequences_of(op: Op, facts: Facts) -> Iterator[Op]:
    """The sequences that an iterable walks in step."""
    bound = facts.calls.get(op)
    if bound is None or bound.function not in (builtins.zip, builtins.enumerate, builtins.reversed):
        yield op
        return
    for arg in bound.args if bound.function is builtins.zip else bound.args[:1]:
        yield from sequences_of(arg, facts)


def has_place(op: Op, facts: Facts) -> bool:
    """True for a variable or a part of one: its items have adjoints to which more can be added."""
    op = unsliced(op, facts)[0]
    if op.form in ("read", "global"):
        return True
    if op.form in ("attribute", "item"):
        return not is_of_array(op, facts) and has_place(op.args[0], facts)
    if op.form != "call" or op.payload is not operator.getitem:
        return False
    base, index = facts.of[op.args[0]], facts.of[op.args[1]]
    sliced_list = isinstance(base, Seq) and isinstance(index, SliceFact)
    picked = isinstance(base, Num) and getitem_effect(index) != "view"
    return not sliced_list and not picked and has_place(op.args[0], facts)


def is_of_array(op: Op, facts: Facts) -> bool:
    """True for an attribute of an array, such as ``x.T``."""
    return op.form == "attribute" and isinstance(facts.of[op.args[0]], Num)


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


def source_of(iterable: Op, path: tuple[int, ...], facts: Facts) -> Op | None:
    """The sequence from which the part at ``path`` of a loop's item is taken; None for the number that counts."""
    bound = facts.calls.get(iterable)
    if bound is None or bound.function not in (builtins.zip, builtins.enumerate, builtins.reversed):
        return iterable
    if bound.function is builtins.reversed:
        return source_of(bound.args[0], path, facts)
    if not path:
        return iterable
    if bound.function is builtins.zip:
        return source_of(bound.args[path[0]], path[1:], facts)
    return source_of(bound.args[0], path[1:], facts) if path[0] else None
