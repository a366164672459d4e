"""Reductions and running sums that pass over NaNs."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.rules.macros import in_shape, less, running_back, unreduce
from s2sgrad.rules.registry import adjoint, tangent
from s2sgrad.rules.rows import as_rows, first_axis, from_rows, in_a_row, next_axis, over_known_axes
from s2sgrad.rules.when import all_of, any_of, box, given, integer, rank, real

REAL = all_of(real("a"), box("a", "np", "array"))
IN_A_ROW = all_of(REAL, any_of(rank("a", 1), given("axis", None)))
OVER_AXIS = all_of(REAL, integer("axis"))
RUNNING = all_of(REAL, any_of(lambda facts: not rank("a", 0)(facts), given("axis", None)))


@adjoint(np.nansum, when=REAL, selects=True)
def nansum(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of the sum of those that are numbers."""
    return np.where(np.isnan(a), 0, unreduce(dy, a, axis, keepdims))


@tangent(np.nansum, when=REAL)
def nansum_dot(y: Any, a: Any, axis: Any = None, *, keepdims: bool = False, da: Any) -> Any:
    """Of the sum of those that are numbers."""
    return np.where(np.isnan(a), 0, da).sum(axis=axis, keepdims=keepdims)


@adjoint(np.nanmean, when=REAL, selects=True)
def nanmean(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of the mean of those that are numbers."""
    is_number = ~np.isnan(a)
    n = is_number.sum(axis=axis, keepdims=True, dtype=y.dtype)
    return np.where(is_number, unreduce(dy, a, axis, keepdims) / n, 0)


@tangent(np.nanmean, when=REAL)
def nanmean_dot(y: Any, a: Any, axis: Any = None, *, keepdims: bool = False, da: Any) -> Any:
    """Of the mean of those that are numbers."""
    is_number = ~np.isnan(a)
    n = is_number.sum(axis=axis, keepdims=keepdims, dtype=y.dtype)
    return np.where(is_number, da, 0).sum(axis=axis, keepdims=keepdims) / n


@adjoint(np.nanvar, when=REAL, selects=True)
def nanvar(dy: Any, y: Any, a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: bool = False) -> Any:
    """Of the variance of those that are numbers."""
    n = (~np.isnan(a)).sum(axis=axis, keepdims=True, dtype=y.dtype)
    centered = np.nan_to_num(a - np.nanmean(a, axis=axis, keepdims=True))
    return unreduce(dy, a, axis, keepdims) * 2 * centered / less(n, ddof)


@tangent(np.nanvar, when=REAL)
def nanvar_dot(y: Any, a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: bool = False, da: Any) -> Any:
    """Of the variance of those that are numbers."""
    n = (~np.isnan(a)).sum(axis=axis, keepdims=keepdims, dtype=y.dtype)
    centered = np.nan_to_num(a - np.nanmean(a, axis=axis, keepdims=True))
    return 2 * (da * centered).sum(axis=axis, keepdims=keepdims) / less(n, ddof)


@adjoint(np.nanstd, when=REAL, selects=True)
def nanstd(dy: Any, y: Any, a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: bool = False) -> Any:
    """Of the standard deviation of those that are numbers: 0 where they are all equal."""
    n = (~np.isnan(a)).sum(axis=axis, keepdims=True, dtype=y.dtype)
    spread = a - np.nanmean(a, axis=axis, keepdims=True)
    centered = np.nan_to_num(spread - np.nanmean(spread, axis=axis, keepdims=True))
    return unreduce(dy / np.where(y == 0, 1, y), a, axis, keepdims) * centered / less(n, ddof)


@tangent(np.nanstd, when=REAL)
def nanstd_dot(y: Any, a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: bool = False, da: Any) -> Any:
    """Of the standard deviation of those that are numbers: 0 where they are all equal."""
    n = (~np.isnan(a)).sum(axis=axis, keepdims=keepdims, dtype=y.dtype)
    centered = np.nan_to_num(a - np.nanmean(a, axis=axis, keepdims=True))
    return (da * centered).sum(axis=axis, keepdims=keepdims) / np.where(y == 0, 1, y) / less(n, ddof)


@adjoint(np.nanmax, np.nanmin, when=REAL, selects=True)
def nan_extreme(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of the largest or smallest of those that are numbers, shared evenly by all that are equal to it."""
    is_extreme = a == unreduce(y, a, axis, keepdims)
    n_extreme = is_extreme.sum(axis=axis, keepdims=True, dtype=y.dtype)
    return unreduce(dy, a, axis, keepdims) * is_extreme / n_extreme


@tangent(np.nanmax, np.nanmin, when=REAL)
def nan_extreme_dot(y: Any, a: Any, axis: Any = None, *, keepdims: bool = False, da: Any) -> Any:
    """Of the largest or smallest of those that are numbers: the mean over all that are equal to it."""
    is_extreme = a == unreduce(y, a, axis, keepdims)
    n_extreme = is_extreme.sum(axis=axis, keepdims=keepdims, dtype=y.dtype)
    return np.where(is_extreme, da, 0).sum(axis=axis, keepdims=keepdims) / n_extreme


@adjoint(np.nanprod, when=all_of(REAL, over_known_axes), selects=True)
def nanprod(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of the product of those that are numbers: for each, that of those before and behind, exact where some are 0."""
    numbers = np.where(np.isnan(a), 1, a)
    rows = as_rows(numbers, a, axis)
    first = np.ones_like(rows[:1])
    before = np.cumprod(np.concatenate((first, rows[:-1])), axis=0)
    behind = np.cumprod(np.concatenate((first, rows[:0:-1])), axis=0)[::-1]
    slope = from_rows(before * behind, a, axis)
    return np.where(np.isnan(a), 0, unreduce(dy, a, axis, keepdims) * slope)


@tangent(np.nanprod, when=all_of(REAL, over_known_axes))
def nanprod_dot(y: Any, a: Any, axis: Any = None, *, keepdims: bool = False, da: Any) -> Any:
    """Of the product of those that are numbers, exact where some are 0."""
    numbers = np.where(np.isnan(a), 1, a)
    rows = as_rows(numbers, a, axis)
    first = np.ones_like(rows[:1])
    before = np.cumprod(np.concatenate((first, rows[:-1])), axis=0)
    behind = np.cumprod(np.concatenate((first, rows[:0:-1])), axis=0)[::-1]
    slope = from_rows(before * behind, a, axis)
    return np.where(np.isnan(a), 0, da * slope).sum(axis=axis, keepdims=keepdims)


@adjoint(np.nancumsum, when=RUNNING, selects=True)
def nancumsum(dy: Any, y: Any, a: Any, axis: Any = None) -> Any:
    """Of the running sum of those that are numbers."""
    return np.where(np.isnan(a), 0, running_back(dy, a, axis))


@tangent(np.nancumsum, when=REAL)
def nancumsum_dot(y: Any, a: Any, axis: Any = None, *, da: Any) -> Any:
    """Of the running sum of those that are numbers."""
    return np.cumsum(np.where(np.isnan(a), 0, da), axis=axis)


@adjoint(np.nancumprod, when=IN_A_ROW, selects=True)
def nancumprod_of_all(dy: Any, y: Any, a: Any, axis: Any = None) -> Any:
    """Of the running product of those that are numbers: as of all elements, with 1 for the others."""
    row = in_a_row(a)
    numbers = np.where(np.isnan(row), 1, row)
    is_zero = numbers == 0
    each_zero = np.flatnonzero(is_zero)[:8, None] == np.arange(len(numbers))
    free = np.cumprod(np.where(each_zero, 1, numbers), axis=1)
    own = np.cumsum((dy * free)[:, ::-1], axis=1)[:, ::-1]
    slope = np.cumsum((dy * y)[::-1])[::-1] / np.where(is_zero, 1, numbers)
    slope = np.where(is_zero, np.where(each_zero, own, 0).sum(axis=0), slope)
    return in_shape(np.where(np.isnan(row), 0, slope), a, axis)


@adjoint(np.nancumprod, when=OVER_AXIS, selects=True)
def nancumprod(dy: Any, y: Any, a: Any, axis: Any = None) -> Any:
    """Of the running product of those that are numbers over one axis: for the first zeros of each row, without them."""
    numbers = np.where(np.isnan(a), 1, a)
    is_zero = numbers == 0
    order = np.cumsum(is_zero, axis=axis)
    each_zero = is_zero & (order == first_axis(np.arange(1, min(np.max(order, initial=0), 8) + 1), a))
    free = np.cumprod(np.where(each_zero, 1, numbers), axis=next_axis(axis, a))
    own = running_back(dy * free, free, next_axis(axis, a))
    slope = running_back(dy * y, a, axis) / np.where(is_zero, 1, numbers)
    return np.where(np.isnan(a), 0, np.where(is_zero, np.where(each_zero, own, 0).sum(axis=0), slope))


@tangent(np.nancumprod, when=IN_A_ROW)
def nancumprod_of_all_dot(y: Any, a: Any, axis: Any = None, *, da: Any) -> Any:
    """Of the running product of those that are numbers: as of all elements, with 1 for the others."""
    row = in_a_row(a)
    numbers = np.where(np.isnan(row), 1, row)
    is_zero = numbers == 0
    each_zero = np.flatnonzero(is_zero)[:8, None] == np.arange(len(numbers))
    free = np.cumprod(np.where(each_zero, 1, numbers), axis=1)
    rate = np.where(np.isnan(row), 0, in_a_row(da))
    own = np.cumsum(np.where(each_zero, rate, 0), axis=1)
    return y * np.cumsum(np.where(is_zero, 0, rate / np.where(is_zero, 1, numbers))) + (free * own).sum(axis=0)


@tangent(np.nancumprod, when=OVER_AXIS)
def nancumprod_dot(y: Any, a: Any, axis: Any = None, *, da: Any) -> Any:
    """Of the running product of those that are numbers over one axis: for the first zeros of each row, without them."""
    numbers = np.where(np.isnan(a), 1, a)
    is_zero = numbers == 0
    order = np.cumsum(is_zero, axis=axis)
    each_zero = is_zero & (order == first_axis(np.arange(1, min(np.max(order, initial=0), 8) + 1), a))
    free = np.cumprod(np.where(each_zero, 1, numbers), axis=next_axis(axis, a))
    rate = np.where(np.isnan(a), 0, da)
    own = np.cumsum(np.where(each_zero, rate, 0), axis=next_axis(axis, a))
    slopes = np.cumsum(np.where(is_zero, 0, rate / np.where(is_zero, 1, numbers)), axis=axis)
    return y * slopes + (free * own).sum(axis=0)
