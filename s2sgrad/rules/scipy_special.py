"""Elementary functions of ``scipy.special``: logistic, entropies, losses, powers, sums of exponentials.

The rules for this module are loaded when the first of its functions is met: nothing imports SciPy before the user does.
``special`` in a rule stands for the module as the user's own call names it. Parameters that have a default here are not
differentiated: the orders of Bessel functions, the shapes of incomplete integrals.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.analysis.infer.arraylike import FLOAT, number
from s2sgrad.analysis.infer.broadcasting import Fresh
from s2sgrad.analysis.infer.effects import note_fresh
from s2sgrad.analysis.infer.elementwise import elementwise as of_elementwise
from s2sgrad.analysis.infer.reductions import reduced
from s2sgrad.analysis.infer.table import FALSE, NONE, ZERO, infers
from s2sgrad.rules.macros import as_numpy, fractional, minus_one, unreduce, weak, wide
from s2sgrad.rules.registry import adjoint, elementwise, holomorphic, tangent
from s2sgrad.rules.when import real

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
    return dy * np.log(wide(b)), dy * a / b


@elementwise(special.xlog1py)
def xlog1py(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``a * log(1 + b)``."""
    return dy * np.log1p(wide(b)), dy * a / (fractional(b) + 1)


@elementwise(special.huber, operands=("r",))
def huber(dy: Any, y: Any, delta: Any = 1.0, r: Any = 0.0) -> Any:
    """Of Huber's loss, in the residual."""
    return dy * np.clip(r, -delta, delta)


@elementwise(special.pseudo_huber, operands=("r",))
def pseudo_huber(dy: Any, y: Any, delta: Any = 1.0, r: Any = 0.0) -> Any:
    """Of a smooth form of Huber's loss, in the residual."""
    return dy * r / np.sqrt((r / delta) ** 2 + 1)


# ---- Box-Cox transformations, whose slopes in ``lmbda`` have no quotient at 0 (DLMF 13.6.2, 15.4.1) ----


@elementwise(special.boxcox)
def boxcox(dy: Any, y: Any, x: Any, lmbda: Any) -> Any:
    """Of a Box-Cox transformation."""
    power = lmbda * np.log(wide(x))
    near = np.abs(power) < 1
    small = np.log(wide(x)) ** 2 / 2 * special.hyp1f1(2, 3, np.where(near, power, 0))
    large = (special.xlogy(as_numpy(fractional(x)) ** lmbda, x) - y) / np.where(near, 1, lmbda)
    return dy * as_numpy(x) ** minus_one(fractional(lmbda)), dy * np.where(near, small, large)


@elementwise(special.boxcox1p)
def boxcox1p(dy: Any, y: Any, x: Any, lmbda: Any) -> Any:
    """Of a Box-Cox transformation of ``1 + x``."""
    power = lmbda * np.log1p(wide(x))
    near = np.abs(power) < 1
    small = np.log1p(wide(x)) ** 2 / 2 * special.hyp1f1(2, 3, np.where(near, power, 0))
    large = (special.xlog1py((as_numpy(fractional(x)) + 1) ** lmbda, x) - y) / np.where(near, 1, lmbda)
    return dy * (as_numpy(x) + 1) ** minus_one(fractional(lmbda)), dy * np.where(near, small, large)


@elementwise(special.inv_boxcox)
def inv_boxcox(dy: Any, y: Any, x: Any, lmbda: Any) -> Any:
    """Of the inverse of a Box-Cox transformation."""
    power = fractional(lmbda) * x
    near = power < 1
    u = np.where(near, 1, power)
    far = (u / (1 + u) - np.log1p(u)) / u**2
    slope = np.where(near, -special.hyp2f1(2, 2, 3, np.where(near, -power, 0)) / 2, far)
    return dy * y ** (1 - fractional(lmbda)), dy * y * fractional(x) ** 2 * slope


@elementwise(special.inv_boxcox1p)
def inv_boxcox1p(dy: Any, y: Any, x: Any, lmbda: Any) -> Any:
    """Of the inverse of a Box-Cox transformation of ``1 + x``."""
    power = fractional(lmbda) * x
    near = power < 1
    u = np.where(near, 1, power)
    far = (u / (1 + u) - np.log1p(u)) / u**2
    slope = np.where(near, -special.hyp2f1(2, 2, 3, np.where(near, -power, 0)) / 2, far)
    return dy * (y + 1) ** (1 - fractional(lmbda)), dy * (y + 1) * fractional(x) ** 2 * slope


# ---- Lambert's function, and others near 0 ----


@elementwise(special.lambertw, operands=("z",))
def lambertw(dy: Any, y: Any, z: Any = 0.0, k: Any = 0, tol: Any = 1e-8) -> Any:
    """Of a branch of Lambert's function (DLMF 4.13.4), which is complex."""
    return dy / (np.exp(y) * (1 + y))


@elementwise(special.wrightomega, when=real("z"))
def wrightomega(dy: Any, y: Any, z: Any) -> Any:
    """Of Wright's omega function, Lambert's of an exponential."""
    return dy * y / (1 + y)


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


# ---- sums of exponentials ----


note_fresh(special.lambertw)


@infers(special.lambertw)
def _lambertw(fresh: Fresh, z: Fact, k: Fact = ZERO, tol: Fact = NONE) -> Fact:
    return of_elementwise(special.lambertw, [number(z, fresh), number(k, fresh)], fresh)


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


holomorphic(lambertw)
