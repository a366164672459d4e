"""Lanczos tridiagonalisation with full reorthogonalisation, and a quadrature for tr f(A)."""

import numpy as np


def lanczos(matvec, v0, m):
    n = len(v0)
    V = np.zeros((m, n))
    T = np.zeros((m, m))
    v = v0 / np.linalg.norm(v0)
    V[0] = v
    w = matvec(v)
    alpha = w @ v
    w = w - alpha * v
    T[0, 0] = alpha
    for j in range(1, m):
        beta = np.linalg.norm(w)
        if beta < 1e-12:
            break
        v = w / beta
        for i in range(j):
            v = v - (V[i] @ v) * V[i]
        V[j] = v
        w = matvec(v)
        alpha = w @ v
        w = w - alpha * V[j] - beta * V[j - 1]
        T[j, j] = alpha
        T[j - 1, j] = T[j, j - 1] = beta
    return T, V


def log_quadrature(B, v0, shift):
    A = B @ B.T + shift * np.eye(len(B))
    T, _ = lanczos(lambda u: A @ u, v0, 3)
    evals, evecs = np.linalg.eigh(T)
    return (v0 @ v0) * np.sum(evecs[0] ** 2 * np.log(evals))


PROGRAM = log_quadrature
WRT = ("B", "v0", "shift")


def args():
    rng = np.random.default_rng(14)
    return rng.normal(size=(5, 5)), rng.normal(size=5), 0.7
