"""A helper that is called twice: a forward and a backward function."""

import numpy as np


def spring_energy(p, q, stiffness, rest):
    gap = q - p
    length = np.sqrt((gap ** 2).sum())
    return 0.5 * stiffness * (length - rest) ** 2


def chain_energy(points, anchor, stiffness, rest):
    energy = spring_energy(anchor, points[0], stiffness, rest)
    for i in range(1, len(points)):
        energy += spring_energy(points[i - 1], points[i], stiffness, rest)
    return energy


WRT = ("points", "stiffness", "rest")


def args():
    rng = np.random.default_rng(13)
    return rng.normal(size=(5, 2)), np.array([3.0, -1.0]), 1.5, 0.8
