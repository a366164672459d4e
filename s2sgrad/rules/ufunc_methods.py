"""Reductions, running reductions and outer tables made of elementwise functions.

``np.add.reduce``, ``np.maximum.reduce`` and their like go by the rules of ``np.sum``, ``np.max``, ...
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.infer.ufunc_methods import ufunc_method
from s2sgrad.rules.macros import across, beside, over_first, over_second, shape_of, unreduce, wide
from s2sgrad.rules.places import from_front, in_front
from s2sgrad.rules.pulled import pulled_tensordot
from s2sgrad.rules.registry import adjoint, linear, tangent
from s2sgrad.rules.rows import first_axis
from s2sgrad.rules.when import all_of, box, integer, rank, ranked, real, settled

LOGADDEXP, HYPOT = ufunc_method(np.logaddexp, "reduce"), ufunc_method(np.hypot, "reduce")
SUBTRACT, DIVIDE = ufunc_method(np.subtract, "reduce"), ufunc_method(np.divide, "reduce")
ADD, SUBTRACT_ALL = ufunc_method(np.add, "outer"), ufunc_method(np.subtract, "outer")
MULTIPLY, POWER = ufunc_method(np.multiply, "outer"), ufunc_method(np.power, "outer")
DIVIDE_ALL, HYPOT_OF_TWO = [ufunc_method(np.divide, "outer")], ufunc_method(np.hypot, "outer")
EXTREME_OF_TWO = (ufunc_method(np.maximum, "outer"), ufunc_method(np.minimum, "outer"))
EXTREMES = (ufunc_method(np.maximum, "accumulate"), ufunc_method(np.minimum, "accumulate"))
ADD_SLICES, MULTIPLY_SLICES = ufunc_method(np.add, "reduceat"), ufunc_method(np.multiply, "reduceat")
EXTREME_SLICES = (ufunc_method(np.maximum, "reduceat"), ufunc_method(np.minimum, "reduceat"))
SLICED = all_of(integer("axis"), ranked("array"))
REAL = all_of(real("array"), box("array", "array"))
TABLE = all_of(settled("A", "B"), ranked("A"), ranked("B"))


# ---- reductions ----


@adjoint(LOGADDEXP, when=REAL)
def logaddexp_reduce(dy: Any, y: Any, array: Any, axis: Any = 0, *, keepdims: bool = False) -> Any:
    """Of the logarithm of a sum of exponentials: 0 where all are ``-inf``."""
    log_total = unreduce(np.where(y == -np.inf, 0, y), array, axis, keepdims)
    return unreduce(dy, array, axis, keepdims) * np.exp(array - log_total)


@tangent(LOGADDEXP, when=REAL)
def logaddexp_reduce_dot(y: Any, array: Any, axis: Any = 0, *, keepdims: bool = False, darray: Any) -> Any:
    """Of the logarithm of a sum of exponentials: 0 where all are ``-inf``."""
    log_total = unreduce(np.where(y == -np.inf, 0, y), array, axis, keepdims)
    return (darray * np.exp(array - log_total)).sum(axis=axis, keepdims=keepdims)


@adjoint(HYPOT, when=REAL)
def hypot_reduce(dy: Any, y: Any, array: Any, axis: Any = 0, *, keepdims: bool = False) -> Any:
    """Of the length of a vector: 0 at 0."""
    return unreduce(dy, array, axis, keepdims) * array / unreduce(np.where(y == 0, 1, y), array, axis, keepdims)


@tangent(HYPOT, when=REAL)
def hypot_reduce_dot(y: Any, array: Any, axis: Any = 0, *, keepdims: bool = False, darray: Any) -> Any:
    """Of the length of a vector: 0 at 0."""
    return (darray * array).sum(axis=axis, keepdims=keepdims) / np.where(y == 0, 1, y)


@adjoint(SUBTRACT, when=all_of(REAL, integer("axis")))
def subtract_reduce(dy: Any, y: Any, array: Any, axis: Any = 0, *, keepdims: bool = False) -> Any:
    """Of the first element minus all others."""
    slope = unreduce(dy, array, axis, keepdims)
    return np.where(across(array, axis) == 0, slope, -slope)


linear(SUBTRACT)


@adjoint(DIVIDE, when=all_of(REAL, integer("axis")))
def divide_reduce(dy: Any, y: Any, array: Any, axis: Any = 0, *, keepdims: bool = False) -> Any:
    """Of the first element divided by all others, none of which is 0."""
    slope = unreduce(dy * y, array, axis, keepdims) / array
    return np.where(across(array, axis) == 0, slope, -slope)


@tangent(DIVIDE, when=all_of(REAL, integer("axis")))
def divide_reduce_dot(y: Any, array: Any, axis: Any = 0, *, keepdims: bool = False, darray: Any) -> Any:
    """Of the first element divided by all others, none of which is 0."""
    rate = darray / array
    return y * np.where(across(array, axis) == 0, rate, -rate).sum(axis=axis, keepdims=keepdims)


# ---- reductions of slices ----


@adjoint(ADD_SLICES, when=all_of(REAL, SLICED), exact=True)
def add_reduceat(dy: Any, y: Any, array: Any, indices: Any = (0,), axis: Any = 0) -> Any:
    """Of the sums of slices: from each index up to the next one, or of one element if that is not behind it."""
    starts = np.asarray(indices)
    lengths = np.maximum(np.diff(starts, append=array.shape[axis]), 1)
    places = np.arange(lengths.sum()) + np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
    rows = np.zeros_like(in_front(array, array, axis))
    np.add.at(rows, places, np.repeat(in_front(dy, array, axis), lengths, axis=0))
    return from_front(rows, array, axis)


linear(ADD_SLICES)


@adjoint(*EXTREME_SLICES, when=all_of(REAL, SLICED), selects=True, exact=True)
def extreme_reduceat(dy: Any, y: Any, array: Any, indices: Any = (0,), axis: Any = 0) -> Any:
    """Of the largest or smallest elements of slices: shared by those that are equal."""
    starts = np.asarray(indices)
    lengths = np.maximum(np.diff(starts, append=array.shape[axis]), 1)
    firsts = np.cumsum(lengths) - lengths
    places = np.arange(lengths.sum()) + np.repeat(starts - firsts, lengths)
    is_extreme = in_front(array, array, axis)[places] == np.repeat(in_front(y, array, axis), lengths, axis=0)
    shares = in_front(dy, array, axis) / np.add.reduceat(is_extreme, firsts, axis=0, dtype=int)
    rows = np.zeros_like(in_front(array, array, axis))
    np.add.at(rows, places, is_extreme * np.repeat(shares, lengths, axis=0))
    return from_front(rows, array, axis)


@tangent(*EXTREME_SLICES, when=all_of(REAL, SLICED))
def extreme_reduceat_dot(y: Any, array: Any, indices: Any = (0,), axis: Any = 0, *, darray: Any) -> Any:
    """Of the largest or smallest elements of slices: the mean over those that are equal."""
    starts = np.asarray(indices)
    lengths = np.maximum(np.diff(starts, append=array.shape[axis]), 1)
    firsts = np.cumsum(lengths) - lengths
    places = np.arange(lengths.sum()) + np.repeat(starts - firsts, lengths)
    is_extreme = in_front(array, array, axis)[places] == np.repeat(in_front(y, array, axis), lengths, axis=0)
    moved = np.add.reduceat(np.where(is_extreme, in_front(darray, array, axis)[places], 0), firsts, axis=0)
    return from_front(moved / np.add.reduceat(is_extreme, firsts, axis=0, dtype=int), array, axis)


@adjoint(MULTIPLY_SLICES, when=all_of(REAL, SLICED), exact=True)
def multiply_reduceat(dy: Any, y: Any, array: Any, indices: Any = (0,), axis: Any = 0) -> Any:
    """Of the products of slices: exact where some elements of a slice are 0."""
    starts = np.asarray(indices)
    lengths = np.maximum(np.diff(starts, append=array.shape[axis]), 1)
    firsts = np.cumsum(lengths) - lengths
    places = np.arange(lengths.sum()) + np.repeat(starts - firsts, lengths)
    factors = in_front(array, array, axis)[places]
    is_zero = factors == 0
    count = np.cumsum(is_zero, axis=0)
    order = count - np.repeat((count - is_zero)[firsts], lengths, axis=0)
    each_zero = is_zero & (order == first_axis(np.arange(1, min(np.max(order, initial=0), 8) + 1), array))
    free = np.repeat(np.multiply.reduceat(np.where(each_zero, 1, factors), firsts, axis=1), lengths, axis=1)
    others = np.repeat(np.multiply.reduceat(factors, firsts, axis=0), lengths, axis=0) / np.where(is_zero, 1, factors)
    others = np.where(is_zero, np.where(each_zero, free, 0).sum(axis=0), others)
    rows = np.zeros_like(in_front(array, array, axis))
    np.add.at(rows, places, others * np.repeat(in_front(dy, array, axis), lengths, axis=0))
    return from_front(rows, array, axis)


@tangent(MULTIPLY_SLICES, when=all_of(REAL, SLICED))
def multiply_reduceat_dot(y: Any, array: Any, indices: Any = (0,), axis: Any = 0, *, darray: Any) -> Any:
    """Of the products of slices: exact where some elements of a slice are 0."""
    starts = np.asarray(indices)
    lengths = np.maximum(np.diff(starts, append=array.shape[axis]), 1)
    firsts = np.cumsum(lengths) - lengths
    places = np.arange(lengths.sum()) + np.repeat(starts - firsts, lengths)
    factors = in_front(array, array, axis)[places]
    is_zero = factors == 0
    count = np.cumsum(is_zero, axis=0)
    order = count - np.repeat((count - is_zero)[firsts], lengths, axis=0)
    each_zero = is_zero & (order == first_axis(np.arange(1, min(np.max(order, initial=0), 8) + 1), array))
    free = np.repeat(np.multiply.reduceat(np.where(each_zero, 1, factors), firsts, axis=1), lengths, axis=1)
    others = np.repeat(np.multiply.reduceat(factors, firsts, axis=0), lengths, axis=0) / np.where(is_zero, 1, factors)
    others = np.where(is_zero, np.where(each_zero, free, 0).sum(axis=0), others)
    return from_front(np.add.reduceat(others * in_front(darray, array, axis)[places], firsts, axis=0), array, axis)


# ---- running extremes ----


@adjoint(*EXTREMES, when=all_of(REAL, rank("array", 1)), selects=True, exact=True)
def running_extreme(dy: Any, y: Any, array: Any, axis: Any = 0) -> Any:
    """Of the largest or smallest element so far: the latest of those that are equal to it."""
    record = np.maximum.accumulate(np.where(array == y, np.arange(len(array)), 0))
    darray = np.zeros_like(array)
    np.add.at(darray, record, dy)
    return darray


@tangent(*EXTREMES, when=all_of(REAL, rank("array", 1)))
def running_extreme_dot(y: Any, array: Any, axis: Any = 0, *, darray: Any) -> Any:
    """Of the largest or smallest element so far: the latest of those that are equal to it."""
    record = np.maximum.accumulate(np.where(array == y, np.arange(len(array)), 0))
    return darray[record]


@adjoint(*EXTREMES, when=all_of(REAL, integer("axis"), ranked("array")), selects=True, exact=True)
def running_extremes(dy: Any, y: Any, array: Any, axis: Any = 0) -> Any:
    """Of the largest or smallest elements so far along one axis: the latest of those that are equal to them."""
    is_record = array == y
    places = np.reshape(np.arange(array.size), array.shape)
    record = np.maximum.accumulate(np.where(is_record, places, 0), axis=axis)
    total = np.zeros(array.size, array.dtype)
    np.add.at(total, np.ravel(record), np.ravel(dy))  # several times as fast as at places in a matrix
    return np.reshape(total, shape_of(array))


@tangent(*EXTREMES, when=all_of(REAL, integer("axis"), ranked("array")))
def running_extremes_dot(y: Any, array: Any, axis: Any = 0, *, darray: Any) -> Any:
    """Of the largest or smallest elements so far along one axis: the latest of those that are equal to them."""
    is_record = array == y
    places = np.reshape(np.arange(array.size), array.shape)
    record = np.maximum.accumulate(np.where(is_record, places, 0), axis=axis)
    return np.ravel(darray)[record]


# ---- tables ----


@adjoint(ADD, when=TABLE, exact=True)
def add_outer(dy: Any, y: Any, A: Any, B: Any) -> Any:
    """Of all sums of an element of ``A`` and one of ``B``."""
    return over_second(dy, B), over_first(dy, A)


linear(ADD, SUBTRACT_ALL)


@adjoint(SUBTRACT_ALL, when=TABLE, exact=True)
def subtract_outer(dy: Any, y: Any, A: Any, B: Any) -> Any:
    """Of all differences of an element of ``A`` and one of ``B``."""
    return over_second(dy, B), -over_first(dy, A)


@adjoint(MULTIPLY, when=TABLE)
def multiply_outer(dy: Any, y: Any, A: Any, B: Any) -> Any:
    """Of all products of an element of ``A`` and one of ``B``."""
    return pulled_tensordot(0, 0, dy, A, B), pulled_tensordot(1, 0, dy, A, B)


@tangent(MULTIPLY, when=TABLE)
def multiply_outer_dot(y: Any, A: Any, B: Any, *, dA: Any, dB: Any) -> Any:
    """Of all products of an element of ``A`` and one of ``B``."""
    return np.multiply.outer(dA, B), np.multiply.outer(A, dB)


@adjoint(*DIVIDE_ALL, when=TABLE, exact=True)
def divide_outer(dy: Any, y: Any, A: Any, B: Any) -> Any:
    """Of all quotients of an element of ``A`` and one of ``B``."""
    slope = dy / B
    return over_second(slope, B), -pulled_tensordot(1, 0, slope, A, B) / B


@tangent(*DIVIDE_ALL, when=TABLE)
def divide_outer_dot(y: Any, A: Any, B: Any, *, dA: Any, dB: Any) -> Any:
    """Of all quotients of an element of ``A`` and one of ``B``."""
    return np.divide.outer(dA, B), -y * dB / B


@adjoint(POWER, when=TABLE, exact=True)
def power_outer(dy: Any, y: Any, A: Any, B: Any) -> Any:
    """Of every element of ``A`` to every power in ``B``: 0 where that is 0; for the power, 0 where the element is."""
    base = beside(A, B)
    slope = B * base ** np.where(B == 0, 0, B - 1)
    return over_second(dy * slope, B), over_first(dy * y * np.log(np.where(base == 0, 1, wide(base))), A)


@tangent(POWER, when=TABLE)
def power_outer_dot(y: Any, A: Any, B: Any, *, dA: Any, dB: Any) -> Any:
    """Of every element of ``A`` to every power in ``B``: 0 where that is 0; for the power, 0 where the element is."""
    base = beside(A, B)
    slope = B * base ** np.where(B == 0, 0, B - 1)
    return np.multiply.outer(dA, np.ones_like(B)) * slope, y * np.log(np.where(base == 0, 1, wide(base))) * dB


@adjoint(*EXTREME_OF_TWO, when=TABLE, selects=True, exact=True)
def extreme_outer(dy: Any, y: Any, A: Any, B: Any) -> Any:
    """Of the larger or smaller of all pairs; half to each of two equal ones."""
    base = beside(A, B)
    shared = np.where(base == B, dy / 2, 0)
    return over_second(np.where(base == y, dy, 0) - shared, B), over_first(np.where(y == B, dy, 0) - shared, A)


@tangent(*EXTREME_OF_TWO, when=TABLE)
def extreme_outer_dot(y: Any, A: Any, B: Any, *, dA: Any, dB: Any) -> Any:
    """Of the larger or smaller of all pairs; half of each of two equal ones."""
    base = beside(A, B)
    share = np.where(base == B, 2, 1)
    first = np.multiply.outer(dA, np.ones_like(B))
    return np.where(base == y, first / share, 0), np.where(y == B, dB / share, 0)


@adjoint(HYPOT_OF_TWO, when=TABLE, exact=True)
def hypot_outer(dy: Any, y: Any, A: Any, B: Any) -> Any:
    """Of the lengths of all pairs: 0 at 0."""
    slope = dy / np.where(y == 0, 1, y)
    return over_second(slope, B) * A, over_first(slope, A) * B


@tangent(HYPOT_OF_TWO, when=TABLE)
def hypot_outer_dot(y: Any, A: Any, B: Any, *, dA: Any, dB: Any) -> Any:
    """Of the lengths of all pairs: 0 at 0."""
    length = np.where(y == 0, 1, y)
    return np.multiply.outer(dA * A, np.ones_like(B)) / length, B * dB / length
