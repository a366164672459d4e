"""Functions that pick elements by index or by mask. The same pick among the places tells where each of them stood."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.rules.macros import shape_of
from s2sgrad.rules.registry import adjoint, linear
from s2sgrad.rules.when import all_of, box, given, rank

linear(np.take, np.take_along_axis, np.compress, np.ndarray.compress, np.extract)


@adjoint(np.take, when=all_of(rank("a", 1), box("a", "array"), given("mode", "raise")), exact=True)
def take_of_vector(dy: Any, y: Any, a: Any, indices: Any = None, axis: Any = None, *, mode: Any = "raise") -> Any:
    """Of the elements of a vector at some indices; what is taken twice adds up."""
    da = np.zeros_like(a)
    np.add.at(da, indices, dy)
    return da


@adjoint(np.take, when=box("a", "array"), exact=True)
def take(dy: Any, y: Any, a: Any, indices: Any = None, axis: Any = None, *, mode: Any = "raise") -> Any:
    """Of the elements, or parts along an axis, at some indices; what is taken twice adds up."""
    numbered = np.reshape(np.arange(a.size), shape_of(a))
    places = np.take(numbered, indices, axis=axis, mode=mode)
    total = np.zeros(a.size, a.dtype)
    np.add.at(total, places, dy)
    return np.reshape(total, shape_of(a))


@adjoint(np.take_along_axis, when=box("arr", "array"), exact=True)
def take_along_axis(dy: Any, y: Any, arr: Any, indices: Any = None, axis: Any = -1) -> Any:
    """Of the elements at indices along one axis; what is taken twice adds up."""
    numbered = np.reshape(np.arange(arr.size), shape_of(arr))
    places = np.take_along_axis(numbered, indices, axis)
    total = np.zeros(arr.size, arr.dtype)
    np.add.at(total, places, dy)
    return np.reshape(total, shape_of(arr))


@adjoint(np.compress, when=box("a", "array"), exact=True)
def compress(dy: Any, y: Any, condition: Any, a: Any, axis: Any = None) -> Any:
    """Of the parts along an axis for which a condition holds."""
    numbered = np.reshape(np.arange(a.size), shape_of(a))
    places = np.compress(condition, numbered, axis=axis)
    total = np.zeros(a.size, a.dtype)
    total[places] += dy
    return None, np.reshape(total, shape_of(a))


@adjoint(np.ndarray.compress, when=box("a", "array"), exact=True)
def compress_method(dy: Any, y: Any, a: Any, condition: Any = None, axis: Any = None) -> Any:
    """Of the parts along an axis for which a condition holds."""
    numbered = np.reshape(np.arange(a.size), shape_of(a))
    places = np.compress(condition, numbered, axis=axis)
    total = np.zeros(a.size, a.dtype)
    total[places] += dy
    return np.reshape(total, shape_of(a))


@adjoint(np.extract, when=box("arr", "array"), exact=True)
def extract(dy: Any, y: Any, condition: Any, arr: Any) -> Any:
    """Of the elements for which a condition holds."""
    total = np.zeros(arr.size, arr.dtype)
    total[np.flatnonzero(condition)] += dy
    return None, np.reshape(total, shape_of(arr))
