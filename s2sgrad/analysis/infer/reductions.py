"""Reductions over axes, running sums, sorting: what becomes of the axes; dtypes and boxes are asked of NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, Num
from s2sgrad.analysis.infer.arraylike import number, promote
from s2sgrad.analysis.infer.broadcasting import Fresh, Shape, is_unstretched, product, total
from s2sgrad.analysis.infer.promotion import outcome
from s2sgrad.analysis.infer.table import (
    FALSE,
    MINUS_ONE,
    NONE,
    ONE,
    TRUE,
    Unknown,
    axes,
    axis_count,
    dtype_of,
    infers,
    integer,
    integers,
    is_none,
    normal_axis,
    numpy_functions,
    truth,
)

__all__ = ["REDUCTIONS", "RUNNING", "reduced", "reduction"]

REDUCTIONS = numpy_functions(
    "sum prod mean std var max min amax amin ptp median all any argmax argmin nanargmax nanargmin count_nonzero "
    "nansum nanprod nanmean nanstd nanvar nanmax nanmin nanmedian"
)
RUNNING = numpy_functions("cumsum cumprod nancumsum nancumprod")


def reduced(shape: Shape, axis: Fact, keepdims: Fact, fresh: Fresh) -> Shape:
    """The shape left after reducing over ``axis``."""
    keep = truth(keepdims)
    if shape is None and is_none(axis) and keep is False:
        return ()
    if shape is None or keep is None:
        return None
    gone = axes(axis, len(shape))
    if gone is None:
        return tuple(fresh("axis") for _ in range(len(shape) if keep else len(shape) - axis_count(axis, len(shape))))
    if keep:
        return tuple(Dim.of(1) if i in gone else dim for i, dim in enumerate(shape))
    return tuple(dim for i, dim in enumerate(shape) if i not in gone)


def reduction(function: Any, a: Num, axis: Fact, keepdims: Fact, fresh: Fresh, **options: Any) -> Num:
    """The fact of ``function(a, axis=axis, keepdims=keepdims, **options)``."""
    shape = reduced(a.shape, axis, keepdims, fresh)
    gone = None if a.shape is None else axes(axis, len(a.shape))
    if gone is not None:
        chosen = None if is_none(axis) else gone if len(integers(axis)) != 1 else gone[0]
        options = options if chosen is None else {**options, "axis": chosen}
    dtype, box = outcome(function, [a], **options)
    if shape:
        box = "array"
    elif truth(keepdims) is not False or (gone is None and not is_none(axis)):
        box = "any"
    return Num(dtype, box, shape)


def _reduction(function: Any) -> None:
    @infers(function)
    def infer(
        fresh: Fresh,
        a: Fact,
        axis: Fact = NONE,
        dtype: Fact = NONE,
        *,
        keepdims: Fact = FALSE,
        ddof: Fact = NONE,
        correction: Fact = NONE,
        initial: Fact = NONE,
        where: Fact = TRUE,
        mean: Fact = NONE,
    ) -> Fact:
        if not is_none(mean):
            return _about(function, number(a, fresh), mean, axis, keepdims, fresh)
        wanted = dtype_of(dtype)
        options = {} if wanted is None else {"dtype": wanted}
        return reduction(function, number(a, fresh), axis, keepdims, fresh, **options)


def _about(function: Any, a: Num, mean: Fact, axis: Fact, keepdims: Fact, fresh: Fresh) -> Fact:
    """About a mean that is given: one of another precision, or of other axes, decides what the result is."""
    center = number(mean, fresh)
    if a.rank is None or center.rank != a.rank or a.dtype is None or center.dtype != a.dtype:
        raise Unknown
    return reduction(function, a, axis, keepdims, fresh)


for _function in REDUCTIONS:
    _reduction(_function)


@infers(np.average)
def _average(fresh: Fresh, a: Fact, axis: Fact = NONE, weights: Fact = NONE, *, keepdims: Fact = FALSE) -> Fact:
    x = number(a, fresh)
    if is_none(weights):
        return reduction(np.mean, x, axis, keepdims, fresh)
    shape = reduced(x.shape, axis, keepdims, fresh)
    inexact = np.dtype(float) if x.kind in "biu" else None
    dtype = promote([x.dtype, number(weights, fresh).dtype, *([inexact] if inexact else [])])
    return Num(dtype, "array" if shape else "any", shape)


def _quantile(function: Any) -> None:
    @infers(function)
    def infer(
        fresh: Fresh, a: Fact, q: Fact, axis: Fact = NONE, *, method: Fact = NONE, keepdims: Fact = FALSE
    ) -> Fact:
        x, where = number(a, fresh), number(q, fresh)
        if where.shape is None:
            raise Unknown
        rest = reduced(x.shape, axis, keepdims, fresh)
        shape = None if rest is None else (*where.shape, *rest)
        dtype = np.dtype(float) if x.kind in "biu" or x.dtype == float else x.dtype if where.box == "py" else None
        return Num(dtype, "array" if shape else "any", shape)


for _function in (np.quantile, np.percentile, np.nanquantile, np.nanpercentile):
    _quantile(_function)


@infers(*numpy_functions("trapz trapezoid"))
def _trapezoid(fresh: Fresh, y: Fact, x: Fact = NONE, dx: Fact = ONE, axis: Fact = MINUS_ONE) -> Fact:
    values = number(y, fresh)
    along = number(dx if is_none(x) else x, fresh)
    if along.rank != (0 if is_none(x) else 1) and not is_unstretched(values.shape, along.shape):
        raise Unknown  # the result has the axes of both
    shape = reduced(values.shape, axis, FALSE, fresh)
    return Num(values.dtype if values.dtype == complex else None, "array" if shape else "any", shape)


def flattened(a: Num, fresh: Fresh) -> Shape:
    """The shape of ``a`` with all its axes made one."""
    return (fresh("flat"),) if a.shape is None else (product(a.shape, fresh),)


def _running(function: Any) -> None:
    @infers(function)
    def infer(fresh: Fresh, a: Fact, axis: Fact = NONE, dtype: Fact = NONE) -> Fact:
        x, wanted = number(a, fresh), dtype_of(dtype)
        found, _ = outcome(function, [x], **({} if wanted is None else {"dtype": wanted}))
        shape = flattened(x, fresh) if is_none(axis) else x.shape
        return Num(found, "array", (Dim.of(1),) if shape == () else shape)


for _function in RUNNING:
    _running(_function)


def _cumulative(function: Any) -> None:
    @infers(function)
    def infer(fresh: Fresh, x: Fact, *, axis: Fact = NONE, dtype: Fact = NONE, include_initial: Fact = FALSE) -> Fact:
        a, wanted, longer = number(x, fresh), dtype_of(dtype), truth(include_initial)
        found, _ = outcome(function, [a], **({"axis": 0} if a.rank else {}), **({"dtype": wanted} if wanted else {}))
        if a.shape is None or (is_none(axis) and len(a.shape) != 1):
            raise Unknown
        place = 0 if is_none(axis) else integer(axis)
        if longer is None or place is None:
            return Num(found, "array", tuple(fresh("running") for _ in a.shape))
        place = normal_axis(place, len(a.shape))
        along = total([a.shape[place], Dim.of(1)], fresh) if longer else a.shape[place]
        return Num(found, "array", tuple(along if i == place else d for i, d in enumerate(a.shape)))


for _function in numpy_functions("cumulative_sum cumulative_prod"):
    _cumulative(_function)


@infers(np.sort)
def _sort(fresh: Fresh, a: Fact, axis: Fact = MINUS_ONE, kind: Fact = NONE, *, stable: Fact = NONE) -> Fact:
    x = number(a, fresh)
    return Num(x.dtype, "array", flattened(x, fresh) if is_none(axis) else x.shape)


@infers(np.argsort)
def _argsort(fresh: Fresh, a: Fact, axis: Fact = MINUS_ONE, kind: Fact = NONE, *, stable: Fact = NONE) -> Fact:
    x = number(a, fresh)
    shape = flattened(x, fresh) if is_none(axis) else x.shape
    return Num(np.dtype(np.intp), "array", (Dim.of(1),) if shape == () else shape)


@infers(np.argpartition)
def _argpartition(fresh: Fresh, a: Fact, kth: Fact, axis: Fact = MINUS_ONE, kind: Fact = NONE) -> Fact:
    return _argsort(fresh, a, axis)


@infers(np.partition)
def _partition(fresh: Fresh, a: Fact, kth: Fact, axis: Fact = MINUS_ONE) -> Fact:
    return _sort(fresh, a, axis)


@infers(np.diff)
def _diff(
    fresh: Fresh, a: Fact, n: Fact = ONE, axis: Fact = MINUS_ONE, prepend: Fact = NONE, append: Fact = NONE
) -> Fact:
    added = [number(fact, fresh) for fact in (prepend, append) if not is_none(fact)]
    if added:
        x = number(a, fresh)
        dtype = promote([x.dtype, *(each.dtype for each in added)])
        return Num(dtype, "array", None if x.shape is None else tuple(fresh("diff") for _ in x.shape))
    x, times, place = number(a, fresh), integer(n), integer(axis)
    dtype = np.dtype(bool) if x.kind == "b" else x.dtype
    if times == 0:  # the operand itself
        return x
    if x.shape is None or times is None or place is None:
        return Num(dtype, "any", None if x.shape is None else tuple(fresh("diff") for _ in x.shape))
    place = normal_axis(place, len(x.shape))
    return Num(dtype, "array", tuple(d.minus(times) if i == place else d for i, d in enumerate(x.shape)))


@infers(np.ediff1d)
def _ediff1d(fresh: Fresh, ary: Fact, to_end: Fact = NONE, to_begin: Fact = NONE) -> Fact:
    (length,) = flattened(number(ary, fresh), fresh) or (fresh("ediff1d"),)
    more = is_none(to_end) and is_none(to_begin)
    return Num(number(ary, fresh).dtype, "array", (length.minus(1) if more else fresh("ediff1d"),))


@infers(np.unwrap)
def _unwrap(fresh: Fresh, p: Fact, discont: Fact = NONE, axis: Fact = MINUS_ONE, *, period: Fact = NONE) -> Fact:
    x = number(p, fresh)
    return Num(x.dtype if x.kind == "f" and is_none(period) else None, "array", x.shape)


@infers(np.searchsorted)
def _searchsorted(fresh: Fresh, a: Fact, v: Fact, side: Fact = NONE, sorter: Fact = NONE) -> Fact:
    x = number(v, fresh)
    return Num(np.dtype(np.intp), "array" if x.rank else "any", x.shape)


@infers(np.unique)
def _unique(fresh: Fresh, ar: Fact) -> Fact:
    x = number(ar, fresh)
    return Num(x.dtype, "array", (fresh("unique"),))
