"""Jacobi's eigenvalue iteration: cyclic rotations of a symmetric matrix in place, eigenvalues sorted at the end."""

import math
from itertools import combinations

import numpy as np


def jacobi_eigenvalues(A, sweeps=4):
    A = A.copy()
    n = len(A)
    V = np.eye(n)
    for _ in range(sweeps):
        for p, q in combinations(range(n), 2):
            if abs(A[p, q]) < 1e-14:
                continue
            theta = (A[q, q] - A[p, p]) / (2.0 * A[p, q])
            t = math.copysign(1.0, theta) / (abs(theta) + math.sqrt(theta * theta + 1.0))
            c = 1.0 / math.sqrt(t * t + 1.0)
            s = t * c
            for k in range(n):
                akp, akq = A[k, p], A[k, q]
                A[k, p], A[k, q] = c * akp - s * akq, s * akp + c * akq
            for k in range(n):
                apk, aqk = A[p, k], A[q, k]
                A[p, k], A[q, k] = c * apk - s * aqk, s * apk + c * aqk
            V[:, p], V[:, q] = c * V[:, p] - s * V[:, q], s * V[:, p] + c * V[:, q]
    return np.diag(A).copy(), V


def spectral_loss(B, weights):
    values, vectors = jacobi_eigenvalues(B + B.T)
    order = sorted(range(len(values)), key=lambda i: -values[i])
    total = 0.0
    for rank, i in enumerate(order):
        total += weights[rank] * values[i] + 0.1 * vectors[0, i] ** 2 * weights[rank]
    return total


PROGRAM = spectral_loss
WRT = ("B", "weights")


def args():
    rng = np.random.default_rng(4)
    return rng.normal(size=(3, 3)), np.array([1.0, 0.5, -0.3])
