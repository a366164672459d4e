"""Distribution functions of ``scipy.special`` and their inverses, differentiated in what is not a shape or a count."""

from __future__ import annotations

from typing import Any

import gast
import numpy as np
from scipy import special

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.quote import quote
from s2sgrad.rules.macros import expands, minus_one, plus_one
from s2sgrad.rules.registry import elementwise


def rounded_down(k: Any) -> Any:
    """A count that SciPy rounds down."""
    return np.floor(k)


def truncated(k: Any) -> Any:
    """A count without its fraction."""
    return np.trunc(k)


@expands(rounded_down)
def _rounded_down(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    return args[0] if _is_whole(facts[0]) else quote("np.floor({k})", k=args[0])


@expands(truncated)
def _truncated(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    return args[0] if _is_whole(facts[0]) else quote("np.trunc({k})", k=args[0])


def _is_whole(fact: Fact) -> bool:
    return isinstance(fact, Num) and fact.kind in "biu"


# ---- Student's, F, chi-squared and gamma ----


@elementwise(special.stdtr, operands=("t",))
def stdtr(dy: Any, y: Any, df: Any = 1.0, t: Any = 0.0) -> Any:
    """Of Student's distribution function."""
    scale = np.sqrt(df) * special.beta(df / 2, 0.5)
    return dy * np.exp(-plus_one(df) / 2 * np.log1p(t**2 / df)) / scale


@elementwise(special.stdtrit, operands=("p",))
def stdtrit(dy: Any, y: Any, df: Any = 1.0, p: Any = 0.5) -> Any:
    """Of Student's quantile function."""
    scale = np.sqrt(df) * special.beta(df / 2, 0.5)
    return dy * np.exp(plus_one(df) / 2 * np.log1p(y**2 / df)) * scale


@elementwise(special.fdtr, operands=("x",))
def fdtr(dy: Any, y: Any, dfn: Any = 1.0, dfd: Any = 1.0, x: Any = 0.0) -> Any:
    """Of the F distribution function."""
    ratio = dfn / dfd
    logarithm = special.xlogy(dfn / 2 - 1, ratio * x) - (dfn + dfd) / 2 * np.log1p(ratio * x)
    return dy * ratio * np.exp(logarithm - special.betaln(dfn / 2, dfd / 2))


@elementwise(special.fdtrc, operands=("x",))
def fdtrc(dy: Any, y: Any, dfn: Any = 1.0, dfd: Any = 1.0, x: Any = 0.0) -> Any:
    """Of one minus the F distribution function."""
    ratio = dfn / dfd
    logarithm = special.xlogy(dfn / 2 - 1, ratio * x) - (dfn + dfd) / 2 * np.log1p(ratio * x)
    return -dy * ratio * np.exp(logarithm - special.betaln(dfn / 2, dfd / 2))


@elementwise(special.chdtr, operands=("x",))
def chdtr(dy: Any, y: Any, v: Any = 1.0, x: Any = 0.0) -> Any:
    """Of the chi-squared distribution function."""
    return dy * np.exp(special.xlogy(v / 2 - 1, x / 2) - x / 2 - special.gammaln(v / 2)) / 2


@elementwise(special.chdtrc, operands=("x",))
def chdtrc(dy: Any, y: Any, v: Any = 1.0, x: Any = 0.0) -> Any:
    """Of one minus the chi-squared distribution function."""
    return -dy * np.exp(special.xlogy(v / 2 - 1, x / 2) - x / 2 - special.gammaln(v / 2)) / 2


@elementwise(special.chdtri, operands=("p",))
def chdtri(dy: Any, y: Any, v: Any = 1.0, p: Any = 0.5) -> Any:
    """Of the inverse of one minus the chi-squared distribution function."""
    return -2 * dy * np.exp(y / 2 + special.gammaln(v / 2) - special.xlogy(v / 2 - 1, y / 2))


@elementwise(special.gdtr, operands=("a", "x"))
def gdtr(dy: Any, y: Any, a: Any = 1.0, b: Any = 1.0, x: Any = 0.0) -> Any:
    """Of the gamma distribution function, in its rate and its bound."""
    rest = a * x + special.gammaln(b)
    return dy * np.exp(special.xlogy(b, a * x) - rest) / a, dy * a * np.exp(special.xlogy(minus_one(b), a * x) - rest)


@elementwise(special.gdtrc, operands=("a", "x"))
def gdtrc(dy: Any, y: Any, a: Any = 1.0, b: Any = 1.0, x: Any = 0.0) -> Any:
    """Of one minus the gamma distribution function, in its rate and its bound."""
    rest = a * x + special.gammaln(b)
    return -dy * np.exp(special.xlogy(b, a * x) - rest) / a, -dy * a * np.exp(special.xlogy(minus_one(b), a * x) - rest)


# ---- Poisson and binomial, whose counts SciPy makes whole ----


@elementwise(special.pdtr, operands=("m",))
def pdtr(dy: Any, y: Any, k: Any = 0, m: Any = 1.0) -> Any:
    """Of the Poisson distribution function, in the mean."""
    return -dy * np.exp(special.xlogy(rounded_down(k), m) - m - special.gammaln(rounded_down(k) + 1))


@elementwise(special.pdtrc, operands=("m",))
def pdtrc(dy: Any, y: Any, k: Any = 0, m: Any = 1.0) -> Any:
    """Of one minus the Poisson distribution function, in the mean."""
    return dy * np.exp(special.xlogy(rounded_down(k), m) - m - special.gammaln(rounded_down(k) + 1))


@elementwise(special.bdtr, operands=("p",))
def bdtr(dy: Any, y: Any, k: Any = 0, n: Any = 1, p: Any = 0.5) -> Any:
    """Of the binomial distribution function, in the probability: 0 where ``k`` is ``n``."""
    rest = truncated(n) - rounded_down(k)
    logarithm = special.xlogy(rounded_down(k), p) + special.xlog1py(np.maximum(rest - 1, 0), -p)
    return -dy * np.exp(logarithm - special.betaln(rounded_down(k) + 1, rest))


@elementwise(special.bdtrc, operands=("p",))
def bdtrc(dy: Any, y: Any, k: Any = 0, n: Any = 1, p: Any = 0.5) -> Any:
    """Of one minus the binomial distribution function, in the probability: 0 where ``k`` is ``n``, or below 0."""
    rest = truncated(n) - rounded_down(k)
    logarithm = special.xlogy(np.maximum(rounded_down(k), 0), p) + special.xlog1py(np.maximum(rest - 1, 0), -p)
    return dy * np.exp(logarithm - special.betaln(np.maximum(rounded_down(k), -1) + 1, rest))


@elementwise(special.nbdtr, operands=("p",))
def nbdtr(dy: Any, y: Any, k: Any = 0, n: Any = 1, p: Any = 0.5) -> Any:
    """Of the negative binomial distribution function, in the probability."""
    logarithm = special.xlogy(truncated(n) - 1, p) + special.xlog1py(truncated(k), -p)
    return dy * np.exp(logarithm - special.betaln(truncated(n), truncated(k) + 1))


@elementwise(special.nbdtrc, operands=("p",))
def nbdtrc(dy: Any, y: Any, k: Any = 0, n: Any = 1, p: Any = 0.5) -> Any:
    """Of one minus the negative binomial distribution function, in the probability."""
    logarithm = special.xlogy(truncated(n) - 1, p) + special.xlog1py(truncated(k), -p)
    return -dy * np.exp(logarithm - special.betaln(truncated(n), truncated(k) + 1))


# ---- Tukey's lambda ----


@elementwise(special.tklmbda, operands=("x",), selects=True)
def tklmbda(dy: Any, y: Any, x: Any = 0.0, lmbda: Any = 0.0) -> Any:
    """Of Tukey's lambda distribution function, which is constant beyond ``1 / lmbda``: each tail by its own value."""
    rate = y ** minus_one(lmbda) + special.tklmbda(-x, lmbda) ** minus_one(lmbda)
    return np.where(np.abs(x) * lmbda > 1, 0, dy / rate)
