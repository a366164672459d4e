"""Regression by a Gaussian process: hyperparameters in a dict, jitter where the covariance has no Cholesky factor."""

import numpy as np


def kernel(X, Z, theta):
    """Squared exponential with a length scale per column."""
    A = X / np.exp(theta["log_ell"])
    B = Z / np.exp(theta["log_ell"])
    d2 = np.sum(A**2, 1)[:, None] + np.sum(B**2, 1)[None, :] - 2 * A @ B.T
    return np.exp(2 * theta["log_sf"]) * np.exp(-0.5 * np.maximum(d2, 0.0))


def stable_cholesky(K, max_tries=5):
    jitter = 1e-10 * np.mean(np.diag(K))
    for _ in range(max_tries):
        try:
            return np.linalg.cholesky(K)
        except np.linalg.LinAlgError:
            K = K + jitter * np.eye(K.shape[0])
            jitter *= 10
    raise np.linalg.LinAlgError("not positive definite")


def negative_log_likelihood(theta, X, y):
    n = len(y)
    K = kernel(X, X, theta) + np.exp(2 * theta["log_sn"]) * np.eye(n)
    L = stable_cholesky(K)
    alpha = np.linalg.solve(L.T, np.linalg.solve(L, y))
    prior = sum(np.sum(v**2) for k, v in sorted(theta.items()) if k != "log_sn")
    return 0.5 * y @ alpha + np.sum(np.log(np.diag(L))) + 0.5 * n * np.log(2 * np.pi) + 0.01 * prior


PROGRAM, WRT = negative_log_likelihood, 0


def args():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(8, 2))
    return {"log_ell": np.zeros(2), "log_sf": 0.1, "log_sn": -1.0}, X, np.sin(X[:, 0])
