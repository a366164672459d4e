"""Bessel functions of ``scipy.special`` and their relatives, differentiated in the argument and not in the order."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from s2sgrad.rules.macros import as_numpy, minus_one, plus_one, weak
from s2sgrad.rules.registry import adjoint, elementwise, tangent
from s2sgrad.rules.when import any_of, given, kind, real, value

WHOLE = any_of(kind("n", "iu"), value("n", lambda n: n == int(n)))
"""True for an order that is known to be whole."""

# ---- of order 0 and 1 ----


@elementwise(special.j0)
def j0(dy: Any, y: Any, x: Any) -> Any:
    """Of the Bessel function of order 0."""
    return -dy * special.j1(x)


@elementwise(special.j1)
def j1(dy: Any, y: Any, x: Any) -> Any:
    """Of the Bessel function of order 1."""
    return dy * (special.j0(x) - special.jv(2, x)) / 2


@elementwise(special.y0)
def y0(dy: Any, y: Any, x: Any) -> Any:
    """Of the Bessel function of the second kind, of order 0."""
    return -dy * special.y1(x)


@elementwise(special.y1)
def y1(dy: Any, y: Any, x: Any) -> Any:
    """Of the Bessel function of the second kind, of order 1."""
    return dy * (special.y0(x) - special.yv(2, x)) / 2


@elementwise(special.i0)
def i0_of_scipy(dy: Any, y: Any, x: Any) -> Any:
    """Of the modified Bessel function of order 0."""
    return dy * special.i1(x)


@elementwise(special.i1)
def i1(dy: Any, y: Any, x: Any) -> Any:
    """Of the modified Bessel function of order 1."""
    return dy * (special.i0(x) + special.iv(2, x)) / 2


@elementwise(special.i0e)
def i0e(dy: Any, y: Any, x: Any) -> Any:
    """Of the scaled modified Bessel function of order 0."""
    return dy * (special.i1e(x) - np.sign(x) * y)


@elementwise(special.i1e)
def i1e(dy: Any, y: Any, x: Any) -> Any:
    """Of the scaled modified Bessel function of order 1."""
    return dy * ((special.i0e(x) + special.ive(2, x)) / 2 - np.sign(x) * y)


@elementwise(special.k0)
def k0(dy: Any, y: Any, x: Any) -> Any:
    """Of the modified Bessel function of the second kind, of order 0."""
    return -dy * special.k1(x)


@elementwise(special.k1)
def k1(dy: Any, y: Any, x: Any) -> Any:
    """Of the modified Bessel function of the second kind, of order 1."""
    return -dy * (special.k0(x) + special.kv(2, x)) / 2


@elementwise(special.k0e)
def k0e(dy: Any, y: Any, x: Any) -> Any:
    """Of the scaled modified Bessel function of the second kind, of order 0."""
    return dy * (y - special.k1e(x))


@elementwise(special.k1e)
def k1e(dy: Any, y: Any, x: Any) -> Any:
    """Of the scaled modified Bessel function of the second kind, of order 1."""
    return dy * (y - (special.k0e(x) + special.kve(2, x)) / 2)


# ---- of any order (DLMF 10.6.1, 10.29.1) ----


@elementwise(*dict.fromkeys((special.jv, special.jn)), operands=("x",))
def jv(dy: Any, y: Any, v: Any = 0, x: Any = 0.0) -> Any:
    """Of a Bessel function."""
    return dy * (special.jv(minus_one(v), x) - special.jv(plus_one(v), x)) / 2


@elementwise(special.yv, operands=("x",))
def yv(dy: Any, y: Any, v: Any = 0, x: Any = 0.0) -> Any:
    """Of a Bessel function of the second kind."""
    return dy * (special.yv(minus_one(v), x) - special.yv(plus_one(v), x)) / 2


@elementwise(special.iv, operands=("x",))
def iv(dy: Any, y: Any, v: Any = 0, x: Any = 0.0) -> Any:
    """Of a modified Bessel function."""
    return dy * (special.iv(minus_one(v), x) + special.iv(plus_one(v), x)) / 2


@elementwise(special.kv, operands=("x",))
def kv(dy: Any, y: Any, v: Any = 0, x: Any = 0.0) -> Any:
    """Of a modified Bessel function of the second kind."""
    return -dy * (special.kv(minus_one(v), x) + special.kv(plus_one(v), x)) / 2


@elementwise(special.yn, when=WHOLE, operands=("x",))
def yn(dy: Any, y: Any, n: Any = 0, x: Any = 0.0) -> Any:
    """Of a Bessel function of the second kind, of whole order."""
    return dy * (special.yn(minus_one(n), x) - special.yn(plus_one(n), x)) / 2


@elementwise(special.yn, operands=("x",))
def yn_of_truncated_order(dy: Any, y: Any, n: Any = 0, x: Any = 0.0) -> Any:
    """Of a Bessel function of the second kind, whose order SciPy makes whole."""
    return dy * (special.yn(np.trunc(n) - 1, x) - special.yn(np.trunc(n) + 1, x)) / 2


@elementwise(special.kn, when=WHOLE, operands=("x",))
def kn(dy: Any, y: Any, n: Any = 0, x: Any = 0.0) -> Any:
    """Of a modified Bessel function of the second kind, of whole order."""
    return -dy * (special.kn(minus_one(n), x) + special.kn(plus_one(n), x)) / 2


@elementwise(special.kn, operands=("x",))
def kn_of_truncated_order(dy: Any, y: Any, n: Any = 0, x: Any = 0.0) -> Any:
    """Of a modified Bessel function of the second kind, whose order SciPy makes whole."""
    return -dy * (special.kn(np.trunc(n) - 1, x) + special.kn(np.trunc(n) + 1, x)) / 2


@elementwise(special.ive, when=real("x"), operands=("x",))
def ive(dy: Any, y: Any, v: Any = 0, x: Any = 0.0) -> Any:
    """Of a scaled modified Bessel function."""
    return dy * ((special.ive(minus_one(v), x) + special.ive(plus_one(v), x)) / 2 - np.sign(x) * y)


@elementwise(special.kve, when=real("x"), operands=("x",))
def kve(dy: Any, y: Any, v: Any = 0, x: Any = 0.0) -> Any:
    """Of a scaled modified Bessel function of the second kind."""
    return dy * (y - (special.kve(minus_one(v), x) + special.kve(plus_one(v), x)) / 2)


# ---- Struve and Airy functions ----


@elementwise(special.struve, when=given("v", 0), operands=("x",))
def struve_of_order_0(dy: Any, y: Any, v: Any = 0, x: Any = 0.0) -> Any:
    """Of the Struve function of order 0 (DLMF 11.4), which needs none of an order below."""
    return dy * (2 / np.pi - special.struve(1, x))


@elementwise(special.modstruve, when=given("v", 0), operands=("x",))
def modstruve_of_order_0(dy: Any, y: Any, v: Any = 0, x: Any = 0.0) -> Any:
    """Of the modified Struve function of order 0 (DLMF 11.4)."""
    return dy * (2 / np.pi + special.modstruve(1, x))


@elementwise(special.struve, operands=("x",))
def struve(dy: Any, y: Any, v: Any = 0, x: Any = 0.0) -> Any:
    """Of a Struve function: far from 0 by the function below (DLMF 11.4.27), where the other form loses its digits.

    That one does not divide by ``x`` (DLMF 11.4.24): it is right at 0, to any order.
    """
    far = np.abs(x) > 1
    near = np.where(far, 0, x)
    series = (near / 2) ** v * special.rgamma(v + 1.5) / weak(np.sqrt(np.pi), x)
    inside = (special.struve(minus_one(v), near) - special.struve(plus_one(v), near) + series) / 2
    outside = special.struve(minus_one(v), x) - v * y / np.where(far, x, 1)
    return dy * np.where(far, outside, inside)


@elementwise(special.modstruve, operands=("x",))
def modstruve(dy: Any, y: Any, v: Any = 0, x: Any = 0.0) -> Any:
    """Of a modified Struve function (DLMF 11.4.26)."""
    series = (as_numpy(x) / 2) ** v * special.rgamma(v + 1.5) / weak(np.sqrt(np.pi), x)
    return dy * (special.modstruve(minus_one(v), x) + special.modstruve(plus_one(v), x) + series) / 2


@adjoint(special.airy, results=4, when=real("z"))
def airy(
    dAi: Any, dAi_prime: Any, dBi: Any, dBi_prime: Any, Ai: Any, Ai_prime: Any, Bi: Any, Bi_prime: Any, z: Any
) -> Any:
    """Of both Airy functions and their derivatives: ``w'' = z w`` (DLMF 9.2.1)."""
    return dAi * Ai_prime + dAi_prime * z * Ai + dBi * Bi_prime + dBi_prime * z * Bi


@tangent(special.airy, results=4, when=real("z"))
def airy_dot(Ai: Any, Ai_prime: Any, Bi: Any, Bi_prime: Any, z: Any, *, dz: Any) -> Any:
    """Of both Airy functions and their derivatives."""
    return Ai_prime * dz, z * Ai * dz, Bi_prime * dz, z * Bi * dz
