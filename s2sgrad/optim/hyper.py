"""The numbers that steer a method, checked before they do.

>>> rate_of(1)
1.0
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from s2sgrad.errors import ArgumentError
from s2sgrad.flat import leaves
from s2sgrad.pullback import Outline

__all__ = ["check_epsilon", "count_of", "decay_of", "rate_of"]


def rate_of(rate: Any, name: str = "rate") -> float:
    """A step length: finite, not negative. A float of Python's, so that float32 arrays stay float32."""
    number = _real(rate, name)
    if not 0 <= number < math.inf:
        raise ArgumentError(f"{name} is {number!r}, but must be finite and not negative", f"write {name}=0.01, say")
    return number


def check_epsilon(epsilon: Any, like: Outline) -> None:
    """Raise unless what is added to a root is a finite number above 0, in the dtype of every parameter too."""
    number = rate_of(epsilon, "epsilon")
    for leaf in leaves(like):
        if leaf is not None and leaf.dtype.type(number) == 0:
            instead = f"write epsilon={float(np.finfo(leaf.dtype).eps):.0e}, say"
            raise ArgumentError(f"epsilon is {number!r}, which is 0 in {leaf.dtype}, but must be positive", instead)


def decay_of(decay: Any, name: str = "decay") -> float:
    """The share of the past that is kept: from 0 up to, but not including, 1."""
    number = _real(decay, name)
    if not 0 <= number < 1:
        raise ArgumentError(f"{name} is {number!r}, but must be in 0 <= {name} < 1", f"write {name}=0.9, say")
    return number


def count_of(count: Any, name: str, least: int = 1) -> int:
    """An integer that is ``least`` or more."""
    if isinstance(count, int | np.integer) and not isinstance(count, bool) and count >= least:
        return int(count)
    raise ArgumentError(f"{name} is {count!r}, but must be an integer from {least}")


def _real(value: Any, name: str) -> float:
    try:
        if not isinstance(value, bool | str):
            return float(value)
    except (TypeError, ValueError):
        pass
    raise ArgumentError(f"{name} is {value!r}, but must be a number")
