"""Functions that give the same elements other axes, and what an array tells of its axes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, Num, Seq, python
from s2sgrad.analysis.infer.arraylike import number
from s2sgrad.analysis.infer.broadcasting import Fresh, Shape, broadcast, exactly_at_least, product
from s2sgrad.analysis.infer.instances import join_all
from s2sgrad.analysis.infer.reductions import flattened
from s2sgrad.analysis.infer.table import (
    NONE,
    Unknown,
    axes,
    infers,
    integer,
    integers,
    is_none,
    normal_axis,
)
from s2sgrad.printed import sum_to

__all__ = ["axis_of", "held", "length_fact", "lengths"]


def held(a: Num, shape: Shape) -> Num:
    """The values of ``a`` in another shape; a scalar may stay a scalar where its rank stays 0."""
    return Num(a.dtype, "array" if shape or a.box == "array" else "any", shape)


def axis_of(fact: Fact, rank: int) -> int | None:
    """The one axis that an argument names, counted from the front; None where unknown."""
    axis = integer(fact)
    return None if axis is None else normal_axis(axis, rank)


def lengths(fact: Fact, fresh: Fresh) -> Shape:
    """The shape that a ``shape=`` argument names; None where its rank is unknown."""
    if isinstance(fact, Num):
        return (_length(fact, fresh),) if fact.rank == 0 else _from_vector(fact, fresh)
    if isinstance(fact, Seq) and fact.kind in ("list", "tuple"):
        return None if fact.items is None else tuple(_length(item, fresh) for item in fact.items)
    raise Unknown


def _from_vector(fact: Num, fresh: Fresh) -> Shape:
    rank = fact.shape[0].constant if fact.shape else None
    return None if rank is None else tuple(fresh("length") for _ in range(rank))


def _length(fact: Fact, fresh: Fresh) -> Dim:
    if not isinstance(fact, Num) or fact.rank != 0 or fact.kind not in "biu?":
        raise Unknown
    if fact.value is not None:
        return Dim.of(int(fact.value.real))
    return fact.length if fact.length is not None and not fact.length.anonymous else fresh("length")


@infers(np.reshape)
def _reshape(
    fresh: Fresh, a: Fact, shape: Fact = NONE, order: Fact = NONE, *, newshape: Fact = NONE, copy: Fact = NONE
) -> Fact:
    x = number(a, fresh)
    wanted = lengths(newshape if is_none(shape) else shape, fresh)
    return held(x, None if wanted is None else _reshaped(x.shape, wanted, fresh))


def _reshaped(old: Shape, wanted: tuple[Dim, ...], fresh: Fresh) -> Shape:
    # A length that may be negative may be the -1 which stands for what is left.
    sure = tuple(dim if exactly_at_least(dim, 0) else None for dim in wanted)
    if old is not None and sure.count(None) == 1 and any(dim.constant == -1 for dim in wanted):
        left = _left(old, tuple(dim for dim in sure if dim is not None), fresh)
        return tuple(left if dim is None else dim for dim in sure)
    return tuple(fresh("reshape") if dim is None else dim for dim in sure)


def _left(old: tuple[Dim, ...], new: tuple[Dim, ...], fresh: Fresh) -> Dim:
    """What ``-1`` stands for: the quotient of the products. No divisor is 0, or NumPy would raise."""
    over, under = list(old), []
    for dim in new:
        match = next((i for i, other in enumerate(over) if other.equals(dim)), None)
        if match is None:
            under.append(dim)
        else:
            del over[match]
    top, bottom = product(over, fresh), product(under, fresh)
    if bottom.is_one:
        return top
    if top.constant is not None and bottom.constant:
        return Dim.of(top.constant // bottom.constant)
    return fresh("reshape")


@infers(np.ravel, np.ndarray.flatten)
def _ravel(fresh: Fresh, a: Fact, order: Fact = NONE) -> Fact:
    x = number(a, fresh)
    return Num(x.dtype, "array", flattened(x, fresh))


@infers(np.squeeze)
def _squeeze(fresh: Fresh, a: Fact, axis: Fact = NONE) -> Fact:
    x = number(a, fresh)
    if x.shape is None:
        return held(x, None)
    gone = axes(axis, len(x.shape))
    if is_none(axis):
        if not all(dim.is_one or dim.not_one for dim in x.shape):
            return held(x, None)
        return held(x, tuple(dim for dim in x.shape if not dim.is_one))
    if gone is None:
        return held(x, tuple(fresh("axis") for _ in x.shape[len(integers(axis)) :]))
    return held(x, tuple(dim for i, dim in enumerate(x.shape) if i not in gone))


@infers(np.expand_dims)
def _expand_dims(fresh: Fresh, a: Fact, axis: Fact) -> Fact:
    x = number(a, fresh)
    count = len(integers(axis))
    if x.shape is None:
        return held(x, None)
    places = axes(axis, len(x.shape) + count)
    if places is None:
        return held(x, tuple(fresh("axis") for _ in range(len(x.shape) + count)))
    rest = iter(x.shape)
    return held(x, tuple(Dim.of(1) if i in places else next(rest) for i in range(len(x.shape) + count)))


def _at_least(name: str, build: Callable[[tuple[Dim, ...]], tuple[Dim, ...]], least: int) -> None:
    @infers(getattr(np, name))
    def infer(fresh: Fresh, a: Fact) -> Fact:
        x = number(a, fresh)
        if x.shape is None:
            return Num(x.dtype, "array", None)
        return Num(x.dtype, "array", x.shape if len(x.shape) >= least else build(x.shape))


_ONE = (Dim.of(1),)
_at_least("atleast_1d", lambda shape: _ONE, 1)
_at_least("atleast_2d", lambda shape: (_ONE + shape) if shape else _ONE * 2, 2)
_at_least("atleast_3d", lambda shape: (_ONE * 3, (*_ONE, *shape, *_ONE), shape + _ONE)[len(shape)], 3)


@infers(sum_to)
def _sum_to(fresh: Fresh, g: Fact, shape: Fact) -> Fact:
    wanted = lengths(shape, fresh)
    return Num(number(g, fresh).dtype, "np" if wanted == () else "any" if wanted is None else "array", wanted)


@infers(np.broadcast_to)
def _broadcast_to(fresh: Fresh, a: Fact, shape: Fact) -> Fact:
    x, wanted = number(a, fresh), lengths(shape, fresh)
    return Num(x.dtype, "array", wanted)


@infers(np.broadcast_arrays)
def _broadcast_arrays(fresh: Fresh, *args: Fact) -> Fact:
    operands = [number(arg, fresh) for arg in args]
    shape = broadcast([operand.shape for operand in operands], fresh)
    items = tuple(Num(operand.dtype, "array", shape) for operand in operands)
    kind = "tuple" if isinstance(np.broadcast_arrays(0), tuple) else "list"
    return Seq(kind, items, join_all(items), Dim.of(len(items)))


def length_fact(dim: Dim) -> Num:
    """The Python integer that is the length ``dim``."""
    return python(int, dim.constant, None if dim.anonymous else dim)


@infers(np.shape)
def _shape(fresh: Fresh, a: Fact) -> Fact:
    x = number(a, fresh)
    if x.shape is None:
        return Seq("tuple", None, python(int), fresh("rank"))
    items = tuple(map(length_fact, x.shape))
    return Seq("tuple", items, join_all(items), Dim.of(len(items)))


@infers(np.ndim)
def _ndim(fresh: Fresh, a: Fact) -> Fact:
    return python(int, number(a, fresh).rank)


@infers(np.size)
def _size(fresh: Fresh, a: Fact, axis: Fact = NONE) -> Fact:
    x = number(a, fresh)
    if x.shape is None:
        return python(int)
    places = axes(axis, len(x.shape))
    return python(int) if places is None else length_fact(product([x.shape[i] for i in places], fresh))
