"""Random draws, differentiated along the path of the drawn number: it is a function of the parameters and of noise.

The noise is found again from the draw, so that nothing is drawn twice. Where the draw depends on its parameters only
through the solution of an equation (a gamma variate), or jumps (a count), there is no rule, and the reason is given.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.rules.registry import adjoint, elementwise, refuse, tangent
from s2sgrad.rules.when import all_of, given, rank

random = np.random


LOCATED = (random.normal, random.laplace, random.logistic, random.gumbel)


@elementwise(*LOCATED, operands=("loc", "scale"), when=given("loc", 0.0))
def scaled_noise(dy: Any, y: Any, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
    """Of noise with a scale."""
    return dy, dy * y / scale


@elementwise(*LOCATED, operands=("loc", "scale"))
def located_noise(dy: Any, y: Any, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
    """Of noise with a place and a scale."""
    return dy, dy * (y - loc) / scale


@elementwise(random.uniform, operands=("low", "high"))
def uniform(dy: Any, y: Any, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
    """Of a number between two bounds."""
    return dy * (high - y) / (high - low), dy * (y - low) / (high - low)


@elementwise(random.exponential, random.rayleigh, operands=("scale",))
def scaled_positive_noise(dy: Any, y: Any, scale: Any = 1.0, size: Any = None) -> Any:
    """Of positive noise with a scale."""
    return dy * y / scale


@elementwise(random.lognormal, operands=("mean", "sigma"))
def lognormal(dy: Any, y: Any, mean: Any = 0.0, sigma: Any = 1.0, size: Any = None) -> Any:
    """Of the exponential of normal noise."""
    return dy * y, dy * y * (np.log(y) - mean) / sigma


@elementwise(random.weibull, random.power, operands=("a",))
def root_of_noise(dy: Any, y: Any, a: Any, size: Any = None) -> Any:
    """Of noise to the power of ``1 / a``."""
    return -dy * y * np.log(y) / a


@elementwise(random.pareto, operands=("a",))
def pareto(dy: Any, y: Any, a: Any, size: Any = None) -> Any:
    """Of the exponential of scaled noise, less 1."""
    return -dy * (y + 1) * np.log1p(y) / a


@elementwise(random.triangular, operands=("left", "mode", "right"))
def triangular(dy: Any, y: Any, left: Any, mode: Any, right: Any, size: Any = None) -> Any:
    """Of a number between two bounds that lies near a third one."""
    rises = y < mode
    part = np.where(rises, y - left, right - y) / 2
    whole = part / (right - left)
    own = part / np.where(rises, mode - left, right - mode)
    return (
        dy * np.where(rises, 1 - whole - own, whole),
        dy * own,
        dy * np.where(rises, whole, 1 - whole - own),
    )


@adjoint(
    random.multivariate_normal, operands=("mean", "cov"), exact=True,
    when=all_of(rank("mean", 1), rank("cov", 2), given("method", "svd", "eigh")),
)  # fmt: skip
def multivariate_normal(
    dy: Any, y: Any, mean: Any, cov: Any = None, size: Any = None, *, method: Any = "svd"
) -> Any:
    """Of correlated noise around a mean: through the eigenvectors of the covariance, which is symmetric.

    Where two of its eigenvalues are equal there is no derivative, and nothing goes through the turn between them.
    """
    w, v = np.linalg.eigh(cov)
    noise = np.reshape((y - mean) @ v, (-1, len(mean)))
    inner = np.reshape(dy @ v, (-1, len(mean))).T @ noise
    gaps = w - w[:, None] + np.diag(2 * w)
    total = v @ (inner / np.where(gaps == 0, np.inf, gaps)) @ v.T
    return np.reshape(dy, (-1, len(mean))).sum(axis=0), (total + total.T) / 2


@adjoint(
    random.multivariate_normal, operands=("mean", "cov"), exact=True,
    when=all_of(rank("mean", 1), rank("cov", 2), given("method", "cholesky")),
)  # fmt: skip
def multivariate_normal_by_cholesky(
    dy: Any, y: Any, mean: Any, cov: Any = None, size: Any = None, *, method: Any = "svd"
) -> Any:
    """Of correlated noise around a mean: through the Cholesky factor of the covariance, which is symmetric."""
    L = np.linalg.cholesky(cov)
    noise = np.linalg.solve(L, np.reshape(y - mean, (-1, len(mean))).T)
    inner = np.tril(np.reshape(dy @ L, (-1, len(mean))).T @ noise.T)
    inner = inner - np.diag(np.diag(inner)) / 2
    total = np.linalg.solve(L.T, np.linalg.solve(L.T, inner.T).T)
    return np.reshape(dy, (-1, len(mean))).sum(axis=0), (total + total.T) / 2


@tangent(
    random.multivariate_normal,
    when=all_of(rank("mean", 1), rank("cov", 2), given("method", "svd", "eigh")),
)  # fmt: skip
def multivariate_normal_dot(
    y: Any, mean: Any, cov: Any, size: Any = None, *, method: Any = "svd", dmean: Any, dcov: Any
) -> Any:
    """Of correlated noise around a mean: through the eigenvectors of the covariance, which is symmetric."""
    w, v = np.linalg.eigh(cov)
    gaps = w - w[:, None] + np.diag(2 * w)
    turn = v.T @ (dcov + dcov.T) @ v / 2 / np.where(gaps == 0, np.inf, gaps)
    return np.full_like(y, dmean), (y - mean) @ v @ turn.T @ v.T


@tangent(
    random.multivariate_normal,
    when=all_of(rank("mean", 1), rank("cov", 2), given("method", "cholesky")),
)  # fmt: skip
def multivariate_normal_by_cholesky_dot(
    y: Any, mean: Any, cov: Any, size: Any = None, *, method: Any = "svd", dmean: Any, dcov: Any
) -> Any:
    """Of correlated noise around a mean: through the Cholesky factor of the covariance, which is symmetric."""
    L = np.linalg.cholesky(cov)
    inner = np.tril(np.linalg.solve(L, np.linalg.solve(L, (dcov + dcov.T) / 2).T))
    inner = inner - np.diag(np.diag(inner)) / 2
    noise = np.linalg.solve(L, np.reshape(y - mean, (-1, len(mean))).T)
    return np.full_like(y, dmean), np.reshape(noise.T @ inner.T @ L.T, y.shape)


IMPLICIT = (
    random.gamma, random.standard_gamma, random.beta, random.chisquare, random.noncentral_chisquare, random.f,
    random.noncentral_f, random.standard_t, random.wald, random.vonmises, random.dirichlet,
)  # fmt: skip
DISCRETE = (
    random.binomial, random.poisson, random.geometric, random.hypergeometric, random.logseries,
    random.negative_binomial, random.zipf, random.multinomial, random.randint,
)  # fmt: skip
refuse(
    *IMPLICIT,
    reason="the draw depends on its parameters through an equation that NumPy solves by rejection",
    instead="draw with constant parameters, or from a distribution with an explicit formula",
)
refuse(
    *DISCRETE,
    reason="a discrete draw jumps as its parameters change: it has no derivative",
    instead="use the probability itself, or the score function",
)
refuse(
    random.permutation, random.choice,
    reason="which element went where is not known afterwards",
    instead="draw indices: x[rng.permutation(len(x))]",
)  # fmt: skip
