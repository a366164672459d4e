"""The gamma and beta functions of ``scipy.special``, what is made of them, and the zeta function."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.analysis.infer.arraylike import FLOAT, number
from s2sgrad.analysis.infer.broadcasting import Fresh, broadcast
from s2sgrad.analysis.infer.effects import note_fresh
from s2sgrad.analysis.infer.elementwise import elementwise as of_elementwise
from s2sgrad.analysis.infer.table import FALSE, NONE, infers, is_none, numpy_functions
from s2sgrad.rules.macros import minus_one, plus_one
from s2sgrad.rules.registry import elementwise, holomorphic
from s2sgrad.rules.when import given

# ---- what is known of the results ----

note_fresh(special.polygamma, special.multigammaln, special.factorial, special.zeta)


@infers(special.polygamma)
def _polygamma(fresh: Fresh, n: Fact, x: Fact) -> Fact:
    return of_elementwise(special.polygamma, [number(n, fresh), number(x, fresh)], fresh)


@infers(special.multigammaln)
def _multigammaln(fresh: Fresh, a: Fact, d: Fact) -> Fact:
    return of_elementwise(_of_one_dimension, [number(a, fresh)], fresh)


def _of_one_dimension(a: Any) -> Any:
    return special.multigammaln(a, 1)


@infers(special.factorial)
def _factorial(fresh: Fresh, n: Fact, exact: Fact = FALSE) -> Fact:
    return of_elementwise(special.factorial, [number(n, fresh)], fresh)


@infers(special.zeta)
def _zeta(fresh: Fresh, x: Fact, q: Fact = NONE) -> Fact:
    operands = [number(fact, fresh) for fact in (x, q) if not is_none(fact)]
    shape = broadcast([operand.shape for operand in operands], fresh)
    known = all(operand.dtype == FLOAT or operand.box == "py" for operand in operands)
    return Num(FLOAT if known else None, "array" if shape else "any", shape)


# ---- the gamma function ----


@elementwise(special.gamma)
def gamma(dy: Any, y: Any, x: Any) -> Any:
    """Of the gamma function."""
    return dy * y * special.digamma(x)


@elementwise(special.loggamma)
def loggamma(dy: Any, y: Any, x: Any) -> Any:
    """Of the logarithm of the gamma function, also of complex numbers."""
    return dy * special.digamma(x)


@elementwise(special.gammaln)
def gammaln(dy: Any, y: Any, x: Any) -> Any:
    """Of the logarithm of the gamma function."""
    return dy * special.digamma(x)


@elementwise(special.rgamma)
def rgamma(dy: Any, y: Any, x: Any) -> Any:
    """Of the reciprocal of the gamma function: below 1/2 by the reflection (DLMF 5.5.3), which has no poles there."""
    left = x < 0.5
    mirrored = 1 - np.where(left, x, 0)
    turned = special.digamma(mirrored) * np.sin(np.pi * mirrored) / np.pi + np.cos(np.pi * mirrored)
    return -dy * np.where(left, special.gamma(mirrored) * turned, y * special.digamma(np.where(left, 1, x)))


@elementwise(special.digamma)
def digamma(dy: Any, y: Any, x: Any) -> Any:
    """Of the logarithmic derivative of the gamma function."""
    return dy * special.zeta(2, x)


@elementwise(special.polygamma, operands=("x",))
def polygamma(dy: Any, y: Any, n: Any = 0, x: Any = 0.0) -> Any:
    """Of a derivative of digamma."""
    return dy * special.polygamma(plus_one(n), x)


@elementwise(special.zeta, operands=("q",))
def zeta(dy: Any, y: Any, x: Any = 2.0, q: Any = None) -> Any:
    """Of Hurwitz's zeta function, in its second argument (DLMF 25.11.17)."""
    return -dy * x * special.zeta(x + 1, q)


@elementwise(special.multigammaln, operands=("a",))
def multigammaln(dy: Any, y: Any, a: Any = 1.0, d: Any = 1) -> Any:
    """Of the logarithm of the gamma function of ``d`` dimensions, a sum of logarithms of gamma functions."""
    return dy * special.digamma(np.subtract.outer(a, np.arange(d) / 2)).sum(axis=-1)


@elementwise(special.factorial, when=given("exact", False), operands=("n",))
def factorial(dy: Any, y: Any, n: Any = 1.0, exact: Any = False) -> Any:
    """Of the factorial, the gamma function of ``n + 1``: 0 below 0, where SciPy's is 0."""
    return dy * y * special.digamma(np.where(n < 0, 0, n) + 1)


@elementwise(special.poch)
def poch(dy: Any, y: Any, z: Any, m: Any) -> Any:
    """Of a rising factorial: at the poles of the gamma function of ``z`` by its reflection (DLMF 5.5.3).

    Where ``z + m`` is at a pole, too, it is a polynomial in ``z``, and has no derivative in ``m``.
    """
    left = (z < 0.5) & (z + m > 0)
    below = (z <= 0) & (z + m <= 0) & (z == np.rint(z)) & (m == np.rint(m))
    above = np.where(left, z + m, 1)
    mirrored = 1 - np.where(left, z, 0)
    change = special.digamma(above) - special.digamma(mirrored)
    turned = change * np.sin(np.pi * mirrored) / np.pi - np.cos(np.pi * mirrored)
    start = np.where(below, 1 - z, np.where(left, 1, z))
    plain = y * (special.digamma(np.where(below, 1 - z - m, z + m)) - special.digamma(start))
    slope = np.where(left, special.gamma(above) * special.gamma(mirrored) * turned, plain)
    return dy * slope, dy * y * special.digamma(z + m)


@elementwise(special.binom)
def binom(dy: Any, y: Any, n: Any, k: Any) -> Any:
    """Of a binomial coefficient: where ``k`` is above ``n`` by the gamma function's reflection (DLMF 5.5.3)."""
    beyond = (n > -1) & (k - n > 0.5)
    above = np.where(beyond, k - n, 1)
    below = np.where(beyond, 1, n - k + 1)
    near = special.beta(np.where(beyond, n, 0) + 1, above)
    sine = np.where(beyond, near * np.sin(np.pi * above) / np.pi, y)
    cosine = np.where(beyond, near * np.cos(np.pi * above), 0)
    rest = special.digamma(np.where(beyond, above, below))
    return (
        dy * (sine * (special.digamma(n + 1) - rest) - cosine),
        dy * (sine * (rest - special.digamma(k + 1)) + cosine),
    )


# ---- the beta function, and incomplete ones in their bound ----


@elementwise(special.beta)
def beta(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of the beta function."""
    both = special.digamma(a + b)
    return dy * y * (special.digamma(a) - both), dy * y * (special.digamma(b) - both)


@elementwise(special.betaln)
def betaln(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of the logarithm of the beta function."""
    both = special.digamma(a + b)
    return dy * (special.digamma(a) - both), dy * (special.digamma(b) - both)


@elementwise(special.gammainc, operands=("x",))
def gammainc(dy: Any, y: Any, a: Any = 1.0, x: Any = 0.0) -> Any:
    """Of the lower incomplete gamma function, in its bound."""
    return dy * np.exp(special.xlogy(minus_one(a), x) - x - special.gammaln(a))


@elementwise(special.gammaincc, operands=("x",))
def gammaincc(dy: Any, y: Any, a: Any = 1.0, x: Any = 0.0) -> Any:
    """Of the upper incomplete gamma function, in its bound."""
    return -dy * np.exp(special.xlogy(minus_one(a), x) - x - special.gammaln(a))


@elementwise(special.betainc, operands=("x",))
def betainc(dy: Any, y: Any, a: Any = 1.0, b: Any = 1.0, x: Any = 0.0) -> Any:
    """Of the incomplete beta function, in its bound."""
    return dy * np.exp(special.xlogy(minus_one(a), x) + special.xlog1py(minus_one(b), -x) - special.betaln(a, b))


@elementwise(*numpy_functions("betaincc", module=special), operands=("x",))
def betaincc(dy: Any, y: Any, a: Any = 1.0, b: Any = 1.0, x: Any = 0.0) -> Any:
    """Of one minus the incomplete beta function, in its bound."""
    return -dy * np.exp(special.xlogy(minus_one(a), x) + special.xlog1py(minus_one(b), -x) - special.betaln(a, b))


@elementwise(special.gammaincinv, operands=("p",))
def gammaincinv(dy: Any, y: Any, a: Any = 1.0, p: Any = 0.0) -> Any:
    """Of the inverse of the lower incomplete gamma function."""
    return dy * np.exp(y + special.gammaln(a) - special.xlogy(minus_one(a), y))


@elementwise(special.gammainccinv, operands=("p",))
def gammainccinv(dy: Any, y: Any, a: Any = 1.0, p: Any = 0.0) -> Any:
    """Of the inverse of the upper incomplete gamma function."""
    return -dy * np.exp(y + special.gammaln(a) - special.xlogy(minus_one(a), y))


@elementwise(special.betaincinv, operands=("p",))
def betaincinv(dy: Any, y: Any, a: Any = 1.0, b: Any = 1.0, p: Any = 0.0) -> Any:
    """Of the inverse of the incomplete beta function."""
    return dy * np.exp(special.betaln(a, b) - special.xlogy(minus_one(a), y) - special.xlog1py(minus_one(b), -y))


holomorphic(loggamma)
