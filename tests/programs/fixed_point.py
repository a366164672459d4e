"""A fixed-point iteration that stops when it has converged, as in self-consistent field calculations."""

import numpy as np


def self_consistent(J, h, beta):
    m = np.tanh(beta * h)
    for iteration in range(200):
        field = J @ m + h
        new = np.tanh(beta * field)
        if np.max(np.abs(new - m)) < 1e-13:
            break
        m = 0.7 * new + 0.3 * m
    else:
        raise RuntimeError("no convergence")
    return -0.5 * m @ J @ m - h @ m


PROGRAM = self_consistent
WRT = ("J", "h")


def args():
    rng = np.random.default_rng(4)
    J = 0.2 * rng.normal(size=(4, 4))
    return (J + J.T) / 2, rng.normal(size=4), 0.8
