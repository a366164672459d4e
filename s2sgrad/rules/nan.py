"""Reductions and running sums that pass over NaNs."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.rules.macros import in_shape, less, running_back, unreduce
from s2sgrad.rules.registry import adjoint, tangent
from s2sgrad.rules.when import all_of, box, real

REAL = all_of(real("a"), box("a", "np", "array"))


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


@adjoint(np.nanprod, when=REAL, selects=True)
def nanprod(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of the product of those that are numbers: for each, the product of the others, exact where some are 0.

    ``left`` is the product of the other zeros: a single one counts, since its derivative is 1.
    """
    is_zero = a == 0
    others = np.where(is_zero | np.isnan(a), 1, a)
    zeros = np.where(is_zero, a, 0)
    n_left = is_zero.sum(axis=axis, keepdims=True) - is_zero
    left = np.where(n_left == 1, zeros.sum(axis=axis, keepdims=True) - zeros, n_left == 0)
    slope = left * np.prod(others, axis=axis, keepdims=True) / others
    return np.where(np.isnan(a), 0, unreduce(dy, a, axis, keepdims) * slope)


@tangent(np.nanprod, when=REAL)
def nanprod_dot(y: Any, a: Any, axis: Any = None, *, keepdims: bool = False, da: Any) -> Any:
    """Of the product of those that are numbers, exact where some are 0."""
    is_zero = a == 0
    others = np.where(is_zero | np.isnan(a), 1, a)
    zeros = np.where(is_zero, a, 0)
    n_left = is_zero.sum(axis=axis, keepdims=True) - is_zero
    left = np.where(n_left == 1, zeros.sum(axis=axis, keepdims=True) - zeros, n_left == 0)
    slope = left * np.prod(others, axis=axis, keepdims=True) / others
    return np.where(np.isnan(a), 0, da * slope).sum(axis=axis, keepdims=keepdims)


@adjoint(np.nancumsum, when=REAL, selects=True)
def nancumsum(dy: Any, y: Any, a: Any, axis: Any = None) -> Any:
    """Of the running sum of those that are numbers."""
    return np.where(np.isnan(a), 0, running_back(dy, a, axis))


@tangent(np.nancumsum, when=REAL)
def nancumsum_dot(y: Any, a: Any, axis: Any = None, *, da: Any) -> Any:
    """Of the running sum of those that are numbers."""
    return np.cumsum(np.where(np.isnan(a), 0, da), axis=axis)


@adjoint(np.nancumprod, when=REAL, selects=True)
def nancumprod(dy: Any, y: Any, a: Any, axis: Any = None) -> Any:
    """Of the running product of those that are numbers: exact where some are 0."""
    numbers = np.where(np.isnan(a), 1, a)
    is_zero = numbers == 0
    order = in_shape(np.cumsum(is_zero, axis=axis), a, axis)
    is_first = is_zero & (order == 1)
    is_second = is_zero & (order == 2)
    free = np.cumprod(np.where(is_first, 1, numbers), axis=axis)
    freed = np.cumprod(np.where(is_second, 1, numbers), axis=axis)
    slope = running_back(dy * y, a, axis) / np.where(is_zero, 1, numbers)
    slope = np.where(is_second, running_back(dy * freed, a, axis), slope)
    return np.where(np.isnan(a), 0, np.where(is_first, running_back(dy * free, a, axis), slope))


@tangent(np.nancumprod, when=REAL)
def nancumprod_dot(y: Any, a: Any, axis: Any = None, *, da: Any) -> Any:
    """Of the running product of those that are numbers: exact where some are 0."""
    numbers = np.where(np.isnan(a), 1, a)
    is_zero = numbers == 0
    order = in_shape(np.cumsum(is_zero, axis=axis), a, axis)
    is_first = is_zero & (order == 1)
    is_second = is_zero & (order == 2)
    free = np.cumprod(np.where(is_first, 1, numbers), axis=axis)
    freed = np.cumprod(np.where(is_second, 1, numbers), axis=axis)
    rate = np.where(np.isnan(a), 0, da)
    slopes = np.cumsum(np.where(is_zero, 0, rate / np.where(is_zero, 1, numbers)), axis=axis)
    slopes = y * slopes + freed * np.cumsum(np.where(is_second, rate, 0), axis=axis)
    return slopes + free * np.cumsum(np.where(is_first, rate, 0), axis=axis)
