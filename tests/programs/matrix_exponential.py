"""A matrix exponential by scaling and squaring of a Taylor series."""

import numpy as np


def expm(A, order, squarings):
    B = A / 2**squarings
    term = np.eye(len(A))
    total = np.eye(len(A))
    for k in range(1, order + 1):
        term = term @ B / k
        total = total + term
    for _ in range(squarings):
        total = total @ total
    return total


def propagate(A, x, t):
    y = expm(A * t, 8, 3) @ x
    return np.sqrt(np.sum(y**2))


PROGRAM = propagate
WRT = ("A", "x", "t")


def args():
    rng = np.random.default_rng(35)
    return rng.normal(size=(3, 3)), rng.normal(size=3), 0.7
