"""Functions that take axes away - sums, products, extremes, moments - and running sums."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.rules.macros import count, freedom, one_for_zero, shape_of, unreduce
from s2sgrad.rules.registry import adjoint, linear, tangent
from s2sgrad.rules.when import all_of, double, given, integer, number, rank, real, settled

WHOLE = given("axis", None)

linear(np.sum, np.mean, np.cumsum, np.trace)


@adjoint(np.sum, when=number("a"))
def sum(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of the sum."""
    return unreduce(dy, a, axis, keepdims)


@adjoint(np.mean, when=number("a"))
def mean(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of the mean."""
    return unreduce(dy, a, axis, keepdims) / count(a, axis)


@adjoint(np.max, when=all_of(double("a"), WHOLE), selects=True)
def max_of_all(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of the largest element, shared evenly by all that are equal to it."""
    is_max = a == y
    return dy * is_max / is_max.sum()


@adjoint(np.max, when=double("a"), selects=True)
def max_over_axis(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of the largest elements, shared evenly by all that are equal to them."""
    is_max = a == unreduce(y, a, axis, keepdims)
    n_max = is_max.sum(axis=axis, keepdims=True)
    return unreduce(dy, a, axis, keepdims) * is_max / n_max


@adjoint(np.max, when=real("a"), selects=True)
def max_in_dtype(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of the largest elements; counts in the dtype of ``a``, which an integer count would widen."""
    is_max = a == unreduce(y, a, axis, keepdims)
    n_max = is_max.sum(axis=axis, keepdims=True, dtype=y.dtype)
    return unreduce(dy, a, axis, keepdims) * is_max / n_max


@tangent(np.max, when=all_of(double("a"), WHOLE))
def max_of_all_dot(y: Any, a: Any, axis: Any = None, *, keepdims: bool = False, da: Any) -> Any:
    """Of the largest element: the mean over all that are equal to it."""
    is_max = a == y
    return np.where(is_max, da, 0).sum(keepdims=keepdims) / is_max.sum()


@tangent(np.max, when=double("a"))
def max_over_axis_dot(y: Any, a: Any, axis: Any = None, *, keepdims: bool = False, da: Any) -> Any:
    """Of the largest elements: the mean over all that are equal to them."""
    is_max = a == unreduce(y, a, axis, keepdims)
    n_max = is_max.sum(axis=axis, keepdims=keepdims)
    return np.where(is_max, da, 0).sum(axis=axis, keepdims=keepdims) / n_max


@tangent(np.max, when=real("a"))
def max_in_dtype_dot(y: Any, a: Any, axis: Any = None, *, keepdims: bool = False, da: Any) -> Any:
    """Of the largest elements; counts in the dtype of ``a``, which an integer count would widen."""
    is_max = a == unreduce(y, a, axis, keepdims)
    n_max = is_max.sum(axis=axis, keepdims=keepdims, dtype=y.dtype)
    return np.where(is_max, da, 0).sum(axis=axis, keepdims=keepdims) / n_max


@adjoint(np.min, when=all_of(double("a"), WHOLE), selects=True)
def min_of_all(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of the smallest element, shared evenly by all that are equal to it."""
    is_min = a == y
    return dy * is_min / is_min.sum()


@adjoint(np.min, when=double("a"), selects=True)
def min_over_axis(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of the smallest elements, shared evenly by all that are equal to them."""
    is_min = a == unreduce(y, a, axis, keepdims)
    n_min = is_min.sum(axis=axis, keepdims=True)
    return unreduce(dy, a, axis, keepdims) * is_min / n_min


@adjoint(np.min, when=real("a"), selects=True)
def min_in_dtype(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of the smallest elements; counts in the dtype of ``a``, which an integer count would widen."""
    is_min = a == unreduce(y, a, axis, keepdims)
    n_min = is_min.sum(axis=axis, keepdims=True, dtype=y.dtype)
    return unreduce(dy, a, axis, keepdims) * is_min / n_min


@tangent(np.min, when=all_of(double("a"), WHOLE))
def min_of_all_dot(y: Any, a: Any, axis: Any = None, *, keepdims: bool = False, da: Any) -> Any:
    """Of the smallest element: the mean over all that are equal to it."""
    is_min = a == y
    return np.where(is_min, da, 0).sum(keepdims=keepdims) / is_min.sum()


@tangent(np.min, when=double("a"))
def min_over_axis_dot(y: Any, a: Any, axis: Any = None, *, keepdims: bool = False, da: Any) -> Any:
    """Of the smallest elements: the mean over all that are equal to them."""
    is_min = a == unreduce(y, a, axis, keepdims)
    n_min = is_min.sum(axis=axis, keepdims=keepdims)
    return np.where(is_min, da, 0).sum(axis=axis, keepdims=keepdims) / n_min


@tangent(np.min, when=real("a"))
def min_in_dtype_dot(y: Any, a: Any, axis: Any = None, *, keepdims: bool = False, da: Any) -> Any:
    """Of the smallest elements; counts in the dtype of ``a``, which an integer count would widen."""
    is_min = a == unreduce(y, a, axis, keepdims)
    n_min = is_min.sum(axis=axis, keepdims=keepdims, dtype=y.dtype)
    return np.where(is_min, da, 0).sum(axis=axis, keepdims=keepdims) / n_min


@adjoint(np.ptp, when=real("a"), selects=True)
def ptp(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of the largest minus the smallest element, each shared evenly."""
    is_max = a == np.max(a, axis=axis, keepdims=True)
    is_min = a == np.min(a, axis=axis, keepdims=True)
    n_max = is_max.sum(axis=axis, keepdims=True, dtype=y.dtype)
    n_min = is_min.sum(axis=axis, keepdims=True, dtype=y.dtype)
    return unreduce(dy, a, axis, keepdims) * (is_max / n_max - is_min / n_min)


@tangent(np.ptp, when=real("a"))
def ptp_dot(y: Any, a: Any, axis: Any = None, *, keepdims: bool = False, da: Any) -> Any:
    """Of the largest minus the smallest element, each the mean over its equals."""
    is_max = a == np.max(a, axis=axis, keepdims=True)
    is_min = a == np.min(a, axis=axis, keepdims=True)
    n_max = is_max.sum(axis=axis, keepdims=True, dtype=y.dtype)
    n_min = is_min.sum(axis=axis, keepdims=True, dtype=y.dtype)
    share = is_max / n_max - is_min / n_min
    return np.where(share == 0, 0, da * share).sum(axis=axis, keepdims=keepdims)


@adjoint(np.var, when=all_of(settled("a"), WHOLE))
def var_of_all(dy: Any, y: Any, a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: bool = False) -> Any:
    """Of the variance of all elements."""
    return dy * 2 * (a - np.mean(a)) / freedom(a, axis, ddof)


@adjoint(np.var, when=settled("a"))
def var(dy: Any, y: Any, a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: bool = False) -> Any:
    """Of the variance."""
    centered = a - np.mean(a, axis=axis, keepdims=True)
    return unreduce(dy, a, axis, keepdims) * 2 * centered / freedom(a, axis, ddof)


@tangent(np.var, when=real("a"))
def var_dot(y: Any, a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: bool = False, da: Any) -> Any:
    """Of the variance."""
    centered = a - np.mean(a, axis=axis, keepdims=True)
    return 2 * (da * centered).sum(axis=axis, keepdims=keepdims) / freedom(a, axis, ddof)


@adjoint(np.std, when=all_of(settled("a"), WHOLE))
def std_of_all(dy: Any, y: Any, a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: bool = False) -> Any:
    """Of the standard deviation of all elements: 0 where they are all equal."""
    spread = a - np.mean(a)
    # The mean of equal elements may round; what is left of it is the same everywhere, and goes with a second centring.
    slope = dy / one_for_zero(y) / freedom(a, axis, ddof)
    return slope * (spread - np.mean(spread))


@adjoint(np.std, when=settled("a"))
def std(dy: Any, y: Any, a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: bool = False) -> Any:
    """Of the standard deviation: 0 where all elements are equal."""
    spread = a - np.mean(a, axis=axis, keepdims=True)
    centered = spread - np.mean(spread, axis=axis, keepdims=True)
    slope = dy / one_for_zero(y) / freedom(a, axis, ddof)
    return unreduce(slope, a, axis, keepdims) * centered


@tangent(np.std, when=real("a"))
def std_dot(y: Any, a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: bool = False, da: Any) -> Any:
    """Of the standard deviation: 0 where all elements are equal."""
    spread = a - np.mean(a, axis=axis, keepdims=True)
    centered = spread - np.mean(spread, axis=axis, keepdims=True)
    return (da * centered).sum(axis=axis, keepdims=keepdims) / one_for_zero(y) / freedom(a, axis, ddof)


@adjoint(np.prod, when=all_of(number("a"), WHOLE))
def prod_of_all(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of the product of all elements: for each, the product of those before and behind, exact where some are 0."""
    flat = np.ravel(a)
    first = np.ones_like(flat[:1])
    before = np.cumprod(np.concatenate((first, flat[:-1])))
    behind = np.cumprod(np.concatenate((first, flat[:0:-1])))[::-1]
    return dy * np.reshape(before * behind, shape_of(a))


@adjoint(np.prod, when=integer("axis"))
def prod(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of the product over one axis: for each element, the product of those before and behind."""
    rows = np.moveaxis(a, axis, 0)
    first = np.ones_like(rows[:1])
    before = np.cumprod(np.concatenate((first, rows[:-1])), axis=0)
    behind = np.cumprod(np.concatenate((first, rows[:0:-1])), axis=0)[::-1]
    return unreduce(dy, a, axis, keepdims) * np.moveaxis(before * behind, 0, axis)


@tangent(np.prod, when=all_of(number("a"), WHOLE))
def prod_of_all_dot(y: Any, a: Any, axis: Any = None, *, keepdims: bool = False, da: Any) -> Any:
    """Of the product of all elements: each tangent times the product of those before and behind."""
    flat = np.ravel(a)
    first = np.ones_like(flat[:1])
    before = np.cumprod(np.concatenate((first, flat[:-1])))
    behind = np.cumprod(np.concatenate((first, flat[:0:-1])))[::-1]
    return (da * np.reshape(before * behind, shape_of(a))).sum(keepdims=keepdims)


@tangent(np.prod, when=integer("axis"))
def prod_dot(y: Any, a: Any, axis: Any = None, *, keepdims: bool = False, da: Any) -> Any:
    """Of the product over one axis."""
    rows = np.moveaxis(a, axis, 0)
    first = np.ones_like(rows[:1])
    before = np.cumprod(np.concatenate((first, rows[:-1])), axis=0)
    behind = np.cumprod(np.concatenate((first, rows[:0:-1])), axis=0)[::-1]
    return (da * np.moveaxis(before * behind, 0, axis)).sum(axis=axis, keepdims=keepdims)


@adjoint(np.cumsum, when=rank("a", 1))
def cumsum_of_vector(dy: Any, y: Any, a: Any, axis: Any = None) -> Any:
    """Of the running sum of a vector: the running sum from the other end."""
    return np.cumsum(dy[::-1])[::-1]


@adjoint(np.cumsum, when=WHOLE)
def cumsum_of_all(dy: Any, y: Any, a: Any, axis: Any = None) -> Any:
    """Of the running sum of all elements in order."""
    return np.reshape(np.cumsum(dy[::-1])[::-1], shape_of(a))


@adjoint(np.cumsum, when=given("axis", 0))
def cumsum_over_rows(dy: Any, y: Any, a: Any, axis: Any = None) -> Any:
    """Of the running sum over the first axis."""
    return np.cumsum(dy[::-1], axis=0)[::-1]


@adjoint(np.cumsum, when=integer("axis"))
def cumsum(dy: Any, y: Any, a: Any, axis: Any = None) -> Any:
    """Of the running sum over one axis."""
    return np.flip(np.cumsum(np.flip(dy, axis), axis=axis), axis)


@adjoint(np.trace, when=all_of(rank("a", 2), double("a"), given("offset", 0)), selects=True)
def main_trace(dy: Any, y: Any, a: Any, offset: Any = 0) -> Any:
    """Of the sum over the main diagonal of a matrix."""
    return dy * np.eye(len(a), a.shape[1])


@adjoint(np.trace, when=rank("a", 2), selects=True)
def trace(dy: Any, y: Any, a: Any, offset: Any = 0) -> Any:
    """Of the sum over a diagonal of a matrix."""
    return dy * np.eye(len(a), a.shape[1], offset, a.dtype)
