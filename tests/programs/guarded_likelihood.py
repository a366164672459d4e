"""A Gaussian process likelihood that reports a failed factorisation, keeps quiet about underflow and takes its time."""

import logging
import time

import numpy as np

logger = logging.getLogger(__name__)


def log_marginal_likelihood(log_lengthscale, log_noise, x, y):
    """Rasmussen and Williams, Algorithm 2.1."""
    start = time.perf_counter()
    try:
        lengthscale, noise = np.exp(log_lengthscale), np.exp(log_noise)
        distance = x[:, None] - x[None, :]
        with np.errstate(under="ignore"):
            K = np.exp(-0.5 * (distance / lengthscale) ** 2)
        K = K + noise * np.eye(len(x))
        try:
            L = np.linalg.cholesky(K)
        except np.linalg.LinAlgError as error:
            raise ValueError(f"not positive definite with noise {noise:.1e}") from error
        alpha = np.linalg.solve(L.T, np.linalg.solve(L, y))
        if not np.isfinite(noise):
            raise ValueError("noise is not finite")
        return -0.5 * y @ alpha - np.log(np.diag(L)).sum() - 0.5 * len(x) * np.log(2 * np.pi)
    finally:
        logger.debug("likelihood took %.3f s", time.perf_counter() - start)


PROGRAM = log_marginal_likelihood
WRT = ("log_lengthscale", "log_noise")


def args():
    rng = np.random.default_rng(44)
    x = np.sort(rng.uniform(0, 3, size=7))
    return -0.3, -1.5, x, np.sin(2 * x) + 0.1 * rng.normal(size=7)
