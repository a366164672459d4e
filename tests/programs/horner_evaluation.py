"""A polynomial by Horner's rule with its derivative, the coefficients collected from the roots."""

import numpy as np


def from_roots(roots):
    coefficients = [1.0]
    for r in roots:
        shifted = coefficients + [0.0]
        for k in range(len(coefficients)):
            shifted[k + 1] -= r * coefficients[k]
        coefficients = shifted
    return coefficients


def horner(coefficients, x):
    p, dp = 0.0, 0.0
    for c in coefficients:
        dp = dp * x + p
        p = p * x + c
    return p, dp


def newton_step(roots, x):
    p, dp = horner(from_roots(roots), x)
    return x - p / dp


PROGRAM = newton_step
WRT = ("roots", "x")


def args():
    return np.array([0.5, -1.0, 2.0]), 3.0
