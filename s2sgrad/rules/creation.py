"""Functions that make arrays from a few numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.rules.registry import adjoint, elementwise, linear
from s2sgrad.rules.when import all_of, given, rank, some

linear(np.linspace)


@elementwise(np.full)
def full(dy: Any, y: Any, shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    """Of an array filled with one value."""
    return None, dy


@elementwise(np.full_like)
def full_like(dy: Any, y: Any, a: Any, fill_value: Any, dtype: Any = None) -> Any:
    """Of an array filled with one value, in the shape of another."""
    return None, dy


@adjoint(np.linspace, when=all_of(rank("start", 0), rank("stop", 0), given("endpoint", True)))
def linspace(dy: Any, y: Any, start: Any, stop: Any, num: Any = 50, endpoint: Any = True) -> Any:
    """Of evenly spaced numbers, both ends included."""
    return dy * np.linspace(1, 0, num), dy * np.linspace(0, 1, num)


@adjoint(np.linspace, when=all_of(rank("start", 0), rank("stop", 0)))
def linspace_without_end(dy: Any, y: Any, start: Any, stop: Any, num: Any = 50, endpoint: Any = True) -> Any:
    """Of evenly spaced numbers, the last end left out."""
    return dy * np.linspace(1, 0, num, endpoint), dy * np.linspace(0, 1, num, endpoint)


@elementwise(np.arange, when=given("stop", None))
def arange(dy: Any, y: Any, start: Any, stop: Any = None, step: Any = None) -> Any:
    """Of the numbers from 0 up to an end, on which no number depends."""
    return None


@elementwise(np.arange, when=some("stop"))
def arange_from(dy: Any, y: Any, start: Any, stop: Any = None, step: Any = None) -> Any:
    """Of the numbers from a start on."""
    return dy
