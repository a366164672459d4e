"""Gaussian elimination with partial pivoting: argmax, row swaps by index arrays, slices."""

import numpy as np


def solve_pivoting(A, b):
    A = A.copy()
    b = b.copy()
    n = len(b)
    for k in range(n):
        p = k + np.argmax(np.abs(A[k:, k]))
        if p != k:
            A[[k, p]] = A[[p, k]]
            b[[k, p]] = b[[p, k]]
        for i in range(k + 1, n):
            f = A[i, k] / A[k, k]
            A[i, k:] -= f * A[k, k:]
            b[i] -= f * b[k]
    x = np.zeros(n)
    for i in range(n - 1, -1, -1):
        x[i] = (b[i] - A[i, i + 1 :] @ x[i + 1 :]) / A[i, i]
    return np.sum(x**2)


PROGRAM = solve_pivoting
WRT = ("A", "b")


def args():
    rng = np.random.default_rng(10)
    A = rng.normal(size=(4, 4))
    A[0, 0] = 0.1
    return A + np.eye(4)[::-1], rng.normal(size=4)
