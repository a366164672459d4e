"""Trigonometric and hyperbolic functions, their inverses, and angles."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from s2sgrad.rules.macros import as_numpy
from s2sgrad.rules.registry import adjoint, elementwise, tangent
from s2sgrad.rules.when import real


@elementwise(np.sin, math.sin)
def sin(dy: Any, y: Any, x: Any) -> Any:
    """Of the sine."""
    return dy * np.cos(x)


@elementwise(np.cos, math.cos)
def cos(dy: Any, y: Any, x: Any) -> Any:
    """Of the cosine."""
    return -dy * np.sin(x)


@elementwise(np.tan, math.tan, finite={"x": "np.isfinite(y)"})
def tan(dy: Any, y: Any, x: Any) -> Any:
    """Of the tangent."""
    return dy * (1 + y**2)


@elementwise(np.arcsin, math.asin, finite={"x": "1 - x**2 > 0"})
def arcsin(dy: Any, y: Any, x: Any) -> Any:
    """Of the inverse sine: inf at -1 and 1."""
    return dy / np.sqrt(1 - x**2)


@elementwise(np.arccos, math.acos, finite={"x": "1 - x**2 > 0"})
def arccos(dy: Any, y: Any, x: Any) -> Any:
    """Of the inverse cosine: -inf at -1 and 1."""
    return -dy / np.sqrt(1 - x**2)


@elementwise(np.arctan, math.atan)
def arctan(dy: Any, y: Any, x: Any) -> Any:
    """Of the inverse tangent."""
    return dy / (1 + x**2)


@elementwise(np.arctan2, math.atan2)
def arctan2(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of the angle of the point ``(b, a)``: 0 at the origin; divides twice, since squares over- and underflow."""
    length = np.hypot(a, b)
    length = np.where(length == 0, 1, length)
    return dy * b / length / length, -dy * a / length / length


@elementwise(np.sinh, math.sinh)
def sinh(dy: Any, y: Any, x: Any) -> Any:
    """Of the hyperbolic sine."""
    return dy * np.cosh(x)


@elementwise(np.cosh, math.cosh)
def cosh(dy: Any, y: Any, x: Any) -> Any:
    """Of the hyperbolic cosine."""
    return dy * np.sinh(x)


@elementwise(np.tanh, math.tanh)
def tanh(dy: Any, y: Any, x: Any) -> Any:
    """Of the hyperbolic tangent."""
    return dy * (1 - y**2)


@elementwise(np.arcsinh, math.asinh)
def arcsinh(dy: Any, y: Any, x: Any) -> Any:
    """Of the inverse hyperbolic sine."""
    return dy / np.hypot(x, 1)


@elementwise(np.arccosh, math.acosh, finite={"x": "x**2 - 1 > 0"})
def arccosh(dy: Any, y: Any, x: Any) -> Any:
    """Of the inverse hyperbolic cosine: inf at 1."""
    return dy / np.sqrt(x**2 - 1)


@elementwise(np.arctanh, math.atanh, finite={"x": "1 - x**2 > 0"})
def arctanh(dy: Any, y: Any, x: Any) -> Any:
    """Of the inverse hyperbolic tangent: inf at -1 and 1."""
    return dy / (1 - as_numpy(x) ** 2)


@elementwise(np.sinc)
def sinc(dy: Any, y: Any, x: Any) -> Any:
    """Of ``sin(pi x) / (pi x)``: near 0, where the quotient loses its digits, by the first terms of its series.

    There they are right to the last digit, and at 0 all derivatives up to the 11th are exact.
    """
    small = np.abs(x) < 0.05
    near = np.where(small, x, 0)
    u = (np.pi * near) ** 2
    series = 1 / 3 - u * (1 / 30 - u * (1 / 840 - u * (1 / 45360 - u / 3991680.0)))
    far = (np.cos(np.pi * x) - y) / np.where(small, 1, x)
    return dy * np.where(small, -(np.pi**2) * near * series, far)


@elementwise(np.deg2rad, np.radians, math.radians)
def deg2rad(dy: Any, y: Any, x: Any) -> Any:
    """Of degrees to radians."""
    return dy * np.pi / 180


@elementwise(np.rad2deg, np.degrees, math.degrees)
def rad2deg(dy: Any, y: Any, x: Any) -> Any:
    """Of radians to degrees."""
    return dy * 180 / np.pi


@adjoint(np.unwrap, when=real("p"))
def unwrap(dy: Any, y: Any, p: Any, discont: Any = None, axis: Any = -1, *, period: Any = 2 * np.pi) -> Any:
    """Of angles without jumps, which differ from the angles by constants."""
    return dy


@tangent(np.unwrap, when=real("p"))
def unwrap_dot(y: Any, p: Any, discont: Any = None, axis: Any = -1, *, period: Any = 2 * np.pi, dp: Any) -> Any:
    """Of angles without jumps, which differ from the angles by constants."""
    return dp
