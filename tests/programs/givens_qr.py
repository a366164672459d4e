"""Least squares by Givens rotations of two rows at a time, in place."""

import numpy as np


def givens_solve(A, b):
    R = A.copy()
    y = b.copy()
    m, n = R.shape
    for j in range(n):
        for i in range(m - 1, j, -1):
            r = np.hypot(R[i - 1, j], R[i, j])
            c = R[i - 1, j] / r
            s = R[i, j] / r
            upper = R[i - 1].copy()
            lower = R[i]
            R[i - 1] = c * upper + s * lower
            lower *= c
            lower -= s * upper
            y[i - 1], y[i] = c * y[i - 1] + s * y[i], c * y[i] - s * y[i - 1]
    x = np.zeros(n)
    for k in range(n - 1, -1, -1):
        x[k] = (y[k] - R[k, k + 1 : n] @ x[k + 1 :]) / R[k, k]
    return np.sum(x**2)


PROGRAM = givens_solve
WRT = ("A", "b")


def args():
    rng = np.random.default_rng(11)
    return rng.normal(size=(5, 3)), rng.normal(size=5)
