"""Poisson's equation by successive over-relaxation in place, red-black ordering, residual after some sweeps."""

import numpy as np


def sor(f, omega, h, sweeps):
    n, m = f.shape
    u = np.zeros((n + 2, m + 2))
    for _ in range(sweeps):
        for color in (0, 1):
            for i in range(1, n + 1):
                for j in range(1 + (i + color) % 2, m + 1, 2):
                    gs = 0.25 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - h * h * f[i - 1, j - 1])
                    u[i, j] += omega * (gs - u[i, j])
    return u


def residual_norm(f, omega, h=0.5, sweeps=3):
    u = sor(f, omega, h, sweeps)
    r = (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4 * u[1:-1, 1:-1]) / h ** 2 - f
    return np.sqrt(np.mean(r ** 2))


PROGRAM = residual_norm
WRT = ("f", "omega")


def args():
    return np.random.default_rng(7).normal(size=(4, 5)), 1.4
