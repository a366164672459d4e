"""What generated code calls besides NumPy, so that it can be differentiated again."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.printed import sum_to
from s2sgrad.rules.macros import shape_of
from s2sgrad.rules.registry import adjoint, linear

linear(sum_to)


@adjoint(sum_to)
def summed_to(dy: Any, y: Any, g: Any, shape: Any = None) -> Any:
    """Of the sum over axes that broadcasting added or stretched: the same for every summand."""
    return np.broadcast_to(dy, shape_of(g))
