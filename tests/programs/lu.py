"""LU factorisation in place without pivoting, log determinant and a triangular solve."""

import numpy as np


def lu_logdet_and_solve(A, b):
    n = len(b)
    LU = A.copy()
    for k in range(n - 1):
        for i in range(k + 1, n):
            LU[i, k] = LU[i, k] / LU[k, k]
            for j in range(k + 1, n):
                LU[i, j] -= LU[i, k] * LU[k, j]
    logdet = 0.0
    for i in range(n):
        logdet += np.log(np.abs(LU[i, i]))
    y = b.copy()
    for i in range(n):
        for j in range(i):
            y[i] -= LU[i, j] * y[j]
    x = y.copy()
    for i in reversed(range(n)):
        for j in range(i + 1, n):
            x[i] -= LU[i, j] * x[j]
        x[i] /= LU[i, i]
    return logdet + (x**2).sum()


PROGRAM = lu_logdet_and_solve
WRT = ("A", "b")


def args():
    rng = np.random.default_rng(9)
    return rng.normal(size=(4, 4)) + 4 * np.eye(4), rng.normal(size=4)
