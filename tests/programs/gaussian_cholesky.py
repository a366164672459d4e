"""Gaussian process log likelihood by a Cholesky factor."""

import numpy as np


def kernel(X, length, amplitude):
    sq = np.sum(X**2, axis=1)
    d2 = sq[:, None] + sq[None, :] - 2 * X @ X.T
    return amplitude**2 * np.exp(-0.5 * d2 / length**2)


def log_marginal_likelihood(X, y, length, amplitude, noise):
    n = len(y)
    K = kernel(X, length, amplitude) + noise**2 * np.eye(n)
    L = np.linalg.cholesky(K)
    alpha = np.linalg.solve(L.T, np.linalg.solve(L, y))
    return -0.5 * y @ alpha - np.sum(np.log(np.diag(L))) - 0.5 * n * np.log(2 * np.pi)


PROGRAM = log_marginal_likelihood
WRT = ("X", "y", "length", "amplitude", "noise")


def args():
    rng = np.random.default_rng(20)
    return rng.normal(size=(5, 2)), rng.normal(size=5), 1.3, 0.9, 0.4
