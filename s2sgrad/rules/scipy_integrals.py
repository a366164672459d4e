"""Functions of ``scipy.special`` that are defined by integrals: exponential, trigonometric and elliptic ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from s2sgrad.rules.macros import minus_one
from s2sgrad.rules.ranking import in_dtype
from s2sgrad.rules.registry import adjoint, elementwise, tangent
from s2sgrad.rules.when import given, real, value

# ---- exponential and trigonometric integrals ----


@elementwise(special.spence)
def spence(dy: Any, y: Any, x: Any) -> Any:
    """Of the dilogarithm of ``1 - x``: ``log(x) / (1 - x)``, near 1 in a form that has no quotient (DLMF 15.4.1)."""
    near = np.abs(1 - x) < 0.5
    ratio = special.hyp2f1(1, 1, 2, np.where(near, 1 - x, 0))
    return dy * np.where(near, -in_dtype(ratio, y), np.log(x) / np.where(near, 1, 1 - x))


@elementwise(special.expi)
def expi(dy: Any, y: Any, x: Any) -> Any:
    """Of the exponential integral."""
    return dy * np.exp(x) / x


@elementwise(special.exp1)
def exp1(dy: Any, y: Any, x: Any) -> Any:
    """Of the other exponential integral."""
    return -dy * np.exp(-x) / x


@elementwise(special.expn, when=given("n", 0), operands=("x",))
def expn_of_order_0(dy: Any, y: Any, n: Any = 0, x: Any = 0.0) -> Any:
    """Of the exponential integral of order 0, which is ``exp(-x) / x``."""
    return -dy * (y + np.exp(-x)) / x


@elementwise(special.expn, when=value("n", lambda n: n >= 1), operands=("x",))
def expn(dy: Any, y: Any, n: Any = 1, x: Any = 0.0) -> Any:
    """Of an exponential integral of a known order (DLMF 8.19.13)."""
    return -dy * special.expn(minus_one(n), x)


@elementwise(special.expn, operands=("x",))
def expn_of_any_order(dy: Any, y: Any, n: Any = 1, x: Any = 0.0) -> Any:
    """Of an exponential integral: there is none of order -1 in SciPy, the derivative of that of order 0."""
    first = (y + np.exp(-x)) / np.where(n < 1, x, 1)
    return -dy * np.where(n < 1, first, special.expn(np.maximum(n, 1) - 1, x))


@adjoint(special.sici, results=2, when=real("x"))
def sici(dSi: Any, dCi: Any, Si: Any, Ci: Any, x: Any) -> Any:
    """Of the sine and the cosine integral."""
    return dSi * np.sinc(x / np.pi) + dCi * np.cos(x) / x


@tangent(special.sici, results=2, when=real("x"))
def sici_dot(Si: Any, Ci: Any, x: Any, *, dx: Any) -> Any:
    """Of the sine and the cosine integral."""
    return np.sinc(x / np.pi) * dx, np.cos(x) / x * dx


@adjoint(special.shichi, results=2, when=real("x"))
def shichi(dShi: Any, dChi: Any, Shi: Any, Chi: Any, x: Any) -> Any:
    """Of the hyperbolic sine and cosine integrals: ``sinh(x) / x`` in a form that is right at 0."""
    return dShi * (special.exprel(x) + special.exprel(-x)) / 2 + dChi * np.cosh(x) / x


@tangent(special.shichi, results=2, when=real("x"))
def shichi_dot(Shi: Any, Chi: Any, x: Any, *, dx: Any) -> Any:
    """Of the hyperbolic sine and cosine integrals."""
    return (special.exprel(x) + special.exprel(-x)) / 2 * dx, np.cosh(x) / x * dx


@adjoint(special.fresnel, results=2, when=real("x"))
def fresnel(dS: Any, dC: Any, S: Any, C: Any, x: Any) -> Any:
    """Of both Fresnel integrals."""
    return dS * np.sin(np.pi / 2 * x**2) + dC * np.cos(np.pi / 2 * x**2)


@tangent(special.fresnel, results=2, when=real("x"))
def fresnel_dot(S: Any, C: Any, x: Any, *, dx: Any) -> Any:
    """Of both Fresnel integrals."""
    return np.sin(np.pi / 2 * x**2) * dx, np.cos(np.pi / 2 * x**2) * dx


# ---- elliptic integrals ----


@elementwise(special.ellipk)
def ellipk(dy: Any, y: Any, m: Any) -> Any:
    """Of the complete elliptic integral of the first kind: above -1 in a form that has no quotient (DLMF 19.5.1)."""
    above = m > -1
    ratio = np.pi / 8 * special.hyp2f1(1.5, 1.5, 2, np.where(above, m, 0))
    low = np.where(above, -1, m)
    return dy * np.where(above, in_dtype(ratio, y), (special.ellipe(low) / (1 - low) - special.ellipk(low)) / (2 * low))


@elementwise(special.ellipe)
def ellipe(dy: Any, y: Any, m: Any) -> Any:
    """Of the complete elliptic integral of the second kind: above -1 in a form that has no quotient (DLMF 19.5.2)."""
    above = m > -1
    ratio = np.pi / 8 * special.hyp2f1(0.5, 1.5, 2, np.where(above, m, 0))
    low = np.where(above, -1, m)
    return dy * np.where(above, -in_dtype(ratio, y), (special.ellipe(low) - special.ellipk(low)) / (2 * low))


@elementwise(special.ellipkinc, operands=("phi",))
def ellipkinc(dy: Any, y: Any, phi: Any = 0.0, m: Any = 0.0) -> Any:
    """Of the elliptic integral of the first kind, in its bound."""
    return dy / np.sqrt(1 - m * np.sin(phi) ** 2)


@elementwise(special.ellipeinc, operands=("phi",))
def ellipeinc(dy: Any, y: Any, phi: Any = 0.0, m: Any = 0.0) -> Any:
    """Of the elliptic integral of the second kind, in its bound."""
    return dy * np.sqrt(1 - m * np.sin(phi) ** 2)
