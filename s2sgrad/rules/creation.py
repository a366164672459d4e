"""Functions that make arrays from a few numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, Static
from s2sgrad.rules.macros import shape_of, wide
from s2sgrad.rules.places import gathered
from s2sgrad.rules.registry import adjoint, elementwise, linear, tangent
from s2sgrad.rules.when import all_of, given, integer, kind, number, rank, ranked, some, unranked

linear(np.linspace)


@elementwise(np.full, when=ranked("fill_value"))
def full(dy: Any, y: Any, shape: Any, fill_value: Any, dtype: Any = None, order: Any = None) -> Any:
    """Of an array filled with one value."""
    return None, dy


def _of_floats(facts: dict[str, Fact]) -> bool:
    """True where an array is made that does not round what it is filled with."""
    dtype = facts["dtype"]
    return kind("a", "fc")(facts) or not (isinstance(dtype, Static) and dtype.value is None)


@elementwise(np.full_like, when=all_of(ranked("fill_value"), _of_floats))
def full_like(dy: Any, y: Any, a: Any, fill_value: Any, dtype: Any = None, order: Any = None) -> Any:
    """Of an array filled with one value, in the shape of another."""
    return None, dy


@adjoint(np.full, when=unranked("fill_value"), exact=True)
def full_of_any_rank(dy: Any, y: Any, shape: Any, fill_value: Any, dtype: Any = None, order: Any = None) -> Any:
    """Of an array filled with one that may have more axes, of length 1: NumPy puts in its numbers to tell where."""
    numbers = np.reshape(np.arange(np.size(fill_value)), shape_of(fill_value))
    return None, gathered(dy, np.full(shape, numbers), fill_value)


@adjoint(np.full_like, when=all_of(unranked("fill_value"), _of_floats), exact=True)
def full_like_of_any_rank(dy: Any, y: Any, a: Any, fill_value: Any, dtype: Any = None, order: Any = None) -> Any:
    """Of an array filled with one that may have more axes, of length 1: NumPy puts in its numbers to tell where."""
    numbers = np.reshape(np.arange(np.size(fill_value)), shape_of(fill_value))
    return None, gathered(dy, np.full_like(a, numbers, dtype=int), fill_value)


@tangent(np.full, when=unranked("fill_value"))
def full_dot(y: Any, shape: Any, fill_value: Any, dtype: Any = None, order: Any = None, *, dfill_value: Any) -> Any:
    """Of an array filled with one value."""
    return np.full_like(y, dfill_value)


@tangent(np.full_like, when=all_of(unranked("fill_value"), _of_floats))
def full_like_dot(
    y: Any, a: Any, fill_value: Any, dtype: Any = None, order: Any = None, *, da: Any, dfill_value: Any
) -> Any:
    """Of an array filled with one value, in the shape of another."""
    return None, np.full_like(y, dfill_value)


NUMBERS = all_of(rank("start", 0), rank("stop", 0))


@adjoint(np.linspace, when=all_of(NUMBERS, given("endpoint", True)))
def linspace(dy: Any, y: Any, start: Any, stop: Any, num: Any = 50, endpoint: Any = True, *, dtype: Any = None) -> Any:
    """Of evenly spaced numbers, both ends included."""
    return dy * np.linspace(1, 0, num), dy * np.linspace(0, 1, num)


@adjoint(np.linspace, when=NUMBERS)
def linspace_without_end(
    dy: Any, y: Any, start: Any, stop: Any, num: Any = 50, endpoint: Any = True, *, dtype: Any = None
) -> Any:
    """Of evenly spaced numbers, the last end left out."""
    return dy * np.linspace(1, 0, num, endpoint), dy * np.linspace(0, 1, num, endpoint)


@adjoint(np.linspace, when=all_of(number("start"), number("stop"), integer("axis")))
def linspace_of_arrays(
    dy: Any, y: Any, start: Any, stop: Any, num: Any = 50, endpoint: Any = True, *, dtype: Any = None, axis: Any = 0
) -> Any:
    """Of evenly spaced numbers between the elements of arrays."""
    falling = np.linspace(1, 0, num, endpoint)
    rising = np.linspace(0, 1, num, endpoint)
    return np.tensordot(dy, falling, (axis, 0)), np.tensordot(dy, rising, (axis, 0))


@adjoint(np.logspace, when=NUMBERS)
def logspace(
    dy: Any, y: Any, start: Any, stop: Any, num: Any = 50, endpoint: Any = True, *, base: Any = 10.0, dtype: Any = None
) -> Any:
    """Of numbers whose logarithms are evenly spaced, in the logarithms of the ends."""
    slope = dy * y * np.log(wide(base))
    return slope * np.linspace(1, 0, num, endpoint), slope * np.linspace(0, 1, num, endpoint)


@tangent(np.logspace, when=NUMBERS)
def logspace_dot(
    y: Any,
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: Any = True,
    *,
    base: Any = 10.0,
    dtype: Any = None,
    dstart: Any,
    dstop: Any,
) -> Any:
    """Of numbers whose logarithms are evenly spaced, in the logarithms of the ends."""
    slope = y * np.log(wide(base))
    return slope * np.linspace(dstart, 0, num, endpoint) + slope * np.linspace(0, dstop, num, endpoint)


@adjoint(np.geomspace, when=NUMBERS)
def geomspace(dy: Any, y: Any, start: Any, stop: Any, num: Any = 50, endpoint: Any = True, *, dtype: Any = None) -> Any:
    """Of numbers whose logarithms are evenly spaced, in the ends."""
    slope = dy * y
    return slope * np.linspace(1, 0, num, endpoint) / start, slope * np.linspace(0, 1, num, endpoint) / stop


@tangent(np.geomspace, when=NUMBERS)
def geomspace_dot(
    y: Any,
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: Any = True,
    *,
    dtype: Any = None,
    dstart: Any,
    dstop: Any,
) -> Any:
    """Of numbers whose logarithms are evenly spaced, in the ends."""
    return y * np.linspace(dstart / start, 0, num, endpoint) + y * np.linspace(0, dstop / stop, num, endpoint)


@elementwise(np.arange, when=given("stop", None))
def arange(dy: Any, y: Any, start: Any, stop: Any = None, step: Any = None) -> Any:
    """Of the numbers from 0 up to an end, on which no number depends."""
    return None


@elementwise(np.arange, when=some("stop"))
def arange_from(dy: Any, y: Any, start: Any, stop: Any = None, step: Any = None) -> Any:
    """Of the numbers from a start on."""
    return dy
