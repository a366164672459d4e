"""Functions of the order of the elements: medians, sorted arrays, partitions."""

from __future__ import annotations

from typing import Any

import numpy as np

import s2sgrad.rules.selection  # noqa: F401  # its rules come first
from s2sgrad.rules.macros import count, unreduce
from s2sgrad.rules.ranking import in_dtype, ranking
from s2sgrad.rules.registry import adjoint, tangent
from s2sgrad.rules.when import all_of, given, integer, number, rank, ranked, real

RANKED = all_of(real("a"), ranked("a"))


@adjoint(np.median, when=RANKED, selects=True)
def median(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of the median: of an even number of elements, half of each of the two in the middle."""
    ranks = ranking(a, axis)
    share = in_dtype(np.maximum(0, 1 - np.abs(ranks - (count(a, axis) - 1) / 2)), y)
    return unreduce(dy, a, axis, keepdims) * share


@tangent(np.median, when=RANKED)
def median_dot(y: Any, a: Any, axis: Any = None, *, keepdims: bool = False, da: Any) -> Any:
    """Of the median: of an even number of elements, the mean of the two in the middle."""
    ranks = ranking(a, axis)
    share = in_dtype(np.maximum(0, 1 - np.abs(ranks - (count(a, axis) - 1) / 2)), y)
    return np.where(share == 0, 0, da * share).sum(axis=axis, keepdims=keepdims)


@adjoint(np.nanmedian, when=RANKED, selects=True)
def nanmedian(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of the median of those that are numbers."""
    n = (~np.isnan(a)).sum(axis=axis, keepdims=True)
    ranks = ranking(a, axis)
    share = in_dtype(np.maximum(0, 1 - np.abs(ranks - (n - 1) / 2)), y)
    return np.where(np.isnan(a), 0, unreduce(dy, a, axis, keepdims) * share)


@tangent(np.nanmedian, when=RANKED)
def nanmedian_dot(y: Any, a: Any, axis: Any = None, *, keepdims: bool = False, da: Any) -> Any:
    """Of the median of those that are numbers."""
    n = (~np.isnan(a)).sum(axis=axis, keepdims=True)
    ranks = ranking(a, axis)
    share = in_dtype(np.maximum(0, 1 - np.abs(ranks - (n - 1) / 2)), y)
    return np.where(np.isnan(a) | (share == 0), 0, da * share).sum(axis=axis, keepdims=keepdims)


@adjoint(np.partition, when=rank("a", 1), selects=True, exact=True)
def partition_of_vector(dy: Any, y: Any, a: Any, kth: Any = 0, axis: Any = -1) -> Any:
    """Of the elements with some of them in order: back to where each of them stood."""
    da = np.zeros_like(a)
    da[np.argpartition(a, kth)] = dy
    return da


@adjoint(np.partition, when=integer("axis"), selects=True, exact=True)
def partition(dy: Any, y: Any, a: Any, kth: Any = 0, axis: Any = -1) -> Any:
    """Of the elements with some of them in order along one axis: back to where each of them stood."""
    return np.take_along_axis(dy, np.argsort(np.argpartition(a, kth, axis=axis), axis=axis), axis)


@tangent(np.partition, when=rank("a", 1))
def partition_of_vector_dot(y: Any, a: Any, kth: Any = 0, axis: Any = -1, *, da: Any) -> Any:
    """Of the elements with some of them in order."""
    return da[np.argpartition(a, kth)]


@tangent(np.partition, when=integer("axis"))
def partition_dot(y: Any, a: Any, kth: Any = 0, axis: Any = -1, *, da: Any) -> Any:
    """Of the elements with some of them in order along one axis."""
    return np.take_along_axis(da, np.argpartition(a, kth, axis=axis), axis)


@adjoint(np.sort, when=all_of(ranked("a"), given("axis", None)), selects=True, exact=True)
def sort_of_all(dy: Any, y: Any, a: Any, axis: Any = -1, kind: Any = None, *, stable: Any = None) -> Any:
    """Of all elements in order: back to where each of them stood."""
    return dy[ranking(a, axis)]


@adjoint(
    np.sort,
    when=all_of(number("a"), integer("axis"), given("kind", "quicksort", "heapsort")),
    selects=True,
    exact=True,
)
def sort_quickly(dy: Any, y: Any, a: Any, axis: Any = -1, kind: Any = None, *, stable: Any = None) -> Any:
    """Of the elements in order along one axis, equal ones in any order: back to where each of them stood."""
    return np.take_along_axis(dy, ranking(a, axis), axis)


@adjoint(np.sort, when=all_of(number("a"), integer("axis")), selects=True, exact=True)
def sort_by_kind(dy: Any, y: Any, a: Any, axis: Any = -1, kind: Any = None, *, stable: Any = None) -> Any:
    """Of the elements in order along one axis, by a given algorithm: back to where each of them stood."""
    places = np.argsort(np.argsort(a, axis=axis, kind="stable"), axis=axis)
    return np.take_along_axis(dy, places, axis)


@tangent(np.sort, when=all_of(number("a"), integer("axis"), given("kind", "quicksort", "heapsort")))
def sort_quickly_dot(y: Any, a: Any, axis: Any = -1, kind: Any = None, *, stable: Any = None, da: Any) -> Any:
    """Of the elements in order along one axis, equal ones in any order."""
    return np.take_along_axis(da, np.argsort(a, axis=axis), axis)


@tangent(np.sort, when=integer("axis"))
def sort_by_kind_dot(y: Any, a: Any, axis: Any = -1, kind: Any = None, *, stable: Any = None, da: Any) -> Any:
    """Of the elements in order along one axis, equal ones as they stood."""
    return np.take_along_axis(da, np.argsort(a, axis=axis, kind="stable"), axis)


@tangent(np.sort, when=all_of(ranked("a"), given("axis", None)))
def sort_of_all_dot(y: Any, a: Any, axis: Any = -1, kind: Any = None, *, stable: Any = None, da: Any) -> Any:
    """Of all elements in order."""
    return np.ravel(da)[np.argsort(a, axis=None)]
