"""Elementwise functions with two results, powers of 2, and parts of numbers that are real already."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.rules.ranking import in_dtype
from s2sgrad.rules.registry import adjoint, elementwise, tangent
from s2sgrad.rules.when import all_of, number, rank, real, some


def _aligned(facts: dict[str, Fact]) -> bool:
    """True where two operands are known to have the same shape, so that none is broadcast."""
    a, b = facts["a"], facts["b"]
    if not isinstance(a, Num) or not isinstance(b, Num) or a.shape is None or b.shape is None:
        return False
    pairs = list(zip(a.shape, b.shape, strict=False))
    return len(a.shape) == len(b.shape) and all(x.equals(y) or (x.not_one and y.not_one) for x, y in pairs)


@adjoint(np.divmod, results=2, when=all_of(real("a", "b"), _aligned))
def divide_with_remainder(dq: Any, dr: Any, q: Any, r: Any, a: Any, b: Any) -> Any:
    """Of the whole quotient, whose derivative is 0, and the remainder."""
    return dr, -dr * q


@adjoint(np.divmod, results=2, when=all_of(real("a", "b"), rank("b", 0)))
def divide_by_number_with_remainder(dq: Any, dr: Any, q: Any, r: Any, a: Any, b: Any) -> Any:
    """Of the whole quotients by one number, whose derivative is 0, and the remainders."""
    return dr, -np.sum(dr * q)


@tangent(np.divmod, results=2, when=real("a", "b"))
def divide_with_remainder_dot(q: Any, r: Any, a: Any, b: Any, *, da: Any, db: Any) -> Any:
    """Of the whole quotient, whose derivative is 0, and the remainder."""
    return None, da - q * db


@adjoint(np.modf, results=2, when=real("x"))
def modf(dfraction: Any, dwhole: Any, fraction: Any, whole: Any, x: Any) -> Any:
    """Of the digits behind the point, and those before it, whose derivative is 0."""
    return dfraction


@tangent(np.modf, results=2, when=real("x"))
def modf_dot(fraction: Any, whole: Any, x: Any, *, dx: Any) -> Any:
    """Of the digits behind the point, and those before it, whose derivative is 0."""
    return dx, None


@adjoint(np.frexp, results=2, when=real("x"))
def frexp(dmantissa: Any, dexponent: Any, mantissa: Any, exponent: Any, x: Any) -> Any:
    """Of a number between 1/2 and 1, and the power of 2 that goes with it, whose derivative is 0."""
    return np.ldexp(dmantissa, -exponent)


@tangent(np.frexp, results=2, when=real("x"))
def frexp_dot(mantissa: Any, exponent: Any, x: Any, *, dx: Any) -> Any:
    """Of a number between 1/2 and 1, and the power of 2 that goes with it, whose derivative is 0."""
    return np.ldexp(dx, -exponent), None


@elementwise(np.ldexp)
def times_power_of_2(dy: Any, y: Any, x: Any, exponent: Any) -> Any:
    """Of a number times a power of 2."""
    return np.ldexp(dy, exponent), None


@elementwise(np.i0, when=real("x"))
def bessel_0(dy: Any, y: Any, x: Any) -> Any:
    """Of the modified Bessel function of order 0: that of order 1, by the integral, whose trapezoids soon are exact."""
    n = 40 + 10 * int(np.sqrt(np.max(np.abs(x), initial=0)))
    cosine = np.cos((np.arange(n) + 0.5) * np.pi / n)
    slope = in_dtype(np.exp(np.multiply.outer(x, cosine)) @ cosine / n, y)
    return dy * slope


@elementwise(np.imag, when=real("val"))
def imaginary_part(dy: Any, y: Any, val: Any) -> Any:
    """Of the imaginary part of a real number, which is 0."""
    return None


@elementwise(np.angle, when=real("z"))
def angle(dy: Any, y: Any, z: Any, deg: Any = False) -> Any:
    """Of the angle of a real number, which is 0 or half a turn."""
    return None


# ---- clip, with its bounds by their newer names ----


@elementwise(np.clip, when=all_of(real("a", "min", "max"), number("a")), selects=True)
def clip_between(dy: Any, y: Any, a: Any, *, min: Any, max: Any) -> Any:
    """Of values brought between two bounds: 1 inside and at them; where they cross, ``max`` wins."""
    below = np.where((a < min) & (min <= max), dy, 0)
    return np.where(a == y, dy, 0), below, np.where(np.maximum(a, min) > max, dy, 0)


@elementwise(np.clip, when=all_of(real("a", "min"), some("min")), selects=True)
def clip_from(dy: Any, y: Any, a: Any, *, min: Any) -> Any:
    """Of values raised to ``min``: 1 at the bound."""
    return np.where(a == y, dy, 0), np.where(a < min, dy, 0)


@elementwise(np.clip, when=all_of(real("a", "max"), some("max")), selects=True)
def clip_up_to(dy: Any, y: Any, a: Any, *, max: Any) -> Any:
    """Of values lowered to ``max``: 1 at the bound."""
    return np.where(a == y, dy, 0), np.where(a > max, dy, 0)
