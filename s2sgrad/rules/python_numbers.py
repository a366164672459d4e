"""Functions of the ``math`` module that NumPy does not have."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from s2sgrad.rules.registry import elementwise


@elementwise(math.erf)
def erf(dy: Any, y: Any, x: Any) -> Any:
    """Of the error function."""
    return dy * 2 / np.sqrt(np.pi) * np.exp(-(x**2))


@elementwise(math.erfc)
def erfc(dy: Any, y: Any, x: Any) -> Any:
    """Of one minus the error function."""
    return -dy * 2 / np.sqrt(np.pi) * np.exp(-(x**2))


@elementwise(math.remainder, singular=("b",))
def remainder(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of what is left of ``a`` beside the nearest multiple of ``b``."""
    return dy, -dy * np.rint(a / b)


@elementwise(math.ldexp)
def ldexp(dy: Any, y: Any, x: Any, i: Any) -> Any:
    """Of ``x * 2 ** i`` for an integer ``i``."""
    return dy * 2.0**i, None
