"""A Gaussian log likelihood through a Cholesky factor."""

import numpy as np


def gaussian_log_likelihood(x, mu, Sigma):
    L = np.linalg.cholesky(Sigma)
    z = np.linalg.solve(L, x - mu)
    log_det = 2 * np.log(np.diag(L)).sum()
    return -0.5 * (z @ z + log_det + len(x) * np.log(2 * np.pi))


WRT = ("x", "mu", "Sigma")


def args():
    rng = np.random.default_rng(9)
    A = rng.normal(size=(4, 4))
    return rng.normal(size=4), rng.normal(size=4), A @ A.T + 4 * np.eye(4)


# What s2sgrad generates:


def grad_gaussian_log_likelihood(x, mu, Sigma):
    """Gradient of gaussian_log_likelihood with respect to x, mu, Sigma."""
    L = np.linalg.cholesky(Sigma)
    z = np.linalg.solve(L, x - mu)
    diag_L = np.diag(L)

    # return -0.5 * (z @ z + log_det + len(x) * np.log(2 * np.pi))
    dz = -z

    # log_det = 2 * np.log(np.diag(L)).sum()
    ddiag_L = -1 / diag_L
    dL = np.diag(ddiag_L)

    # z = np.linalg.solve(L, x - mu)
    dsolve_arg = np.linalg.solve(L.T, dz)
    dL = dL - np.outer(dsolve_arg, z)
    dx = dsolve_arg
    dmu = -dsolve_arg

    # L = np.linalg.cholesky(Sigma)
    inner = L.T @ dL
    middle = (np.tril(inner) + np.tril(inner, -1)) / 2
    half = np.linalg.solve(L.T, np.linalg.solve(L.T, middle.T).T)
    total = half + half.T
    dSigma = 0.5 * (np.tril(total) + np.tril(total, -1))
    return dx, dmu, dSigma
