"""Gauss-Seidel and successive over-relaxation sweeps: each unknown is updated in place from its newest neighbours."""

import numpy as np


def residual_after_sweeps(A, b, omega, sweeps):
    n = len(b)
    x = np.zeros(n)
    for _ in range(sweeps):
        for i in range(n):
            sigma = A[i, :i] @ x[:i] + A[i, i + 1 :] @ x[i + 1 :]
            x[i] = (1 - omega) * x[i] + omega * (b[i] - sigma) / A[i, i]
    r = b - A @ x
    return r @ r


PROGRAM = residual_after_sweeps
WRT = ("A", "b", "omega")


def args():
    rng = np.random.default_rng(4)
    return rng.normal(size=(4, 4)) + 4 * np.eye(4), rng.normal(size=4), 1.1, 3
