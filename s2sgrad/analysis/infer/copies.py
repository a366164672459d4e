"""Functions that copy elements to several places, put others between or around them, or leave some out."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, Num, Seq, array
from s2sgrad.analysis.infer.arraylike import number
from s2sgrad.analysis.infer.broadcasting import Fresh, plus
from s2sgrad.analysis.infer.instances import join_all
from s2sgrad.analysis.infer.reductions import flattened
from s2sgrad.analysis.infer.shapes import axis_of, lengths
from s2sgrad.analysis.infer.table import NONE, ZERO, Unknown, infers, integer, is_none, numpy_functions

__all__: list[str] = []


def _known_rank(fact: Fact, fresh: Fresh) -> tuple[Num, tuple[Dim, ...]]:
    x = number(fact, fresh)
    if x.shape is None:
        raise Unknown
    return x, x.shape


@infers(np.pad)
def _pad(fresh: Fresh, array: Fact, pad_width: Fact, mode: Fact = NONE, **passed: Fact) -> Fact:
    x, shape = _known_rank(array, fresh)
    return _array(x, tuple(_longer(dim, _added(pad_width, k, len(shape)), fresh) for k, dim in enumerate(shape)))


def _added(width: Fact, k: int, rank: int) -> int | None:
    """How many elements are put before and behind axis ``k``; None where that is not known."""
    if isinstance(width, Num) and width.rank == 0:
        each = integer(width)
        return None if each is None else 2 * each
    if not isinstance(width, Seq) or not width.items:
        return None
    if all(isinstance(item, Num) and item.rank == 0 for item in width.items):
        ends = [_spelled_out(item) for item in width.items]
        return None if len(ends) > 2 or None in ends else sum(n for n in (ends * 2)[:2] if n is not None)
    inner = width.items[k if len(width.items) > 1 else 0] if len(width.items) in (1, rank) else None
    return _added(inner, k, rank) if isinstance(inner, Seq) else None


def _spelled_out(fact: Fact) -> int | None:
    """The value of an integer that is not told by the key."""
    known = isinstance(fact, Num) and fact.kind in "iu" and fact.value is not None
    return int(fact.value.real) if known else None  # type: ignore[union-attr]


def _longer(dim: Dim, added: int | None, fresh: Fresh) -> Dim:
    if added is None:
        return fresh("pad")
    return plus(dim, added) or fresh("pad", not_one=added > 1)


def _array(x: Num, shape: tuple[Dim, ...]) -> Num:
    return array(x.dtype, shape)


@infers(np.resize)
def _resize(fresh: Fresh, a: Fact, new_shape: Fact) -> Fact:
    return array(number(a, fresh).dtype, lengths(new_shape, fresh))


@infers(np.rollaxis)
def _rollaxis(fresh: Fresh, a: Fact, axis: Fact, start: Fact = ZERO) -> Fact:
    x, shape = _known_rank(a, fresh)
    k, to = axis_of(axis, len(shape)), integer(start)
    if k is None or to is None:
        return _array(x, tuple(fresh("axis") for _ in shape))
    to = to + len(shape) if to < 0 else to
    rest = [dim for i, dim in enumerate(shape) if i != k]
    rest.insert(to - 1 if k < to else to, shape[k])
    return _array(x, tuple(rest))


@infers(np.diagflat)
def _diagflat(fresh: Fresh, v: Fact, k: Fact = ZERO) -> Fact:
    x = number(v, fresh)
    flat = flattened(x, fresh)
    side = flat[0] if flat and integer(k) == 0 else fresh("diag")
    return array(x.dtype, (side, side))


@infers(np.delete)
def _delete(fresh: Fresh, arr: Fact, obj: Fact, axis: Fact = NONE) -> Fact:
    return _changed(number(arr, fresh), axis, fresh)


@infers(np.insert)
def _insert(fresh: Fresh, arr: Fact, obj: Fact, values: Fact, axis: Fact = NONE) -> Fact:
    number(values, fresh)
    return _changed(number(arr, fresh), axis, fresh)


def _changed(x: Num, axis: Fact, fresh: Fresh) -> Num:
    """An array with another length along one axis; all in one row where there is no axis."""
    if is_none(axis):
        return array(x.dtype, (fresh("row"),))
    if x.shape is None:
        return array(x.dtype, None)
    k = axis_of(axis, len(x.shape))
    return array(x.dtype, tuple(fresh("length") if k in (None, i) else dim for i, dim in enumerate(x.shape)))


@infers(np.trim_zeros)
def _trim_zeros(fresh: Fresh, filt: Fact, trim: Fact = NONE) -> Fact:
    x, shape = _known_rank(filt, fresh)
    if len(shape) != 1 or x.box != "array":
        raise Unknown
    return array(x.dtype, (fresh("trimmed"),))


@infers(np.lib.stride_tricks.sliding_window_view)
def _sliding_window_view(fresh: Fresh, x: Fact, window_shape: Fact, axis: Fact = NONE) -> Fact:
    a, shape = _known_rank(x, fresh)
    window = lengths(window_shape, fresh)
    if window is None:
        raise Unknown
    if len(shape) == len(window) == 1:
        start: tuple[Dim, ...] = (_windows(shape[0], window[0], fresh),)
    else:
        start = tuple(fresh("windows") for _ in shape)
    return array(a.dtype, start + window)


def _windows(length: Dim, window: Dim, fresh: Fresh) -> Dim:
    n = window.constant
    found = None if n is None or n < 1 else plus(length, 1 - n)
    return fresh("windows") if found is None else found


@infers(*numpy_functions("unstack"))
def _unstack(fresh: Fresh, x: Fact, *, axis: Fact = ZERO) -> Fact:
    a, shape = _known_rank(x, fresh)
    k = axis_of(axis, len(shape))
    if k is None:
        raise Unknown
    rest = tuple(dim for i, dim in enumerate(shape) if i != k)
    part = Num(a.dtype, "array" if rest else "any", rest)
    count = shape[k].constant
    items: Any = None if count is None else (part,) * count
    return Seq("tuple", items, part if items is None else join_all(items), shape[k])
