"""Gradient descent with a backtracking line search."""

import numpy as np


def cost(w, A, b):
    r = A @ w - b
    return 0.5 * np.sum(r**2)


def descend(w, A, b):
    for _ in range(5):
        g = A.T @ (A @ w - b)
        step = 1.0
        while True:
            candidate = w - step * g
            if cost(candidate, A, b) <= cost(w, A, b) - 0.3 * step * np.sum(g**2):
                break
            step *= 0.5
            if step < 1e-8:
                break
        w = candidate
    return cost(w, A, b)


PROGRAM = descend
WRT = ("w", "A", "b")


def args():
    rng = np.random.default_rng(7)
    return rng.normal(size=3), rng.normal(size=(5, 3)), rng.normal(size=5)
