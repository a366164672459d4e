"""The distance to the Mandelbrot set, by its own derivative, after a fixed number of steps; points that escape stay."""

import numpy as np


def distances(c, steps):
    z = np.zeros_like(c)
    dz = np.zeros_like(c)
    alive = np.ones(c.shape, bool)
    for _ in range(steps):
        dz[alive] = 2 * z[alive] * dz[alive] + 1
        z[alive] = z[alive] ** 2 + c[alive]
        alive = np.abs(z) < 4
    r = np.abs(z)
    return (r * np.log(r) / np.abs(dz)).sum()


PROGRAM = distances
WRT = ("c",)


def args():
    return np.array([0.6 + 0.5j, -1.1 + 0.4j, 0.4 - 0.7j]), 6
