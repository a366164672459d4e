"""Percentiles and quantiles, by every method.

Between two elements a quantile is interpolated, so the element that ranks ``k``-th has the share ``1 - |k - position|``
in it, or none. Where the method does not tell the position, all that are equal to the quantile share it evenly.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.rules.macros import count, unreduce
from s2sgrad.rules.ranking import METHODS, behind, in_dtype, position, positions, ranking, unreduce_each
from s2sgrad.rules.registry import adjoint, tangent
from s2sgrad.rules.when import all_of, any_of, given, numbers_listed, rank, ranked, real

ONE = all_of(real("a"), ranked("a"), rank("q", 0))
SEVERAL = all_of(real("a"), ranked("a"), any_of(rank("q", 1), numbers_listed("q")))
BY_POSITION = given("method", *METHODS)
BY_EQUALITY = given("method", "closest_observation")


@adjoint(np.quantile, when=all_of(ONE, BY_POSITION), selects=True)
def quantile(
    dy: Any,
    y: Any,
    a: Any,
    q: Any = 0.5,
    axis: Any = None,
    *,
    method: Any = "linear",
    keepdims: bool = False,
) -> Any:
    """Of a quantile."""
    ranks = ranking(a, axis)
    place = position(q, count(a, axis), method)
    share = in_dtype(np.maximum(0, 1 - np.abs(ranks - place)), y)
    return unreduce(dy, a, axis, keepdims) * share


@tangent(np.quantile, when=all_of(ONE, BY_POSITION))
def quantile_dot(
    y: Any,
    a: Any,
    q: Any = 0.5,
    axis: Any = None,
    *,
    method: Any = "linear",
    keepdims: bool = False,
    da: Any,
) -> Any:
    """Of a quantile."""
    ranks = ranking(a, axis)
    place = position(q, count(a, axis), method)
    share = in_dtype(np.maximum(0, 1 - np.abs(ranks - place)), y)
    return (da * share).sum(axis=axis, keepdims=keepdims)


@adjoint(np.quantile, when=all_of(SEVERAL, BY_POSITION), selects=True, exact=True)
def quantiles(
    dy: Any,
    y: Any,
    a: Any,
    q: Any = 0.5,
    axis: Any = None,
    *,
    method: Any = "linear",
    keepdims: bool = False,
) -> Any:
    """Of several quantiles, which lie along the first axis of the result."""
    ranks = ranking(a, axis)
    places = position(positions(q, a), count(a, axis), method)
    shares = in_dtype(np.maximum(0, 1 - np.abs(ranks - places)), y)
    return (unreduce_each(dy, a, axis, keepdims) * shares).sum(axis=0)


@tangent(np.quantile, when=all_of(SEVERAL, BY_POSITION))
def quantiles_dot(
    y: Any,
    a: Any,
    q: Any = 0.5,
    axis: Any = None,
    *,
    method: Any = "linear",
    keepdims: bool = False,
    da: Any,
) -> Any:
    """Of several quantiles, which lie along the first axis of the result."""
    ranks = ranking(a, axis)
    places = position(positions(q, a), count(a, axis), method)
    shares = in_dtype(np.maximum(0, 1 - np.abs(ranks - places)), y)
    return (da * shares).sum(axis=behind(axis, a), keepdims=keepdims)


@adjoint(np.nanquantile, when=all_of(ONE, BY_POSITION), selects=True)
def nanquantile(
    dy: Any,
    y: Any,
    a: Any,
    q: Any = 0.5,
    axis: Any = None,
    *,
    method: Any = "linear",
    keepdims: bool = False,
) -> Any:
    """Of a quantile of those that are numbers."""
    n = (~np.isnan(a)).sum(axis=axis, keepdims=True)
    ranks = ranking(a, axis)
    place = position(q, n, method)
    share = in_dtype(np.maximum(0, 1 - np.abs(ranks - place)), y)
    return np.where(np.isnan(a), 0, unreduce(dy, a, axis, keepdims) * share)


@tangent(np.nanquantile, when=all_of(ONE, BY_POSITION))
def nanquantile_dot(
    y: Any,
    a: Any,
    q: Any = 0.5,
    axis: Any = None,
    *,
    method: Any = "linear",
    keepdims: bool = False,
    da: Any,
) -> Any:
    """Of a quantile of those that are numbers."""
    n = (~np.isnan(a)).sum(axis=axis, keepdims=True)
    ranks = ranking(a, axis)
    place = position(q, n, method)
    share = in_dtype(np.maximum(0, 1 - np.abs(ranks - place)), y)
    return np.where(np.isnan(a), 0, da * share).sum(axis=axis, keepdims=keepdims)


@adjoint(np.nanquantile, when=all_of(SEVERAL, BY_POSITION), selects=True, exact=True)
def nanquantiles(
    dy: Any,
    y: Any,
    a: Any,
    q: Any = 0.5,
    axis: Any = None,
    *,
    method: Any = "linear",
    keepdims: bool = False,
) -> Any:
    """Of several quantiles of those that are numbers, which lie along the first axis of the result."""
    n = (~np.isnan(a)).sum(axis=axis, keepdims=True)
    ranks = ranking(a, axis)
    places = position(positions(q, a), n, method)
    shares = in_dtype(np.maximum(0, 1 - np.abs(ranks - places)), y)
    return np.where(np.isnan(a), 0, (unreduce_each(dy, a, axis, keepdims) * shares).sum(axis=0))


@tangent(np.nanquantile, when=all_of(SEVERAL, BY_POSITION))
def nanquantiles_dot(
    y: Any,
    a: Any,
    q: Any = 0.5,
    axis: Any = None,
    *,
    method: Any = "linear",
    keepdims: bool = False,
    da: Any,
) -> Any:
    """Of several quantiles of those that are numbers, which lie along the first axis of the result."""
    n = (~np.isnan(a)).sum(axis=axis, keepdims=True)
    ranks = ranking(a, axis)
    places = position(positions(q, a), n, method)
    shares = in_dtype(np.maximum(0, 1 - np.abs(ranks - places)), y)
    return np.where(np.isnan(a), 0, da * shares).sum(axis=behind(axis, a), keepdims=keepdims)


@adjoint(np.percentile, when=all_of(ONE, BY_POSITION), selects=True)
def percentile(
    dy: Any,
    y: Any,
    a: Any,
    q: Any = 0.5,
    axis: Any = None,
    *,
    method: Any = "linear",
    keepdims: bool = False,
) -> Any:
    """Of a percentile."""
    ranks = ranking(a, axis)
    place = position(q / 100, count(a, axis), method)
    share = in_dtype(np.maximum(0, 1 - np.abs(ranks - place)), y)
    return unreduce(dy, a, axis, keepdims) * share


@tangent(np.percentile, when=all_of(ONE, BY_POSITION))
def percentile_dot(
    y: Any,
    a: Any,
    q: Any = 0.5,
    axis: Any = None,
    *,
    method: Any = "linear",
    keepdims: bool = False,
    da: Any,
) -> Any:
    """Of a percentile."""
    ranks = ranking(a, axis)
    place = position(q / 100, count(a, axis), method)
    share = in_dtype(np.maximum(0, 1 - np.abs(ranks - place)), y)
    return (da * share).sum(axis=axis, keepdims=keepdims)


@adjoint(np.percentile, when=all_of(SEVERAL, BY_POSITION), selects=True, exact=True)
def percentiles(
    dy: Any,
    y: Any,
    a: Any,
    q: Any = 0.5,
    axis: Any = None,
    *,
    method: Any = "linear",
    keepdims: bool = False,
) -> Any:
    """Of several percentiles, which lie along the first axis of the result."""
    ranks = ranking(a, axis)
    places = position(positions(q, a) / 100, count(a, axis), method)
    shares = in_dtype(np.maximum(0, 1 - np.abs(ranks - places)), y)
    return (unreduce_each(dy, a, axis, keepdims) * shares).sum(axis=0)


@tangent(np.percentile, when=all_of(SEVERAL, BY_POSITION))
def percentiles_dot(
    y: Any,
    a: Any,
    q: Any = 0.5,
    axis: Any = None,
    *,
    method: Any = "linear",
    keepdims: bool = False,
    da: Any,
) -> Any:
    """Of several percentiles, which lie along the first axis of the result."""
    ranks = ranking(a, axis)
    places = position(positions(q, a) / 100, count(a, axis), method)
    shares = in_dtype(np.maximum(0, 1 - np.abs(ranks - places)), y)
    return (da * shares).sum(axis=behind(axis, a), keepdims=keepdims)


@adjoint(np.nanpercentile, when=all_of(ONE, BY_POSITION), selects=True)
def nanpercentile(
    dy: Any,
    y: Any,
    a: Any,
    q: Any = 0.5,
    axis: Any = None,
    *,
    method: Any = "linear",
    keepdims: bool = False,
) -> Any:
    """Of a percentile of those that are numbers."""
    n = (~np.isnan(a)).sum(axis=axis, keepdims=True)
    ranks = ranking(a, axis)
    place = position(q / 100, n, method)
    share = in_dtype(np.maximum(0, 1 - np.abs(ranks - place)), y)
    return np.where(np.isnan(a), 0, unreduce(dy, a, axis, keepdims) * share)


@tangent(np.nanpercentile, when=all_of(ONE, BY_POSITION))
def nanpercentile_dot(
    y: Any,
    a: Any,
    q: Any = 0.5,
    axis: Any = None,
    *,
    method: Any = "linear",
    keepdims: bool = False,
    da: Any,
) -> Any:
    """Of a percentile of those that are numbers."""
    n = (~np.isnan(a)).sum(axis=axis, keepdims=True)
    ranks = ranking(a, axis)
    place = position(q / 100, n, method)
    share = in_dtype(np.maximum(0, 1 - np.abs(ranks - place)), y)
    return np.where(np.isnan(a), 0, da * share).sum(axis=axis, keepdims=keepdims)


@adjoint(np.nanpercentile, when=all_of(SEVERAL, BY_POSITION), selects=True, exact=True)
def nanpercentiles(
    dy: Any,
    y: Any,
    a: Any,
    q: Any = 0.5,
    axis: Any = None,
    *,
    method: Any = "linear",
    keepdims: bool = False,
) -> Any:
    """Of several percentiles of those that are numbers, which lie along the first axis of the result."""
    n = (~np.isnan(a)).sum(axis=axis, keepdims=True)
    ranks = ranking(a, axis)
    places = position(positions(q, a) / 100, n, method)
    shares = in_dtype(np.maximum(0, 1 - np.abs(ranks - places)), y)
    return np.where(np.isnan(a), 0, (unreduce_each(dy, a, axis, keepdims) * shares).sum(axis=0))


@tangent(np.nanpercentile, when=all_of(SEVERAL, BY_POSITION))
def nanpercentiles_dot(
    y: Any,
    a: Any,
    q: Any = 0.5,
    axis: Any = None,
    *,
    method: Any = "linear",
    keepdims: bool = False,
    da: Any,
) -> Any:
    """Of several percentiles of those that are numbers, which lie along the first axis of the result."""
    n = (~np.isnan(a)).sum(axis=axis, keepdims=True)
    ranks = ranking(a, axis)
    places = position(positions(q, a) / 100, n, method)
    shares = in_dtype(np.maximum(0, 1 - np.abs(ranks - places)), y)
    return np.where(np.isnan(a), 0, da * shares).sum(axis=behind(axis, a), keepdims=keepdims)


@adjoint(np.quantile, np.percentile, np.nanquantile, np.nanpercentile, when=all_of(ONE, BY_EQUALITY), selects=True)
def quantile_of_equals(
    dy: Any,
    y: Any,
    a: Any,
    q: Any = 0.5,
    axis: Any = None,
    *,
    method: Any = "linear",
    keepdims: bool = False,
) -> Any:
    """Of a quantile that is one of the elements, shared evenly by all that are equal to it."""
    is_taken = a == unreduce(y, a, axis, keepdims)
    n_taken = is_taken.sum(axis=axis, keepdims=True, dtype=y.dtype)
    return unreduce(dy, a, axis, keepdims) * is_taken / n_taken


@tangent(np.quantile, np.percentile, np.nanquantile, np.nanpercentile, when=all_of(ONE, BY_EQUALITY))
def quantile_of_equals_dot(
    y: Any,
    a: Any,
    q: Any = 0.5,
    axis: Any = None,
    *,
    method: Any = "linear",
    keepdims: bool = False,
    da: Any,
) -> Any:
    """Of a quantile that is one of the elements: the mean over all that are equal to it."""
    is_taken = a == unreduce(y, a, axis, keepdims)
    n_taken = is_taken.sum(axis=axis, keepdims=keepdims, dtype=y.dtype)
    return (da * is_taken).sum(axis=axis, keepdims=keepdims) / n_taken
