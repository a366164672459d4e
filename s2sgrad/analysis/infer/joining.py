"""Functions that make one array of several, or several of one."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, Num, Seq, array
from s2sgrad.analysis.infer.arraylike import equal_shapes, number, numbers, promote
from s2sgrad.analysis.infer.broadcasting import Fresh, Shape, broadcast, product, total
from s2sgrad.analysis.infer.instances import join_all
from s2sgrad.analysis.infer.reductions import flattened
from s2sgrad.analysis.infer.shapes import lengths
from s2sgrad.analysis.infer.table import (
    NONE,
    ZERO,
    Unknown,
    dtype_of,
    infers,
    integer,
    is_none,
    normal_axis,
    numpy_functions,
)

__all__: list[str] = []


def _joined(arrays: list[Num], count: Dim, axis: int | None, dtype: Fact, fresh: Fresh) -> Num:
    """``np.concatenate``; ``arrays`` has one entry for all where there are ``count`` of an unknown number."""
    kind = dtype_of(dtype) or promote(a.dtype for a in arrays)
    shape = equal_shapes(a.shape for a in arrays)
    if shape is None or (axis is None and len(shape) != 1):
        return array(kind, None if shape is None else tuple(fresh("joined") for _ in shape))
    place = normal_axis(axis or 0, len(shape))
    parts = [a.shape[place] for a in arrays if a.shape is not None]
    known = len(parts) == len(arrays) == count.constant
    along = total(parts, fresh) if known else fresh("joined")
    return array(kind, tuple(along if i == place else dim for i, dim in enumerate(shape)))


@infers(*numpy_functions("concatenate concat"))
def _concatenate(fresh: Fresh, arrays: Fact, axis: Fact = ZERO, *, dtype: Fact = NONE) -> Fact:
    items, count = numbers(arrays, fresh)
    if not items or any(item.rank == 0 for item in items):
        raise Unknown
    if is_none(axis):
        flat = [array(item.dtype, flattened(item, fresh)) for item in items]
        return _joined(flat, count, 0, dtype, fresh)
    return _joined(items, count, integer(axis), dtype, fresh)


@infers(np.stack)
def _stack(fresh: Fresh, arrays: Fact, axis: Fact = ZERO, *, dtype: Fact = NONE) -> Fact:
    items, count = numbers(arrays, fresh)
    if not items:
        raise Unknown
    shape, place = equal_shapes(item.shape for item in items), integer(axis)
    kind = dtype_of(dtype) or promote(item.dtype for item in items)
    if shape is None or place is None:
        return array(kind, None if shape is None else tuple(fresh("stack") for _ in range(len(shape) + 1)))
    place = normal_axis(place, len(shape) + 1)
    return array(kind, (*shape[:place], _positive(count, fresh), *shape[place:]))


def _positive(count: Dim, fresh: Fresh) -> Dim:
    return fresh("count", not_one=count.not_one) if count.anonymous else count


def _at_least(a: Num, rank: int) -> Num:
    """``a`` with axes of length 1 put in front until it has ``rank``; None stays unknown."""
    if a.shape is None:
        return array(a.dtype, None)
    return array(a.dtype, (Dim.of(1),) * (rank - len(a.shape)) + a.shape)


def _column(a: Num) -> Num:
    if a.shape is None or len(a.shape) > 1:
        return array(a.dtype, a.shape)
    return array(a.dtype, (a.shape[0] if a.shape else Dim.of(1), Dim.of(1)))


@infers(*numpy_functions("vstack row_stack"))
def _vstack(fresh: Fresh, tup: Fact, *, dtype: Fact = NONE) -> Fact:
    items, count = numbers(tup, fresh)
    return _joined([_at_least(item, 2) for item in items], _some(items, count), 0, dtype, fresh)


@infers(np.hstack)
def _hstack(fresh: Fresh, tup: Fact, *, dtype: Fact = NONE) -> Fact:
    items, count = numbers(tup, fresh)
    items = [_at_least(item, 1) for item in items]
    ranks = {item.rank for item in items}
    axis = None if None in ranks else 0 if ranks == {1} else 1
    return _joined(items, _some(items, count), axis, dtype, fresh)


@infers(np.column_stack)
def _column_stack(fresh: Fresh, tup: Fact) -> Fact:
    items, count = numbers(tup, fresh)
    return _joined([_column(item) for item in items], _some(items, count), 1, NONE, fresh)


@infers(np.dstack)
def _dstack(fresh: Fresh, tup: Fact) -> Fact:
    items, count = numbers(tup, fresh)
    return _joined([_deep(item) for item in items], _some(items, count), 2, NONE, fresh)


def _deep(a: Num) -> Num:
    if a.shape is None or len(a.shape) > 2:
        return array(a.dtype, a.shape)
    one = Dim.of(1)
    return array(a.dtype, ((one, one, one), (one, *a.shape, one), (*a.shape, one))[len(a.shape)])


@infers(np.block)
def _block(fresh: Fresh, arrays: Fact) -> Fact:
    leaves, depth = _nested(arrays, fresh)
    ranks = [leaf.rank for leaf in leaves]
    dtype = promote(leaf.dtype for leaf in leaves)
    if None in ranks:
        return array(dtype, None)
    return array(dtype, tuple(fresh("block") for _ in range(max(depth, *(rank or 0 for rank in ranks)))))


def _nested(fact: Fact, fresh: Fresh) -> tuple[list[Num], int]:
    """The arrays in nested lists, and how deep they are nested."""
    if not isinstance(fact, Seq):
        return [number(fact, fresh)], 0
    if fact.items is None or not fact.items or fact.kind != "list":
        raise Unknown
    parts = [_nested(item, fresh) for item in fact.items]
    return [leaf for leaves, _ in parts for leaf in leaves], 1 + max(depth for _, depth in parts)


def _some(items: list[Num], count: Dim) -> Dim:
    if not items:
        raise Unknown
    return count


@infers(np.append)
def _append(fresh: Fresh, arr: Fact, values: Fact, axis: Fact = NONE) -> Fact:
    items = [number(arr, fresh), number(values, fresh)]
    if is_none(axis):
        items = [array(item.dtype, flattened(item, fresh)) for item in items]
    return _joined(items, Dim.of(2), 0 if is_none(axis) else integer(axis), NONE, fresh)


@infers(np.tile)
def _tile(fresh: Fresh, A: Fact, reps: Fact) -> Fact:
    x, times = number(A, fresh), lengths(reps, fresh)
    if x.shape is None or times is None:
        return array(x.dtype, None)
    rank = max(len(x.shape), len(times))
    one = (Dim.of(1),)
    pairs = zip(one * (rank - len(x.shape)) + x.shape, one * (rank - len(times)) + times, strict=True)
    return array(x.dtype, tuple(product(pair, fresh) for pair in pairs))


@infers(np.repeat)
def _repeat(fresh: Fresh, a: Fact, repeats: Fact, axis: Fact = NONE) -> Fact:
    x, times = number(a, fresh), number(repeats, fresh)
    shape = flattened(x, fresh) if is_none(axis) else x.shape
    shape = (Dim.of(1),) if shape == () else shape
    place = 0 if is_none(axis) else integer(axis)
    if shape is None or place is None:
        return array(x.dtype, None if shape is None else tuple(fresh("repeat") for _ in shape))
    place = normal_axis(place, len(shape))
    along = _repeated(shape[place], times, fresh)
    return array(x.dtype, tuple(along if i == place else dim for i, dim in enumerate(shape)))


def _repeated(dim: Dim, times: Num, fresh: Fresh) -> Dim:
    if times.rank != 0:
        return fresh("repeat")
    (count,) = lengths(times, fresh) or (fresh("repeat"),)
    return product((dim, count), fresh)


def _split(function: Any, default: int | None) -> None:
    @infers(function)
    def infer(fresh: Fresh, ary: Fact, indices_or_sections: Fact, axis: Fact = ZERO) -> Fact:
        x = number(ary, fresh)
        place = integer(axis) if default is None else (0 if default == 1 and x.rank == 1 else default)
        if x.shape is None or place is None:
            raise Unknown
        return _pieces(x, normal_axis(place, len(x.shape)), indices_or_sections, fresh, function is not np.array_split)


def _pieces(x: Num, place: int, sections: Fact, fresh: Fresh, equal: bool) -> Fact:
    count = integer(sections) if isinstance(sections, Num) and sections.rank == 0 else _cuts(sections)
    if count is None or count < 1 or x.shape is None:
        raise Unknown
    whole, rest = x.shape[place], x.shape
    number = isinstance(sections, Num) and sections.rank == 0
    even = number and whole.constant is not None and whole.constant % count == 0
    share = Dim.of((whole.constant or 0) // count) if even else fresh("split")
    items = []
    for _ in range(count):
        part = whole if count == 1 else share if even or (equal and number) else fresh("split")
        items.append(array(x.dtype, tuple(part if i == place else dim for i, dim in enumerate(rest))))
    return Seq("list", tuple(items), join_all(tuple(items)), Dim.of(count))


def _cuts(fact: Fact) -> int | None:
    if isinstance(fact, Seq) and fact.items is not None:
        return len(fact.items) + 1
    if isinstance(fact, Num) and fact.shape and fact.shape[0].constant is not None:
        return fact.shape[0].constant + 1
    return None


for _function, _default in ((np.split, None), (np.array_split, None), (np.vsplit, 0), (np.hsplit, 1), (np.dsplit, 2)):
    _split(_function, _default)


@infers(np.meshgrid)
def _meshgrid(fresh: Fresh, *xi: Fact, indexing: Fact = NONE) -> Fact:
    operands = [number(x, fresh) for x in xi]
    dims = [product(o.shape, fresh) if o.shape is not None else fresh("grid") for o in operands]
    if len(dims) > 1:
        dims = _grid_order(dims, getattr(indexing, "value", None))
    items = tuple(array(o.dtype, tuple(dims)) for o in operands)
    return Seq("tuple" if isinstance(np.meshgrid(0), tuple) else "list", items, join_all(items), Dim.of(len(items)))


def _grid_order(dims: list[Dim], indexing: Any) -> list[Dim]:
    if indexing not in (None, "xy", "ij"):
        raise Unknown
    return dims if indexing == "ij" else [dims[1], dims[0], *dims[2:]]


def _shape_of(facts: list[Num], fresh: Fresh) -> Shape:
    return broadcast([fact.shape for fact in facts], fresh)


@infers(np.take_along_axis)
def _take_along_axis(fresh: Fresh, arr: Fact, indices: Fact, axis: Fact) -> Fact:
    x, where = number(arr, fresh), number(indices, fresh)
    place = None if is_none(axis) else integer(axis)
    if is_none(axis) or where.shape is None:
        return array(x.dtype, where.shape)
    if x.shape is None or place is None:
        return array(x.dtype, tuple(fresh("taken") for _ in where.shape))
    place = normal_axis(place, len(x.shape))
    shape = _shape_of([array(None, (*x.shape[:place], Dim.of(1), *x.shape[place + 1 :])), where], fresh)
    return array(x.dtype, shape)
