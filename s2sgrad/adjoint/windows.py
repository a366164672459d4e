"""Which part of which place an operation reads: the indices that lead to it, one after the other."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import gast

from s2sgrad.adjoint.fit import full_shape
from s2sgrad.adjoint.iterate import iteration_of
from s2sgrad.analysis import infer as table
from s2sgrad.analysis.distinct import names_once
from s2sgrad.analysis.facts import Fact, Num, Record, Seq
from s2sgrad.analysis.ir import For, Op
from s2sgrad.analysis.iterated import item_path, unsliced
from s2sgrad.analysis.places import place_of
from s2sgrad.quote import quote, statements
from s2sgrad.request import Path

if TYPE_CHECKING:
    from s2sgrad.adjoint.group import Group


__all__ = [
    "Window",
    "added_at",
    "as_value",
    "counted_at",
    "is_basic_index",
    "is_mask",
    "is_table",
    "new_axis",
    "picks_a_copy",
    "repeats_index",
    "window_of",
]


@dataclass(frozen=True)
class Window:
    """Part of a place: the indices that lead to it, whether the last may name an element more than once, what it holds.

    ``copied`` is set for a slice of a list, and for what a mask or an array of indices picks out: what is added to a
    part of it would be lost. ``table`` is set for a table of indices into a vector, ``crossed`` for a row of indices
    into each axis of an array.
    """

    place: Path
    indices: tuple[gast.expr, ...] = ()
    repeats: bool = False
    value: Fact | None = None
    copied: bool = False
    table: bool = False
    crossed: bool = False


def is_basic_index(fact: Fact) -> bool:
    """True for an index of integers, slices, ``...`` and ``None`` alone: it selects a view."""
    return bool(table.getitem_effect(fact) == "view")


def picks_a_copy(fact: Fact) -> bool:
    """True for an index that surely selects memory of its own; one may be neither this nor basic for sure."""
    return bool(table.getitem_effect(fact) == "fresh")


def repeats_index(fact: Fact) -> bool:
    """True for an index that may name an element more than once."""
    return not is_basic_index(fact) and not is_mask(fact) and not _is_single(fact)


def _is_single(fact: Fact) -> bool:
    """True for whole numbers without an axis, of whatever box, among slices and the like."""
    parts = fact.items or () if isinstance(fact, Seq) and fact.kind == "tuple" else (fact,)
    single = (isinstance(p, Num) and p.kind in "iu" and p.rank == 0 for p in parts)
    return bool(parts) and all(one or is_basic_index(p) for one, p in zip(single, parts, strict=True))


def as_value(tree: gast.expr, numpy: gast.expr, index: Op) -> gast.expr:
    """An index as an expression of its own: slices are written with ``np.s_``."""
    sliced = any(o.form == "slice" for o in index.walk())
    return quote("{np}.s_[{i}]", np=numpy, i=tree) if sliced else tree


def is_table(index: Fact, base: Fact) -> bool:
    """True for an array of several axes that names elements of a vector."""
    several = isinstance(index, Num) and index.kind in "iu" and index.box == "array" and (index.rank or 0) > 1
    return several and isinstance(base, Num) and base.rank == 1


def _is_crossed(index: Fact, base: Fact) -> bool:
    """True for whole numbers and rows of them that name elements of an array of several axes: one for each axis."""
    if not isinstance(index, Seq) or index.kind != "tuple" or index.items is None or not isinstance(base, Num):
        return False
    rows = (isinstance(i, Num) and i.kind in "iu" and i.rank in (0, 1) and i.box != "any" for i in index.items)
    return base.rank == len(index.items) > 1 and all(rows)


def is_mask(fact: Fact) -> bool:
    """True for an array of truth values, which selects each element once at most."""
    return isinstance(fact, Num) and fact.kind == "b" and fact.box == "array"


def added_at(group: Group, target: gast.expr, index: gast.expr, e: gast.expr, picked: Fact | None) -> list[gast.stmt]:
    """``np.add.at``, which is several times as fast at a row of indices as at a table, where that ``picked`` this."""
    fact = group.fact_of(e) if picked is not None else None
    text = "{np}.add.at({x}, {i}, {e})"
    if isinstance(fact, Num) and fact.shape == ():
        text = "{np}.add.at({x}, {np}.ravel({i}), {e})"
    elif picked is not None and fact is not None and full_shape(fact, picked):
        text = "{np}.add.at({x}, {np}.ravel({i}), {np}.ravel({e}))"
    return statements(text, np=group.numpy, x=target, i=index, e=e)


def counted_at(group: Group, name: str, x: gast.expr, index: gast.expr, e: gast.expr, fact: Num) -> list[gast.stmt]:
    """The adjoint of ``x`` to which nothing but ``e`` is added, by ``np.add.at`` in a row of all its elements."""
    size = "{x}.size" if fact.dtype == float else "{x}.size, {x}.dtype"
    places, total = map(group.context.scope.new, ("places", "total"))
    text = (
        f"{places} = {{np}}.ravel_multi_index({{i}}, {{x}}.shape, mode='wrap')\n"
        f"{total} = {{np}}.zeros({size})\n"
        f"{{np}}.add.at({total}, {places}, {{e}})\n"
        f"{name} = {{np}}.reshape({total}, {{x}}.shape)"
    )
    return statements(text, np=group.numpy, x=x, i=index, e=e)


def window_of(group: Group, op: Op) -> Window | None:
    """The place, or the window of a place, that ``op`` reads; None where it computes something."""
    facts = group.context.facts
    place = place_of(op, facts)
    if place is not None:
        return Window(place)
    base, index, fact = _indexing(group, op)
    if base is None or index is None:
        return None
    slot = op.node.slice if isinstance(op.node, gast.Subscript) else None
    if slot is not None and new_axis(slot) is not None and isinstance(group.context.facts.of[base], Num):
        return None
    outer = window_of(group, base)
    if outer is None or outer.repeats or outer.copied:
        return None
    repeats = fact is not None and repeats_index(fact) and not names_once(op.args[1], facts)
    if repeats:
        index = as_value(index, group.numpy, op.args[1])
    listed = isinstance(facts.of[base], Seq)
    copied = isinstance(fact, table.SliceFact) if listed else fact is not None and not is_basic_index(fact)
    flat = repeats and fact is not None and is_table(fact, facts.of[base])
    crossed = repeats and fact is not None and _is_crossed(fact, facts.of[base])
    return Window(outer.place, (*outer.indices, index), repeats, facts.of[op], copied, flat, crossed)


def new_axis(index: gast.expr) -> int | None:
    """The axis that an index of ``None`` and full slices alone inserts; None for any other index."""
    parts = list(index.elts) if isinstance(index, gast.Tuple) else [index]
    inserted = [i for i, p in enumerate(parts) if isinstance(p, gast.Constant) and p.value is None]
    plain = all(
        isinstance(p, gast.Slice) and p.lower is p.upper is p.step is None
        for p in parts
        if not isinstance(p, gast.Constant)
    )
    return (
        inserted[0]
        if len(inserted) == 1 and plain and len(parts) - 1 == sum(isinstance(p, gast.Slice) for p in parts)
        else None
    )


def _indexing(group: Group, op: Op) -> tuple[Op | None, gast.expr | None, Fact | None]:
    facts = group.context.facts
    if isinstance(group.statement, For):
        path = item_path(op, group.statement.item)
        part = None if path is None else iteration_of(group.statement, facts).part(path)
        if part is not None:
            whole, first = unsliced(part, facts)
            counter = group.context.indices[group.statement]
            return whole, quote(f"{counter} + {first}" if first else counter), None
    if op.form == "call" and op.payload is operator.getitem:
        base, index = op.args
        own = facts.of[base]
        if isinstance(own, Num) and own.rank == 0:
            return None, None, None
        listed = isinstance(own, Seq) and (own.items is None or _is_number(facts.of[index]))
        if isinstance(own, Num) or (listed and _is_position(facts.of[index])):
            return base, group.value(index), facts.of[index]
    if op.form == "item" and isinstance(facts.of[op.args[0]], (Num, Seq, Record)):
        return op.args[0], quote(repr(op.payload[0])), None
    return None, None, None


def _is_number(fact: Fact) -> bool:
    return isinstance(fact, Num) and type(fact.value) is int


def _is_position(fact: Fact) -> bool:
    return isinstance(fact, table.SliceFact) or (isinstance(fact, Num) and fact.kind in "iu")
