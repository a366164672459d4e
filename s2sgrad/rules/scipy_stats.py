"""Densities and distribution functions of ``scipy.stats``, loaded when the first of them is met.

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
from s2sgrad.analysis.infer.table import Unknown, infers
from s2sgrad.rules.macros import less, over
from s2sgrad.rules.registry import adjoint, elementwise, tangent
from s2sgrad.rules.when import all_of, rank, real

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

PLAIN = ("x", "loc", "scale")

# ---- densities: by their logarithmic slope at the standardised place ----


@elementwise(member("norm.logpdf"), operands=PLAIN)
def norm_logpdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of the normal density."""
    z = over(less(x, loc), scale)
    return -dy * over(z, scale), dy * over(z, scale), dy * (z**2 - 1) / scale


@elementwise(member("norm.pdf"), operands=PLAIN)
def norm_pdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the normal density."""
    z = over(less(x, loc), scale)
    return -dy * y * over(z, scale), dy * y * over(z, scale), dy * y * (z**2 - 1) / scale


@elementwise(member("expon.logpdf"), operands=PLAIN)
def expon_logpdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of the exponential density."""
    z = over(less(x, loc), scale)
    inside = z >= 0
    return -dy * over(inside, scale), dy * over(inside, scale), np.where(inside, dy * (z - 1) / scale, 0)


@elementwise(member("expon.pdf"), operands=PLAIN)
def expon_pdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the exponential density."""
    z = over(less(x, loc), scale)
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
    z = over(less(x, loc), scale)
    slope = over(np.sign(z), scale)
    return -dy * slope, dy * slope, dy * (np.abs(z) - 1) / scale


@elementwise(member("laplace.pdf"), operands=PLAIN)
def laplace_pdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the Laplace density: 0 at its peak."""
    z = over(less(x, loc), scale)
    slope = y * over(np.sign(z), scale)
    return -dy * slope, dy * slope, dy * y * (np.abs(z) - 1) / scale


@elementwise(member("logistic.logpdf"), operands=PLAIN)
def logistic_logpdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of the logistic density."""
    z = over(less(x, loc), scale)
    slope = over(np.tanh(z / 2), scale)
    return -dy * slope, dy * slope, dy * (z * slope - 1 / scale)


@elementwise(member("logistic.pdf"), operands=PLAIN)
def logistic_pdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logistic density."""
    z = over(less(x, loc), scale)
    slope = y * over(np.tanh(z / 2), scale)
    return -dy * slope, dy * slope, dy * (z * slope - y / scale)


@elementwise(member("cauchy.logpdf"), operands=PLAIN)
def cauchy_logpdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of the Cauchy density."""
    z = over(less(x, loc), scale)
    slope = over(2 * z / (z**2 + 1), scale)
    return -dy * slope, dy * slope, dy * (z * slope - 1 / scale)


@elementwise(member("cauchy.pdf"), operands=PLAIN)
def cauchy_pdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the Cauchy density."""
    z = over(less(x, loc), scale)
    slope = y * over(2 * z / (z**2 + 1), scale)
    return -dy * slope, dy * slope, dy * (z * slope - y / scale)


@elementwise(member("t.logpdf"), operands=("x", "df", "loc", "scale"))
def t_logpdf(dy: Any, y: Any, x: Any = 0.0, df: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of Student's density."""
    z = over(less(x, loc), scale)
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
    z = over(less(x, loc), scale)
    slope = y * over((df + 1) * z / (z**2 + df), scale)
    return -dy * slope, dy * slope, dy * (z * slope - y / scale)


@elementwise(member("gamma.logpdf"), operands=("x", "a", "loc", "scale"))
def gamma_logpdf(dy: Any, y: Any, x: Any = 0.0, a: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of the gamma density."""
    z = over(less(x, loc), scale)
    slope = over(1 - (a - 1) / z, scale)
    return -dy * slope, dy * (np.log(z) - special.digamma(a)), dy * slope, dy * (z * slope - 1 / scale)


@elementwise(member("gamma.pdf"), operands=PLAIN)
def gamma_pdf(dy: Any, y: Any, x: Any = 0.0, a: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the gamma density."""
    z = over(less(x, loc), scale)
    slope = y * over(1 - (a - 1) / z, scale)
    return -dy * slope, dy * slope, dy * (z * slope - y / scale)


@elementwise(member("chi2.logpdf"), operands=("x", "df", "loc", "scale"))
def chi2_logpdf(dy: Any, y: Any, x: Any = 0.0, df: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of the density of a sum of squares."""
    z = over(less(x, loc), scale)
    slope = over(0.5 - (df / 2 - 1) / z, scale)
    return -dy * slope, dy * (np.log(z / 2) - special.digamma(df / 2)) / 2, dy * slope, dy * (z * slope - 1 / scale)


@elementwise(member("chi2.pdf"), operands=PLAIN)
def chi2_pdf(dy: Any, y: Any, x: Any = 0.0, df: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the density of a sum of squares."""
    z = over(less(x, loc), scale)
    slope = y * over(0.5 - (df / 2 - 1) / z, scale)
    return -dy * slope, dy * slope, dy * (z * slope - y / scale)


@elementwise(member("lognorm.logpdf"), operands=("x", "s", "loc", "scale"))
def lognorm_logpdf(dy: Any, y: Any, x: Any = 0.0, s: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of the density of the exponential of a normal variable."""
    z = over(less(x, loc), scale)
    slope = over((1 + np.log(z) / s**2) / z, scale)
    return -dy * slope, dy * (np.log(z) ** 2 / s**2 - 1) / s, dy * slope, dy * (z * slope - 1 / scale)


@elementwise(member("pareto.logpdf"), operands=("x", "b", "loc", "scale"))
def pareto_logpdf(dy: Any, y: Any, x: Any = 0.0, b: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of Pareto's density."""
    z = over(less(x, loc), scale)
    slope = over((b + 1) / z, scale)
    return -dy * slope, dy * (1 / b - np.log(z)), dy * slope, dy * (z * slope - 1 / scale)


@elementwise(member("weibull_min.logpdf"), operands=("x", "c", "loc", "scale"))
def weibull_logpdf(dy: Any, y: Any, x: Any = 0.0, c: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of Weibull's density."""
    z = over(less(x, loc), scale)
    slope = over((c * z**c - (c - 1)) / z, scale)
    return -dy * slope, dy * (1 / c + np.log(z) * (1 - z**c)), dy * slope, dy * (z * slope - 1 / scale)


@elementwise(member("beta.logpdf"), operands=("x", "a", "b", "loc", "scale"))
def beta_logpdf(dy: Any, y: Any, x: Any = 0.0, a: Any = 1.0, b: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of the beta density."""
    z = over(less(x, loc), scale)
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
    z = over(less(x, loc), scale)
    slope = y * over((b - 1) / (1 - z) - (a - 1) / z, scale)
    return -dy * slope, dy * slope, dy * (z * slope - y / scale)


# ---- distribution functions: by the density ----


@elementwise(*members("cdf", SHAPELESS), operands=PLAIN)
def cdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of a distribution function."""
    density = dist.pdf(x, loc=loc, scale=scale)
    return dy * density, -dy * density, -dy * density * (x - loc) / scale


@elementwise(*members("sf", SHAPELESS), operands=PLAIN)
def sf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of one minus a distribution function."""
    density = dist.pdf(x, loc=loc, scale=scale)
    return -dy * density, dy * density, dy * density * (x - loc) / scale


@elementwise(*members("logcdf", SHAPELESS), operands=PLAIN)
def logcdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of a distribution function, far to the left too."""
    density = np.exp(dist.logpdf(x, loc=loc, scale=scale) - y)
    return dy * density, -dy * density, -dy * density * (x - loc) / scale


@elementwise(*members("logsf", SHAPELESS), operands=PLAIN)
def logsf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of one minus a distribution function, far to the right too."""
    density = np.exp(dist.logpdf(x, loc=loc, scale=scale) - y)
    return -dy * density, dy * density, dy * density * (x - loc) / scale


@elementwise(*members("ppf", SHAPELESS), operands=("q", "loc", "scale"))
def ppf(dy: Any, y: Any, q: Any = 0.5, loc: Any = 0, scale: Any = 1) -> Any:
    """Of a quantile."""
    return dy / dist.pdf(y, loc=loc, scale=scale), dy, dy * (y - loc) / scale


@elementwise(*members("cdf", WITH_SHAPE), operands=PLAIN)
def cdf_of_shape(dy: Any, y: Any, x: Any = 0.0, shape: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of a distribution function, but for its shape."""
    density = dist.pdf(x, shape, loc=loc, scale=scale)
    return dy * density, -dy * density, -dy * density * (x - loc) / scale


@elementwise(*members("sf", WITH_SHAPE), operands=PLAIN)
def sf_of_shape(dy: Any, y: Any, x: Any = 0.0, shape: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of one minus a distribution function, but for its shape."""
    density = dist.pdf(x, shape, loc=loc, scale=scale)
    return -dy * density, dy * density, dy * density * (x - loc) / scale


@elementwise(*members("logcdf", WITH_SHAPE), operands=PLAIN)
def logcdf_of_shape(dy: Any, y: Any, x: Any = 0.0, shape: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of a distribution function, but for its shape."""
    density = np.exp(dist.logpdf(x, shape, loc=loc, scale=scale) - y)
    return dy * density, -dy * density, -dy * density * (x - loc) / scale


@elementwise(*members("logsf", WITH_SHAPE), operands=PLAIN)
def logsf_of_shape(dy: Any, y: Any, x: Any = 0.0, shape: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of one minus a distribution function, but for its shape."""
    density = np.exp(dist.logpdf(x, shape, loc=loc, scale=scale) - y)
    return -dy * density, dy * density, dy * density * (x - loc) / scale


@elementwise(*members("cdf", WITH_SHAPES), operands=PLAIN)
def cdf_of_shapes(
    dy: Any, y: Any, x: Any = 0.0, a: Any = 1.0, b: Any = 1.0, loc: Any = 0, scale: Any = 1
) -> Any:
    """Of a distribution function, but for its shape."""
    density = dist.pdf(x, a, b, loc=loc, scale=scale)
    return dy * density, -dy * density, -dy * density * (x - loc) / scale


# ---- counts, in their parameters ----


@elementwise(member("poisson.logpmf"), operands=("mu",))
def poisson_logpmf(dy: Any, y: Any, k: Any = 0, mu: Any = 1.0, loc: Any = 0) -> Any:
    """Of the logarithm of Poisson's probabilities."""
    return dy * (less(k, loc) / mu - 1)


@elementwise(member("poisson.pmf"), operands=("mu",))
def poisson_pmf(dy: Any, y: Any, k: Any = 0, mu: Any = 1.0, loc: Any = 0) -> Any:
    """Of Poisson's probabilities."""
    return dy * y * (less(k, loc) / mu - 1)


@elementwise(member("poisson.cdf"), operands=("mu",))
def poisson_cdf(dy: Any, y: Any, k: Any = 0, mu: Any = 1.0) -> Any:
    """Of the sum of Poisson's probabilities up to ``k``."""
    return -dy * dist.pmf(np.floor(k), mu)


@elementwise(member("binom.logpmf"), operands=("p",))
def binom_logpmf(dy: Any, y: Any, k: Any = 0, n: Any = 1, p: Any = 0.5) -> Any:
    """Of the logarithm of binomial probabilities."""
    return dy * (k / p - (n - k) / (1 - p))


@elementwise(member("binom.pmf"), operands=("p",))
def binom_pmf(dy: Any, y: Any, k: Any = 0, n: Any = 1, p: Any = 0.5) -> Any:
    """Of binomial probabilities."""
    return dy * y * (k / p - (n - k) / (1 - p))


@elementwise(member("bernoulli.logpmf"), operands=("p",))
def bernoulli_logpmf(dy: Any, y: Any, k: Any = 0, p: Any = 0.5) -> Any:
    """Of the logarithm of the probability of success, or of failure."""
    return dy * (k / p - (1 - k) / (1 - p))


@elementwise(member("nbinom.logpmf"), operands=("p",))
def nbinom_logpmf(dy: Any, y: Any, k: Any = 0, n: Any = 1.0, p: Any = 0.5) -> Any:
    """Of the logarithm of negative binomial probabilities."""
    return dy * (n / p - k / (1 - p))


@elementwise(member("geom.logpmf"), operands=("p",))
def geom_logpmf(dy: Any, y: Any, k: Any = 1, p: Any = 0.5) -> Any:
    """Of the logarithm of geometric probabilities."""
    return dy * (1 / p - (k - 1) / (1 - p))


# ---- several variables ----

GAUSSIAN = member("multivariate_normal.logpdf")


@infers(GAUSSIAN)
def _gaussian(fresh: Fresh, x: Fact, mean: Fact, cov: Fact) -> Fact:
    places, center, spread = (number(fact, fresh) for fact in (x, mean, cov))
    if places.rank not in (1, 2) or center.rank != 1 or spread.rank != 2 or places.shape is None:
        raise Unknown
    double = all(operand.dtype == FLOAT for operand in (places, center, spread))
    return Num(FLOAT if double else None, "any" if places.rank == 1 else "array", places.shape[:-1] or None)


GIVEN = all_of(rank("mean", 1), rank("cov", 2), real("x", "mean", "cov"))


@adjoint(GAUSSIAN, when=all_of(rank("x", 1), GIVEN), exact=True)
def gaussian_logpdf(dy: Any, y: Any, x: Any, mean: Any, cov: Any) -> Any:
    """Of the logarithm of a normal density: in the covariances lower triangular, since SciPy reads no others."""
    pull = dy * np.linalg.solve(cov, x - mean)
    total = (np.outer(pull, np.linalg.solve(cov, x - mean)) - dy * np.linalg.inv(cov)) / 2
    return -pull, pull, np.tril(total) + np.tril(total, -1)


@adjoint(GAUSSIAN, when=all_of(rank("x", 2), GIVEN), exact=True)
def gaussian_logpdf_of_rows(dy: Any, y: Any, x: Any, mean: Any, cov: Any) -> Any:
    """Of the logarithms of a normal density at several places: in the covariances lower triangular."""
    pull = np.linalg.solve(cov, (x - mean).T).T
    scaled = dy[:, None] * pull
    total = (scaled.T @ pull - dy.sum() * np.linalg.inv(cov)) / 2
    return -scaled, scaled.sum(axis=0), np.tril(total) + np.tril(total, -1)


@tangent(GAUSSIAN, when=all_of(rank("x", 1), GIVEN))
def gaussian_logpdf_dot(y: Any, x: Any, mean: Any, cov: Any, *, dx: Any, dmean: Any, dcov: Any) -> Any:
    """Of the logarithm of a normal density, of whose covariances SciPy reads the lower triangle."""
    pull = np.linalg.solve(cov, x - mean)
    moved = np.tril(dcov) + np.tril(dcov, -1).T
    return -(pull @ dx), pull @ dmean, (pull @ moved @ pull - np.trace(np.linalg.solve(cov, moved))) / 2


@tangent(GAUSSIAN, when=all_of(rank("x", 2), GIVEN))
def gaussian_logpdf_of_rows_dot(y: Any, x: Any, mean: Any, cov: Any, *, dx: Any, dmean: Any, dcov: Any) -> Any:
    """Of the logarithms of a normal density at several places."""
    pull = np.linalg.solve(cov, (x - mean).T).T
    moved = np.tril(dcov) + np.tril(dcov, -1).T
    return (
        -(pull * dx).sum(axis=1),
        pull @ dmean,
        ((pull @ moved * pull).sum(axis=1) - np.trace(np.linalg.solve(cov, moved))) / 2,
    )
