"""Log marginal likelihood of Gaussian process regression (Rasmussen and Williams, algorithm 2.1), kernels composed."""

import numpy as np


def squared_exponential(scale, length):
    def kernel(X, Z):
        d2 = np.sum((X[:, None, :] - Z[None, :, :]) ** 2, axis=-1)
        return scale**2 * np.exp(-0.5 * d2 / length**2)

    return kernel


def periodic(scale, length, period):
    def kernel(X, Z):
        d = np.sqrt(np.sum((X[:, None, :] - Z[None, :, :]) ** 2, axis=-1) + 1e-12)
        return scale**2 * np.exp(-2.0 * np.sin(np.pi * d / period) ** 2 / length**2)

    return kernel


def added(*kernels):
    return lambda X, Z: sum(k(X, Z) for k in kernels)


def cholesky(A):
    """Factor by rows, as in the textbook."""
    n = A.shape[0]
    L = np.zeros_like(A)
    for i in range(n):
        for j in range(i + 1):
            s = A[i, j] - L[i, :j] @ L[j, :j]
            L[i, j] = np.sqrt(s) if i == j else s / L[j, j]
    return L


def forward_substitution(L, b):
    y = np.zeros_like(b)
    for i in range(len(b)):
        y[i] = (b[i] - L[i, :i] @ y[:i]) / L[i, i]
    return y


def negative_log_marginal_likelihood(theta, X, y):
    s1, l1, s2, l2, p, noise = np.exp(theta)
    kernel = added(squared_exponential(s1, l1), periodic(s2, l2, p))
    K = kernel(X, X) + noise**2 * np.eye(len(X))
    L = cholesky(K)
    alpha = forward_substitution(L, y)
    return 0.5 * alpha @ alpha + np.log(np.diag(L)).sum() + 0.5 * len(y) * np.log(2 * np.pi)


PROGRAM = negative_log_marginal_likelihood
WRT = ("theta", "X", "y")


def args():
    rng = np.random.default_rng(1)
    X = rng.uniform(-2, 2, size=(5, 2))
    return np.array([0.1, -0.2, -0.5, 0.3, 0.4, -1.5]), X, np.sin(X).sum(axis=1)
