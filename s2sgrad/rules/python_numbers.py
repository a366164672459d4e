"""Functions of the ``math`` module that NumPy does not have.

``special`` in a rule stands for ``scipy.special`` as the user's module spells it; where it does not, the rule does
not apply, and says so. Nothing here imports SciPy before such a rule is called.
"""

from __future__ import annotations

import importlib
import math
from typing import Any

import numpy as np

from s2sgrad.rules.macros import weak
from s2sgrad.rules.registry import elementwise


class _Special:
    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module("scipy.special"), name)


special: Any = _Special()


@elementwise(math.gamma)
def gamma_of_number(dy: Any, y: Any, x: Any) -> Any:
    """Of the gamma function."""
    return dy * y * special.digamma(x)


@elementwise(math.lgamma)
def lgamma(dy: Any, y: Any, x: Any) -> Any:
    """Of the logarithm of the gamma function."""
    return dy * special.digamma(x)


@elementwise(math.erf)
def erf(dy: Any, y: Any, x: Any) -> Any:
    """Of the error function."""
    return dy * 2 / weak(np.sqrt(np.pi), x) * np.exp(-(x**2))


@elementwise(math.erfc)
def erfc(dy: Any, y: Any, x: Any) -> Any:
    """Of one minus the error function."""
    return -dy * 2 / weak(np.sqrt(np.pi), x) * np.exp(-(x**2))


@elementwise(math.remainder, finite={"b": "np.isfinite(y)"})
def remainder(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of what is left of ``a`` beside the nearest multiple of ``b``."""
    return dy, -dy * np.rint(a / b)


@elementwise(math.ldexp)
def ldexp(dy: Any, y: Any, x: Any, i: Any) -> Any:
    """Of ``x * 2 ** i`` for an integer ``i``."""
    return dy * 2.0**i, None
