"""A histogram with linear weights between two bins (cloud in cell), filled with np.add.at, against a target."""

import numpy as np


def histogram_loss(positions, mass, target):
    bins = len(target)
    hist = np.zeros(bins)
    cell = np.floor(positions).astype(int)
    frac = positions - cell
    np.add.at(hist, cell, mass * (1 - frac))
    np.add.at(hist, cell + 1, mass * frac)
    hist /= hist.sum()
    hist[0] += hist[-1]
    hist[-1] = hist[0]
    return ((hist - target) ** 2).sum()


PROGRAM = histogram_loss
WRT = ("positions", "mass", "target")


def args():
    rng = np.random.default_rng(8)
    return rng.uniform(0.1, 4.9, size=9), rng.uniform(0.5, 1.5, size=9), rng.uniform(size=6)
