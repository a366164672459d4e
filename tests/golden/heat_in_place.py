"""A heat equation in two dimensions in place, with a fixed boundary and a source."""

import numpy as np


def heat_in_place(u0, kappa, source, target, dt, steps):
    u = u0.copy()
    for _ in range(steps):
        lap = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4 * u[1:-1, 1:-1]
        u[1:-1, 1:-1] += dt * (kappa * lap + source)
        u[0] = 0.0
    return 0.5 * ((u - target) ** 2).sum()


WRT = ("u0", "kappa", "source")


def args():
    rng = np.random.default_rng(10)
    return rng.normal(size=(5, 6)), 0.7, rng.normal(size=(3, 4)), rng.normal(size=(5, 6)), 0.1, 3
