"""Functions of ``scipy.special``, loaded when the first of them is met: nothing imports SciPy before the user does.

``special`` in a rule stands for the module as the user's own call names it. Parameters that have a default here are not
differentiated: the orders of Bessel functions, the shapes of incomplete integrals.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.analysis.infer.arraylike import FLOAT, number
from s2sgrad.analysis.infer.broadcasting import Fresh, broadcast
from s2sgrad.analysis.infer.reductions import reduced
from s2sgrad.analysis.infer.table import FALSE, NONE, infers, is_none
from s2sgrad.rules.macros import minus_one, unreduce, weak
from s2sgrad.rules.registry import adjoint, elementwise, tangent
from s2sgrad.rules.when import real

# ---- gamma and beta ----


@elementwise(special.gamma)
def gamma(dy: Any, y: Any, x: Any) -> Any:
    """Of the gamma function."""
    return dy * y * special.digamma(x)


@elementwise(special.gammaln)
def gammaln(dy: Any, y: Any, x: Any) -> Any:
    """Of the logarithm of the gamma function."""
    return dy * special.digamma(x)


@elementwise(special.rgamma)
def rgamma(dy: Any, y: Any, x: Any) -> Any:
    """Of the reciprocal of the gamma function."""
    return -dy * y * special.digamma(x)


@elementwise(special.digamma)
def digamma(dy: Any, y: Any, x: Any) -> Any:
    """Of the logarithmic derivative of the gamma function."""
    return dy * special.zeta(2, x)


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
    return dy * np.exp(special.xlogy(a - 1, x) - x - special.gammaln(a))


@elementwise(special.gammaincc, operands=("x",))
def gammaincc(dy: Any, y: Any, a: Any = 1.0, x: Any = 0.0) -> Any:
    """Of the upper incomplete gamma function, in its bound."""
    return -dy * np.exp(special.xlogy(a - 1, x) - x - special.gammaln(a))


@elementwise(special.betainc, operands=("x",))
def betainc(dy: Any, y: Any, a: Any = 1.0, b: Any = 1.0, x: Any = 0.0) -> Any:
    """Of the incomplete beta function, in its bound."""
    return dy * np.exp(special.xlogy(a - 1, x) + special.xlog1py(b - 1, -x) - special.betaln(a, b))


# ---- the error function and the normal distribution ----


@elementwise(special.erf)
def erf(dy: Any, y: Any, x: Any) -> Any:
    """Of the error function."""
    return dy * np.exp(-(x**2)) * 2 / weak(np.sqrt(np.pi), x)


@elementwise(special.erfc)
def erfc(dy: Any, y: Any, x: Any) -> Any:
    """Of one minus the error function."""
    return -dy * np.exp(-(x**2)) * 2 / weak(np.sqrt(np.pi), x)


@elementwise(special.erfcx)
def erfcx(dy: Any, y: Any, x: Any) -> Any:
    """Of the scaled complementary error function."""
    return dy * (2 * x * y - 2 / weak(np.sqrt(np.pi), x))


@elementwise(special.erfi)
def erfi(dy: Any, y: Any, x: Any) -> Any:
    """Of the imaginary error function."""
    return dy * np.exp(x**2) * 2 / weak(np.sqrt(np.pi), x)


@elementwise(special.erfinv)
def erfinv(dy: Any, y: Any, x: Any) -> Any:
    """Of the inverse of the error function."""
    return dy * np.exp(y**2) * weak(np.sqrt(np.pi), x) / 2


@elementwise(special.erfcinv)
def erfcinv(dy: Any, y: Any, x: Any) -> Any:
    """Of the inverse of the complementary error function."""
    return -dy * np.exp(y**2) * weak(np.sqrt(np.pi), x) / 2


@elementwise(special.dawsn)
def dawsn(dy: Any, y: Any, x: Any) -> Any:
    """Of Dawson's integral."""
    return dy * (1 - 2 * x * y)


@elementwise(special.ndtr)
def ndtr(dy: Any, y: Any, x: Any) -> Any:
    """Of the normal distribution function."""
    return dy * np.exp(-(x**2) / 2) / weak(np.sqrt(2 * np.pi), x)


@elementwise(special.log_ndtr)
def log_ndtr(dy: Any, y: Any, x: Any) -> Any:
    """Of the logarithm of the normal distribution function: far to the left too."""
    return dy * np.exp(-(x**2) / 2 - y) / weak(np.sqrt(2 * np.pi), x)


@elementwise(special.ndtri)
def ndtri(dy: Any, y: Any, x: Any) -> Any:
    """Of the normal quantile function."""
    return dy * np.exp(y**2 / 2) * weak(np.sqrt(2 * np.pi), x)


# ---- logistic, entropy, losses ----


@elementwise(special.expit)
def expit(dy: Any, y: Any, x: Any) -> Any:
    """Of the logistic function."""
    return dy * y * (1 - y)


@elementwise(special.log_expit)
def log_expit(dy: Any, y: Any, x: Any) -> Any:
    """Of the logarithm of the logistic function."""
    return dy * special.expit(-x)


@elementwise(special.logit)
def logit(dy: Any, y: Any, x: Any) -> Any:
    """Of the inverse of the logistic function."""
    return dy / (x * (1 - x))


@elementwise(special.entr)
def entr(dy: Any, y: Any, x: Any) -> Any:
    """Of ``-x * log(x)``."""
    return -dy * (np.log(x) + 1)


@elementwise(special.rel_entr)
def rel_entr(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``a * log(a / b)``."""
    return dy * (np.log(a / b) + 1), -dy * a / b


@elementwise(special.kl_div)
def kl_div(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``a * log(a / b) - a + b``."""
    return dy * np.log(a / b), dy * (1 - a / b)


@elementwise(special.xlogy)
def xlogy(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``a * log(b)``."""
    return dy * np.log(b), dy * a / b


@elementwise(special.xlog1py)
def xlog1py(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``a * log(1 + b)``."""
    return dy * np.log1p(b), dy * a / (b + 1)


@elementwise(special.huber, operands=("r",))
def huber(dy: Any, y: Any, delta: Any = 1.0, r: Any = 0.0) -> Any:
    """Of Huber's loss, in the residual."""
    return dy * np.clip(r, -delta, delta)


@elementwise(special.pseudo_huber, operands=("r",))
def pseudo_huber(dy: Any, y: Any, delta: Any = 1.0, r: Any = 0.0) -> Any:
    """Of a smooth form of Huber's loss, in the residual."""
    return dy * r / np.sqrt((r / delta) ** 2 + 1)


@elementwise(special.boxcox, operands=("x",))
def boxcox(dy: Any, y: Any, x: Any = 1.0, lmbda: Any = 1.0) -> Any:
    """Of a Box-Cox transformation."""
    return dy * x ** minus_one(lmbda)


@elementwise(special.boxcox1p, operands=("x",))
def boxcox1p(dy: Any, y: Any, x: Any = 1.0, lmbda: Any = 1.0) -> Any:
    """Of a Box-Cox transformation of ``1 + x``."""
    return dy * (x + 1) ** minus_one(lmbda)


@elementwise(special.exprel)
def exprel(dy: Any, y: Any, x: Any) -> Any:
    """Of ``(exp(x) - 1) / x``: near 0, where the quotient loses its digits, by the first terms of its series.

    There they are right to the last digit, and at 0 all derivatives up to the ninth are exact.
    """
    near = np.where(np.abs(x) < 0.1, x, 0)
    series = 1 + near * 5 / 24 * (1 + near * 6 / 35 * (1 + near * 7 / 48 * (1 + near * 8 / 63 * (1 + near * 9 / 80))))
    series = 0.5 + near / 3 * (1 + near * 3 / 8 * (1 + near * 4 / 15 * series))
    return dy * np.where(np.abs(x) < 0.1, series, (np.exp(x) - y) / np.where(x == 0, 1, x))


@elementwise(special.cosm1)
def cosm1(dy: Any, y: Any, x: Any) -> Any:
    """Of ``cos(x) - 1``."""
    return -dy * np.sin(x)


@elementwise(special.exp10)
def exp10(dy: Any, y: Any, x: Any) -> Any:
    """Of a power of 10."""
    return dy * y * weak(np.log(10), x)


@elementwise(special.exp2)
def exp2_of_scipy(dy: Any, y: Any, x: Any) -> Any:
    """Of a power of 2."""
    return dy * y * weak(np.log(2), x)


@elementwise(special.cbrt)
def cbrt_of_scipy(dy: Any, y: Any, x: Any) -> Any:
    """Of the cube root."""
    return dy / (3 * y**2)


@elementwise(special.log1p)
def log1p_of_scipy(dy: Any, y: Any, x: Any) -> Any:
    """Of ``log(1 + x)``."""
    return dy / (x + 1)


@elementwise(special.expm1)
def expm1_of_scipy(dy: Any, y: Any, x: Any) -> Any:
    """Of ``exp(x) - 1``."""
    return dy * (y + 1)


# ---- integrals ----


@elementwise(special.spence)
def spence(dy: Any, y: Any, x: Any) -> Any:
    """Of the dilogarithm of ``1 - x``."""
    return dy * np.log(x) / (1 - x)


@elementwise(special.expi)
def expi(dy: Any, y: Any, x: Any) -> Any:
    """Of the exponential integral."""
    return dy * np.exp(x) / x


@elementwise(special.exp1)
def exp1(dy: Any, y: Any, x: Any) -> Any:
    """Of the other exponential integral."""
    return -dy * np.exp(-x) / x


@elementwise(special.ellipk)
def ellipk(dy: Any, y: Any, m: Any) -> Any:
    """Of the complete elliptic integral of the first kind."""
    return dy * (special.ellipe(m) / (1 - m) - y) / (2 * m)


@elementwise(special.ellipe)
def ellipe(dy: Any, y: Any, m: Any) -> Any:
    """Of the complete elliptic integral of the second kind."""
    return dy * (y - special.ellipk(m)) / (2 * m)


# ---- Bessel functions, not in the order ----


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


@elementwise(*dict.fromkeys((special.jv, special.jn)), operands=("x",))
def jv(dy: Any, y: Any, v: Any = 0, x: Any = 0.0) -> Any:
    """Of a Bessel function."""
    return dy * (special.jv(v - 1, x) - special.jv(v + 1, x)) / 2


@elementwise(special.yv, operands=("x",))
def yv(dy: Any, y: Any, v: Any = 0, x: Any = 0.0) -> Any:
    """Of a Bessel function of the second kind."""
    return dy * (special.yv(v - 1, x) - special.yv(v + 1, x)) / 2


@elementwise(special.iv, operands=("x",))
def iv(dy: Any, y: Any, v: Any = 0, x: Any = 0.0) -> Any:
    """Of a modified Bessel function."""
    return dy * (special.iv(v - 1, x) + special.iv(v + 1, x)) / 2


@elementwise(special.kv, operands=("x",))
def kv(dy: Any, y: Any, v: Any = 0, x: Any = 0.0) -> Any:
    """Of a modified Bessel function of the second kind."""
    return -dy * (special.kv(v - 1, x) + special.kv(v + 1, x)) / 2


# ---- sums of exponentials ----


@infers(special.zeta)
def _zeta(fresh: Fresh, x: Fact, q: Fact = NONE) -> Fact:
    operands = [number(fact, fresh) for fact in (x, q) if not is_none(fact)]
    shape = broadcast([operand.shape for operand in operands], fresh)
    known = all(operand.dtype == FLOAT or operand.box == "py" for operand in operands)
    return Num(FLOAT if known else None, "array" if shape else "any", shape)


@infers(special.logsumexp)
def _logsumexp(fresh: Fresh, a: Fact, axis: Fact = NONE, *, keepdims: Fact = FALSE) -> Fact:
    x = number(a, fresh)
    shape = reduced(x.shape, axis, keepdims, fresh)
    return Num(x.dtype if x.dtype == FLOAT else None, "array" if shape else "any", shape)


@infers(special.softmax, special.log_softmax)
def _softmax(fresh: Fresh, x: Fact, axis: Fact = NONE) -> Fact:
    a = number(x, fresh)
    return Num(a.dtype if a.dtype == FLOAT else None, "array" if a.rank else "any", a.shape)


@adjoint(special.logsumexp, when=real("a"))
def logsumexp(dy: Any, y: Any, a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Of the logarithm of a sum of exponentials."""
    return unreduce(dy, a, axis, keepdims) * np.exp(a - unreduce(y, a, axis, keepdims))


@adjoint(special.softmax, when=real("x"), exact=True)
def softmax(dy: Any, y: Any, x: Any, axis: Any = None) -> Any:
    """Of exponentials over their sum."""
    return y * (dy - (dy * y).sum(axis=axis, keepdims=True))


@adjoint(special.log_softmax, when=real("x"), exact=True)
def log_softmax(dy: Any, y: Any, x: Any, axis: Any = None) -> Any:
    """Of the logarithms of exponentials over their sum."""
    return dy - np.exp(y) * np.sum(dy, axis=axis, keepdims=True)


@tangent(special.logsumexp, when=real("a"))
def logsumexp_dot(y: Any, a: Any, axis: Any = None, *, keepdims: bool = False, da: Any) -> Any:
    """Of the logarithm of a sum of exponentials."""
    return (np.exp(a - unreduce(y, a, axis, keepdims)) * da).sum(axis=axis, keepdims=keepdims)


@tangent(special.softmax, when=real("x"))
def softmax_dot(y: Any, x: Any, axis: Any = None, *, dx: Any) -> Any:
    """Of exponentials over their sum."""
    return y * (dx - (dx * y).sum(axis=axis, keepdims=True))


@tangent(special.log_softmax, when=real("x"))
def log_softmax_dot(y: Any, x: Any, axis: Any = None, *, dx: Any) -> Any:
    """Of the logarithms of exponentials over their sum."""
    return dx - (np.exp(y) * dx).sum(axis=axis, keepdims=True)
