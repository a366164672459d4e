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
