"""Distribution functions and probabilities of ``scipy.stats``: by the density, and of counts in their parameters."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.rules import scipy_stats
from s2sgrad.rules.macros import fractional, less, wide
from s2sgrad.rules.registry import elementwise
from s2sgrad.rules.scipy_stats import PLAIN, SHAPELESS, WITH_SHAPE, WITH_SHAPES, member, members

dist: Any = scipy_stats.dist

# ---- distribution functions: by the density ----


@elementwise(*members("cdf", SHAPELESS), operands=PLAIN)
def cdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of a distribution function."""
    density = dist.pdf(x, loc=loc, scale=scale)
    return dy * density, -dy * density, -dy * density * (fractional(x) - loc) / scale


@elementwise(*members("sf", SHAPELESS), operands=PLAIN)
def sf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of one minus a distribution function."""
    density = dist.pdf(x, loc=loc, scale=scale)
    return -dy * density, dy * density, dy * density * (fractional(x) - loc) / scale


@elementwise(*members("logcdf", SHAPELESS), operands=PLAIN)
def logcdf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of a distribution function, far to the left too."""
    density = np.exp(dist.logpdf(x, loc=loc, scale=wide(scale)) - y)
    return dy * density, -dy * density, -dy * density * (fractional(x) - loc) / scale


@elementwise(*members("logsf", SHAPELESS), operands=PLAIN)
def logsf(dy: Any, y: Any, x: Any = 0.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of one minus a distribution function, far to the right too."""
    density = np.exp(dist.logpdf(x, loc=loc, scale=wide(scale)) - y)
    return -dy * density, dy * density, dy * density * (fractional(x) - loc) / scale


@elementwise(*members("ppf", SHAPELESS), operands=("q", "loc", "scale"))
def ppf(dy: Any, y: Any, q: Any = 0.5, loc: Any = 0, scale: Any = 1) -> Any:
    """Of a quantile."""
    return dy / dist.pdf(y, loc=loc, scale=scale), dy, dy * (y - loc) / scale


@elementwise(*members("cdf", WITH_SHAPE), operands=PLAIN)
def cdf_of_shape(dy: Any, y: Any, x: Any = 0.0, shape: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of a distribution function, but for its shape."""
    density = dist.pdf(x, shape, loc=loc, scale=scale)
    return dy * density, -dy * density, -dy * density * (fractional(x) - loc) / scale


@elementwise(*members("sf", WITH_SHAPE), operands=PLAIN)
def sf_of_shape(dy: Any, y: Any, x: Any = 0.0, shape: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of one minus a distribution function, but for its shape."""
    density = dist.pdf(x, shape, loc=loc, scale=scale)
    return -dy * density, dy * density, dy * density * (fractional(x) - loc) / scale


@elementwise(*members("logcdf", WITH_SHAPE), operands=PLAIN)
def logcdf_of_shape(dy: Any, y: Any, x: Any = 0.0, shape: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of a distribution function, but for its shape."""
    density = np.exp(dist.logpdf(x, shape, loc=loc, scale=wide(scale)) - y)
    return dy * density, -dy * density, -dy * density * (fractional(x) - loc) / scale


@elementwise(*members("logsf", WITH_SHAPE), operands=PLAIN)
def logsf_of_shape(dy: Any, y: Any, x: Any = 0.0, shape: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of the logarithm of one minus a distribution function, but for its shape."""
    density = np.exp(dist.logpdf(x, shape, loc=loc, scale=wide(scale)) - y)
    return -dy * density, dy * density, dy * density * (fractional(x) - loc) / scale


@elementwise(*members("cdf", WITH_SHAPES), operands=PLAIN)
def cdf_of_shapes(dy: Any, y: Any, x: Any = 0.0, a: Any = 1.0, b: Any = 1.0, loc: Any = 0, scale: Any = 1) -> Any:
    """Of a distribution function, but for its shape."""
    density = dist.pdf(x, a, b, loc=loc, scale=scale)
    return dy * density, -dy * density, -dy * density * (fractional(x) - loc) / scale


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
