"""QR factorisation by Householder reflections; least squares with it."""

import numpy as np


def householder_qr(A):
    m, n = A.shape
    R = A.copy()
    Q = np.eye(m)
    for k in range(n):
        x = R[k:, k]
        norm = np.sqrt(np.sum(x**2))
        sign = 1.0 if x[0] >= 0 else -1.0
        v = x.copy()
        v[0] += sign * norm
        v = v / np.sqrt(np.sum(v**2))
        R[k:, k:] = R[k:, k:] - 2.0 * np.outer(v, v @ R[k:, k:])
        Q[:, k:] = Q[:, k:] - 2.0 * np.outer(Q[:, k:] @ v, v)
    return Q, R


def back_substitution(R, b):
    n = len(b)
    x = np.zeros(n)
    for i in range(n - 1, -1, -1):
        x[i] = (b[i] - R[i, i + 1 :] @ x[i + 1 :]) / R[i, i]
    return x


def least_squares_norm(A, b):
    n = A.shape[1]
    Q, R = householder_qr(A)
    x = back_substitution(R[:n, :n], (Q.T @ b)[:n])
    return np.sum(x**2)


PROGRAM = least_squares_norm
WRT = ("A", "b")


def args():
    rng = np.random.default_rng(8)
    return rng.normal(size=(5, 3)), rng.normal(size=5)
