"""Medians and quantiles that hang on one or two elements of a vector, or of all: one partition finds them.

``ranking``, of which the rules for several axes and several quantiles are made, sorts twice. In a partition NaN stands
behind all numbers, so that the quantiles of the numbers find theirs in the same way.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.rules.macros import across, shape_of, unreduce
from s2sgrad.rules.ranking import METHODS, in_dtype, position
from s2sgrad.rules.registry import adjoint, tangent
from s2sgrad.rules.when import all_of, box, given, integer, rank, ranked, real

VECTOR = all_of(real("a"), rank("a", 1))
ALL = all_of(real("a"), ranked("a"), box("a", "array"), given("axis", None), given("keepdims", False))
ALONG = all_of(real("a"), ranked("a"), box("a", "array"), integer("axis"))
ONE_QUANTILE = all_of(VECTOR, rank("q", 0), given("method", *METHODS))


# ---- medians ----


@adjoint(np.median, when=VECTOR, selects=True, exact=True)
def median_of_vector(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of the median of a vector: of an even number of elements, half of each of the two in the middle."""
    middle = [(len(a) - 1) // 2, len(a) // 2]
    da = np.zeros_like(a)
    np.add.at(da, np.argpartition(a, middle)[middle], dy / 2)
    return da


@adjoint(np.nanmedian, when=VECTOR, selects=True, exact=True)
def nanmedian_of_vector(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of the median of those elements of a vector that are numbers."""
    n = np.count_nonzero(~np.isnan(a))
    middle = [(n - 1) // 2, n // 2]
    da = np.zeros_like(a)
    np.add.at(da, np.argpartition(a, middle)[middle], dy / 2)
    return np.where(np.isnan(a), 0, da)


@adjoint(np.median, when=ALL, selects=True, exact=True)
def median_of_all(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of the median of all elements: of an even number of them, half of each of the two in the middle."""
    middle = [(a.size - 1) // 2, a.size // 2]
    flat = np.zeros(a.size, a.dtype)
    np.add.at(flat, np.argpartition(a, middle, axis=None)[middle], dy / 2)
    return np.reshape(flat, shape_of(a))


@adjoint(np.nanmedian, when=ALL, selects=True, exact=True)
def nanmedian_of_all(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of the median of all elements that are numbers."""
    n = np.count_nonzero(~np.isnan(a))
    middle = [(n - 1) // 2, n // 2]
    flat = np.zeros(a.size, a.dtype)
    np.add.at(flat, np.argpartition(a, middle, axis=None)[middle], dy / 2)
    return np.where(np.isnan(a), 0, np.reshape(flat, shape_of(a)))


# ---- quantiles of a vector ----


@adjoint(np.quantile, when=ONE_QUANTILE, selects=True, exact=True)
def quantile_of_vector(
    dy: Any, y: Any, a: Any, q: Any = 0.5, axis: Any = None, *, method: Any = "linear", keepdims: bool = False
) -> Any:
    """Of a quantile of a vector: a share of each of the two elements between which it lies."""
    place = position(q, len(a), method)
    around = [int(place), int(np.ceil(place))]
    share = place - around[0]
    da = np.zeros_like(a)
    np.add.at(da, np.argpartition(a, around)[around], dy * np.array([1 - share, share]))
    return da


@adjoint(np.percentile, when=ONE_QUANTILE, selects=True, exact=True)
def percentile_of_vector(
    dy: Any, y: Any, a: Any, q: Any = 0.5, axis: Any = None, *, method: Any = "linear", keepdims: bool = False
) -> Any:
    """Of a percentile of a vector: a share of each of the two elements between which it lies."""
    place = position(q / 100, len(a), method)
    around = [int(place), int(np.ceil(place))]
    share = place - around[0]
    da = np.zeros_like(a)
    np.add.at(da, np.argpartition(a, around)[around], dy * np.array([1 - share, share]))
    return da


@adjoint(np.nanquantile, when=ONE_QUANTILE, selects=True, exact=True)
def nanquantile_of_vector(
    dy: Any, y: Any, a: Any, q: Any = 0.5, axis: Any = None, *, method: Any = "linear", keepdims: bool = False
) -> Any:
    """Of a quantile of those elements of a vector that are numbers."""
    place = position(q, np.count_nonzero(~np.isnan(a)), method)
    around = [int(place), int(np.ceil(place))]
    share = place - around[0]
    da = np.zeros_like(a)
    np.add.at(da, np.argpartition(a, around)[around], dy * np.array([1 - share, share]))
    return np.where(np.isnan(a), 0, da)


@adjoint(np.nanpercentile, when=ONE_QUANTILE, selects=True, exact=True)
def nanpercentile_of_vector(
    dy: Any, y: Any, a: Any, q: Any = 0.5, axis: Any = None, *, method: Any = "linear", keepdims: bool = False
) -> Any:
    """Of a percentile of those elements of a vector that are numbers."""
    place = position(q / 100, np.count_nonzero(~np.isnan(a)), method)
    around = [int(place), int(np.ceil(place))]
    share = place - around[0]
    da = np.zeros_like(a)
    np.add.at(da, np.argpartition(a, around)[around], dy * np.array([1 - share, share]))
    return np.where(np.isnan(a), 0, da)


# ---- medians along one axis ----


@adjoint(np.median, when=ALONG, selects=True)
def median_along(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of medians along one axis: of an even number of elements, half of each of the two in the middle."""
    n = a.shape[axis]
    middle = [(n - 1) // 2, n // 2]
    places = np.take(np.argpartition(a, middle, axis=axis), middle, axis=axis)
    lower = across(a, axis) == np.take(places, [0], axis=axis)
    upper = across(a, axis) == np.take(places, [1], axis=axis)
    share = in_dtype(lower / 2 + upper / 2, y)
    return unreduce(dy, a, axis, keepdims) * share


@tangent(np.median, when=ALONG)
def median_along_dot(y: Any, a: Any, axis: Any = None, *, keepdims: bool = False, da: Any) -> Any:
    """Of medians along one axis: of an even number of elements, the mean of the two in the middle."""
    n = a.shape[axis]
    middle = [(n - 1) // 2, n // 2]
    places = np.take(np.argpartition(a, middle, axis=axis), middle, axis=axis)
    return np.take_along_axis(da, places, axis).mean(axis=axis, keepdims=keepdims)
