"""A fixed-point solver that takes a function, and a mean-field equation solved with it."""

import numpy as np


def fixed_point(f, x, steps):
    for _ in range(steps):
        x = f(x)
    return x


def magnetisation(coupling, field, beta):
    def update(m):
        return np.tanh(beta * (coupling @ m + field))

    m = fixed_point(update, np.zeros(len(field)), 8)
    residual = m - update(m)
    return m.sum() + np.sum(residual**2)


PROGRAM = magnetisation
WRT = ("coupling", "field", "beta")


def args():
    coupling = np.array([[0.0, 0.4, 0.1], [0.4, 0.0, 0.3], [0.1, 0.3, 0.0]])
    return coupling, np.array([0.2, -0.1, 0.3]), 0.7
