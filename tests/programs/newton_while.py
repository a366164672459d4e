"""Newton's method in several dimensions, with a ``while`` and a residual that is kept."""

import numpy as np


def residual(x, a):
    return np.array([x[0] ** 2 + x[1] ** 2 - a[0], x[0] * x[1] - a[1]])


def jacobian(x):
    return np.array([[2 * x[0], 2 * x[1]], [x[1], x[0]]])


def solve(x, a):
    r = residual(x, a)
    iterations = 0
    while np.linalg.norm(r) > 1e-12 and iterations < 30:
        x = x - np.linalg.solve(jacobian(x), r)
        r = residual(x, a)
        iterations += 1
    return np.sum(x**2 * np.array([1.0, 3.0]))


PROGRAM = solve
WRT = ("a",)


def args():
    return np.array([2.0, 0.5]), np.array([5.0, 2.0])
