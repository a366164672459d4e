"""Reductions of some of the elements (``where=``), from a value to start with (``initial=``), in a given dtype."""

from __future__ import annotations

from typing import Any

import numpy as np

import s2sgrad.rules.reductions  # noqa: F401  # its rules come first
from s2sgrad.rules.macros import kept, less, shape_of, times, unreduce
from s2sgrad.rules.registry import adjoint, tangent
from s2sgrad.rules.rows import as_rows, from_rows, one_elsewhere, over_known_axes
from s2sgrad.rules.when import all_of, box, number, real, some

REAL = all_of(real("a"), box("a", "np", "array"))


@adjoint(np.sum, when=number("a"), selects=True)
def sum_of_some(
    dy: Any,
    y: Any,
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    *,
    keepdims: bool = False,
    initial: Any = 0,
    where: Any = True,
) -> Any:
    """Of the sum of some elements and a constant."""
    return kept(where, unreduce(dy, a, axis, keepdims))


@tangent(np.sum, when=all_of(number("a"), some("initial")))
def sum_of_some_dot(
    y: Any,
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    *,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
    da: Any,
) -> Any:
    """Of the sum of some elements and a constant."""
    return np.sum(da, axis=axis, keepdims=keepdims, where=where)


@adjoint(np.mean, when=number("a"), selects=True)
def mean_of_some(
    dy: Any, y: Any, a: Any, axis: Any = None, dtype: Any = None, *, keepdims: bool = False, where: Any = True
) -> Any:
    """Of the mean of some elements."""
    n = np.broadcast_to(where, shape_of(a)).sum(axis=axis, keepdims=True, dtype=y.dtype)
    return kept(where, unreduce(dy, a, axis, keepdims) / n)


@adjoint(np.var, when=REAL, selects=True)
def var_of_some(
    dy: Any,
    y: Any,
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    *,
    ddof: Any = 0,
    keepdims: bool = False,
    where: Any = True,
    correction: Any = 0,
) -> Any:
    """Of the variance of some elements."""
    n = np.broadcast_to(where, shape_of(a)).sum(axis=axis, keepdims=True, dtype=y.dtype)
    centered = a - np.mean(a, axis=axis, keepdims=True, where=where)
    return kept(where, unreduce(dy, a, axis, keepdims) * 2 * centered / less(less(n, ddof), correction))


@tangent(np.var, when=REAL)
def var_of_some_dot(
    y: Any,
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    *,
    ddof: Any = 0,
    keepdims: bool = False,
    where: Any = True,
    correction: Any = 0,
    da: Any,
) -> Any:
    """Of the variance of some elements."""
    n = np.broadcast_to(where, shape_of(a)).sum(axis=axis, keepdims=keepdims, dtype=y.dtype)
    centered = a - np.mean(a, axis=axis, keepdims=True, where=where)
    return 2 * np.sum(da * centered, axis=axis, keepdims=keepdims, where=where) / less(less(n, ddof), correction)


@adjoint(np.std, when=REAL, selects=True)
def std_of_some(
    dy: Any,
    y: Any,
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    *,
    ddof: Any = 0,
    keepdims: bool = False,
    where: Any = True,
    correction: Any = 0,
) -> Any:
    """Of the standard deviation of some elements: 0 where they are all equal."""
    n = np.broadcast_to(where, shape_of(a)).sum(axis=axis, keepdims=True, dtype=y.dtype)
    spread = a - np.mean(a, axis=axis, keepdims=True, where=where)
    centered = spread - np.mean(spread, axis=axis, keepdims=True, where=where)
    slope = unreduce(dy / np.where(y == 0, 1, y), a, axis, keepdims)
    return kept(where, slope * centered / less(less(n, ddof), correction))


@tangent(np.std, when=REAL)
def std_of_some_dot(
    y: Any,
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    *,
    ddof: Any = 0,
    keepdims: bool = False,
    where: Any = True,
    correction: Any = 0,
    da: Any,
) -> Any:
    """Of the standard deviation of some elements: 0 where they are all equal."""
    n = np.broadcast_to(where, shape_of(a)).sum(axis=axis, keepdims=keepdims, dtype=y.dtype)
    centered = a - np.mean(a, axis=axis, keepdims=True, where=where)
    total = np.sum(da * centered, axis=axis, keepdims=keepdims, where=where)
    return total / np.where(y == 0, 1, y) / less(less(n, ddof), correction)


@adjoint(np.max, np.min, when=REAL, selects=True)
def extreme_of_some(
    dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False, initial: Any = None, where: Any = True
) -> Any:
    """Of the largest or smallest of some elements and a constant, shared evenly by all that are equal to it."""
    is_extreme = kept(where, a == unreduce(y, a, axis, keepdims))
    n_extreme = is_extreme.sum(axis=axis, keepdims=True, dtype=y.dtype) + unreduce(y == initial, a, axis, keepdims)
    return unreduce(dy, a, axis, keepdims) * is_extreme / n_extreme


@tangent(np.max, np.min, when=REAL)
def extreme_of_some_dot(
    y: Any,
    a: Any,
    axis: Any = None,
    *,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
    da: Any,
) -> Any:
    """Of the largest or smallest of some elements and a constant: the mean over all that are equal to it."""
    is_extreme = kept(where, a == unreduce(y, a, axis, keepdims))
    n_extreme = is_extreme.sum(axis=axis, keepdims=keepdims, dtype=y.dtype) + (y == initial)
    return (da * is_extreme).sum(axis=axis, keepdims=keepdims) / n_extreme


@adjoint(np.prod, when=all_of(REAL, over_known_axes), selects=True)
def prod_of_some(
    dy: Any,
    y: Any,
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    *,
    keepdims: bool = False,
    initial: Any = 1,
    where: Any = True,
) -> Any:
    """Of the product of some elements and a constant: for each, that of the others before and behind, times it."""
    factors = one_elsewhere(where, a)
    rows = as_rows(factors, a, axis)
    first = np.ones_like(rows[:1])
    before = np.cumprod(np.concatenate((first, rows[:-1])), axis=0)
    behind = np.cumprod(np.concatenate((first, rows[:0:-1])), axis=0)[::-1]
    slope = times(from_rows(before * behind, a, axis), initial)
    return kept(where, unreduce(dy, a, axis, keepdims) * slope)


@tangent(np.prod, when=all_of(REAL, over_known_axes))
def prod_of_some_dot(
    y: Any,
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    *,
    keepdims: bool = False,
    initial: Any = 1,
    where: Any = True,
    da: Any,
) -> Any:
    """Of the product of some elements and a constant, exact where some are 0."""
    factors = one_elsewhere(where, a)
    rows = as_rows(factors, a, axis)
    first = np.ones_like(rows[:1])
    before = np.cumprod(np.concatenate((first, rows[:-1])), axis=0)
    behind = np.cumprod(np.concatenate((first, rows[:0:-1])), axis=0)[::-1]
    slope = times(from_rows(before * behind, a, axis), initial)
    return np.sum(da * slope, axis=axis, keepdims=keepdims, where=where)
