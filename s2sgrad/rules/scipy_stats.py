"""Densities of ``scipy.stats``, loaded when the first of its distributions is met.

``dist`` in a rule stands for the distribution as the user's own call names it: ``stats.norm``, or ``norm``. Derivatives
in parameters of shape need ``special``, under which name or another the user's module must know ``scipy.special``.
Outside of where a density lives, its derivative is 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.analysis.infer.arraylike import FLOAT, number
from s2sgrad.analysis.infer.broadcasting import Fresh, broadcast
from s2sgrad.analysis.infer.effects import note_fresh
from s2sgrad.analysis.infer.lazily import MEMBERS, Member
from s2sgrad.analysis.infer.table import infers
from s2sgrad.rules.macros import fractional, less, over, times
from s2sgrad.rules.registry import elementwise

dist: Any = stats.norm

SHAPELESS = "norm expon uniform laplace logistic cauchy"
WITH_SHAPE = "t gamma chi2 lognorm pareto weibull_min"
WITH_SHAPES = "beta"
COUNTS = "poisson binom bernoulli nbinom geom"


def member(name: str) -> Member:
    """The method of a distribution that ``"norm.pdf"`` names."""
    owner, method = name.split(".")
    return MEMBERS.setdefault((id(getattr(stats, owner)), method), Member(getattr(stats, owner), owner, method))


def members(method: str, owners: str) -> list[Member]:
    """The same method of several distributions."""
    return [member(f"{owner}.{method}") for owner in owners.split()]


def _infer(function: Member) -> None:
    note_fresh(function)

    @infers(function)
    def infer(fresh: Fresh, *args: Fact, **kwargs: Fact) -> Fact:
        operands = [number(fact, fresh) for fact in (*args, *kwargs.values())]
        shape = broadcast([operand.shape for operand in operands], fresh)
        double = all(operand.dtype == FLOAT or operand.box == "py" or operand.kind in "iub" for operand in operands)
        return Num(FLOAT if double else None, "array" if shape else "any", shape)


for _method in ("pdf", "logpdf", "cdf", "sf", "logcdf", "logsf", "ppf"):
    for _member in members(_method, f"{SHAPELESS} {WITH_SHAPE} {WITH_SHAPES}"):
        _infer(_member)
for _method in ("pmf", "logpmf", "cdf"):
    for _member in members(_method, COUNTS):
        _infer(_member)
for _member in members("logpdf", "truncnorm vonmises"):
    _infer(_member)

PLAIN = ("x", "loc", "scale")

# ---- densities: by their logarithmic slope at the standardised place ----


@elementwise(member("norm.logpdf"), operands=PLAIN)
def norm_logpdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of the normal density."""
    z = over(less(fractional(x), loc), scale)
    return -dy * over(z, scale), dy * over(z, scale), dy * (z**2 - 1) / scale


@elementwise(member("norm.pdf"), operands=PLAIN)
def norm_pdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the normal density."""
    z = over(less(fractional(x), loc), scale)
    return -dy * y * over(z, scale), dy * y * over(z, scale), dy * y * (z**2 - 1) / scale


@elementwise(member("expon.logpdf"), operands=PLAIN)
def expon_logpdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of the exponential density."""
    z = over(less(fractional(x), loc), scale)
    inside = z >= 0
    return -dy * over(inside, scale), dy * over(inside, scale), np.where(inside, dy * (z - 1) / scale, 0)


@elementwise(member("expon.pdf"), operands=PLAIN)
def expon_pdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the exponential density."""
    z = over(less(fractional(x), loc), scale)
    return -dy * over(y, scale), dy * over(y, scale), dy * y * (z - 1) / scale


@elementwise(member("uniform.logpdf"), operands=PLAIN)
def uniform_logpdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of the uniform density, in its width."""
    return None, None, np.where(y == -np.inf, 0, -dy / scale)


@elementwise(member("uniform.pdf"), operands=PLAIN)
def uniform_pdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the uniform density, in its width."""
    return None, None, -dy * y / scale


@elementwise(member("laplace.logpdf"), operands=PLAIN)
def laplace_logpdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of the Laplace density: 0 at its peak."""
    z = over(less(fractional(x), loc), scale)
    slope = over(np.sign(z), scale)
    return -dy * slope, dy * slope, dy * (np.abs(z) - 1) / scale


@elementwise(member("laplace.pdf"), operands=PLAIN)
def laplace_pdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the Laplace density: 0 at its peak."""
    z = over(less(fractional(x), loc), scale)
    slope = y * over(np.sign(z), scale)
    return -dy * slope, dy * slope, dy * y * (np.abs(z) - 1) / scale


@elementwise(member("logistic.logpdf"), operands=PLAIN)
def logistic_logpdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of the logistic density."""
    z = over(less(fractional(x), loc), scale)
    slope = over(np.tanh(z / 2), scale)
    return -dy * slope, dy * slope, dy * (z * slope - 1 / scale)


@elementwise(member("logistic.pdf"), operands=PLAIN)
def logistic_pdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logistic density."""
    z = over(less(fractional(x), loc), scale)
    slope = y * over(np.tanh(z / 2), scale)
    return -dy * slope, dy * slope, dy * (z * slope - y / scale)


@elementwise(member("cauchy.logpdf"), operands=PLAIN)
def cauchy_logpdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of the Cauchy density."""
    z = over(less(fractional(x), loc), scale)
    slope = over(2 * z / (z**2 + 1), scale)
    return -dy * slope, dy * slope, dy * (z * slope - 1 / scale)


@elementwise(member("cauchy.pdf"), operands=PLAIN)
def cauchy_pdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the Cauchy density."""
    z = over(less(fractional(x), loc), scale)
    slope = y * over(2 * z / (z**2 + 1), scale)
    return -dy * slope, dy * slope, dy * (z * slope - y / scale)


@elementwise(member("t.logpdf"), operands=("x", "df", "loc", "scale"))
def t_logpdf(dy: Any, y: Any, x: Any = 0.0, df: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of Student's density."""
    z = over(less(fractional(x), loc), scale)
    slope = over((df + 1) * z / (z**2 + df), scale)
    growth = special.digamma((df + 1) / 2) - special.digamma(df / 2) - np.log1p(z**2 / df)
    return (
        -dy * slope,
        dy * (growth - 1 / df + (df + 1) * z**2 / (df * (z**2 + df))) / 2,
        dy * slope,
        dy * (z * slope - 1 / scale),
    )


@elementwise(member("t.pdf"), operands=PLAIN)
def t_pdf(dy: Any, y: Any, x: Any = 0.0, df: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of Student's density."""
    z = over(less(fractional(x), loc), scale)
    slope = y * over((df + 1) * z / (z**2 + df), scale)
    return -dy * slope, dy * slope, dy * (z * slope - y / scale)


@elementwise(member("gamma.logpdf"), operands=("x", "a", "loc", "scale"))
def gamma_logpdf(dy: Any, y: Any, x: Any = 0.0, a: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of the gamma density."""
    z = over(less(fractional(x), loc), scale)
    slope = over(1 - (a - 1) / z, scale)
    return -dy * slope, dy * (np.log(z) - special.digamma(a)), dy * slope, dy * (z * slope - 1 / scale)


@elementwise(member("gamma.pdf"), operands=PLAIN)
def gamma_pdf(dy: Any, y: Any, x: Any = 0.0, a: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the gamma density."""
    z = over(less(fractional(x), loc), scale)
    slope = y * over(1 - (a - 1) / z, scale)
    return -dy * slope, dy * slope, dy * (z * slope - y / scale)


@elementwise(member("chi2.logpdf"), operands=("x", "df", "loc", "scale"))
def chi2_logpdf(dy: Any, y: Any, x: Any = 0.0, df: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of the density of a sum of squares."""
    z = over(less(fractional(x), loc), scale)
    slope = over(0.5 - (df / 2 - 1) / z, scale)
    return -dy * slope, dy * (np.log(z / 2) - special.digamma(df / 2)) / 2, dy * slope, dy * (z * slope - 1 / scale)


@elementwise(member("chi2.pdf"), operands=PLAIN)
def chi2_pdf(dy: Any, y: Any, x: Any = 0.0, df: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the density of a sum of squares."""
    z = over(less(fractional(x), loc), scale)
    slope = y * over(0.5 - (df / 2 - 1) / z, scale)
    return -dy * slope, dy * slope, dy * (z * slope - y / scale)


@elementwise(member("lognorm.logpdf"), operands=("x", "s", "loc", "scale"))
def lognorm_logpdf(dy: Any, y: Any, x: Any = 0.0, s: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of the density of the exponential of a normal variable."""
    z = over(less(fractional(x), loc), scale)
    slope = over((1 + np.log(z) / s**2) / z, scale)
    return -dy * slope, dy * (np.log(z) ** 2 / s**2 - 1) / s, dy * slope, dy * (z * slope - 1 / scale)


@elementwise(member("pareto.logpdf"), operands=("x", "b", "loc", "scale"))
def pareto_logpdf(dy: Any, y: Any, x: Any = 0.0, b: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of Pareto's density."""
    z = over(less(fractional(x), loc), scale)
    slope = over((b + 1) / z, scale)
    return -dy * slope, dy * (1 / b - np.log(z)), dy * slope, dy * (z * slope - 1 / scale)


@elementwise(member("weibull_min.logpdf"), operands=("x", "c", "loc", "scale"))
def weibull_logpdf(dy: Any, y: Any, x: Any = 0.0, c: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of Weibull's density."""
    z = over(less(fractional(x), loc), scale)
    slope = over((c * z**c - (c - 1)) / z, scale)
    return -dy * slope, dy * (1 / c + np.log(z) * (1 - z**c)), dy * slope, dy * (z * slope - 1 / scale)


@elementwise(member("beta.logpdf"), operands=("x", "a", "b", "loc", "scale"))
def beta_logpdf(dy: Any, y: Any, x: Any = 0.0, a: Any = 1.0, b: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of the beta density."""
    z = over(less(fractional(x), loc), scale)
    slope = over((b - 1) / (1 - z) - (a - 1) / z, scale)
    both = special.digamma(a + b)
    return (
        -dy * slope,
        dy * (np.log(z) + both - special.digamma(a)),
        dy * (np.log1p(-z) + both - special.digamma(b)),
        dy * slope,
        dy * (z * slope - 1 / scale),
    )


@elementwise(member("beta.pdf"), operands=PLAIN)
def beta_pdf(dy: Any, y: Any, x: Any = 0.0, a: Any = 1.0, b: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the beta density."""
    z = over(less(fractional(x), loc), scale)
    slope = y * over((b - 1) / (1 - z) - (a - 1) / z, scale)
    return -dy * slope, dy * slope, dy * (z * slope - y / scale)


@elementwise(member("truncnorm.logpdf"), operands=("x", "a", "b", "loc", "scale"))
def truncnorm_logpdf(dy: Any, y: Any, x: Any = 0.0, a: Any = 0.0, b: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of the normal density between two bounds: the place and the bounds give its whole mass."""
    z = over(less(fractional(x), loc), scale)
    inside = y > -np.inf
    slope = np.where(inside, over(z, scale), 0)
    return (
        -dy * slope,
        dy * times(np.exp(y + (z - a) * (z + a) / 2), scale),
        -dy * times(np.exp(y + (z - b) * (z + b) / 2), scale),
        dy * slope,
        np.where(inside, dy * (z**2 - 1) / scale, 0),
    )


@elementwise(member("vonmises.logpdf"), operands=("x", "kappa", "loc", "scale"))
def vonmises_logpdf(dy: Any, y: Any, x: Any = 0.0, kappa: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of the density of von Mises: by Bessel functions of order 1 and 0 (DLMF 10.29.3)."""
    z = over(less(fractional(x), loc), scale)
    slope = over(kappa * np.sin(z), scale)
    ratio = special.i1e(kappa) / special.i0e(kappa)
    return -dy * slope, dy * (np.cos(z) - ratio), dy * slope, dy * (z * slope - 1 / scale)
