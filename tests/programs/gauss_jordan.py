"""Inverse by Gauss-Jordan elimination in place, with partial pivoting by swapped rows."""

import numpy as np


def inverse_trace(A):
    n = A.shape[0]
    M = np.zeros((n, 2 * n))
    M[:, :n] = A
    M[:, n:] = np.eye(n)
    for k in range(n):
        p = k + np.argmax(np.abs(M[k:, k]))
        if p != k:
            M[[k, p]] = M[[p, k]]
        pivot = M[k]
        pivot /= pivot[k]
        for i in range(n):
            if i != k:
                M[i] -= M[i, k] * pivot
    inv = M[:, n:]
    return np.trace(inv) + np.sum(inv**2)


PROGRAM = inverse_trace
WRT = ("A",)


def args():
    rng = np.random.default_rng(3)
    A = rng.normal(size=(4, 4))
    A[0, 0] = 0.01
    return (A + np.eye(4)[::-1],)
