"""A network with inverted dropout, its masks drawn from a generator that is passed in."""

import numpy as np


def loss(W1, W2, X, y, rng, rate):
    h = np.maximum(X @ W1, 0)
    mask = (rng.random(h.shape) > rate) / (1 - rate)
    h = h * mask
    pred = h @ W2
    return ((pred - y) ** 2).mean()


PROGRAM = loss
WRT = ("W1", "W2", "X")


def args():
    rng = np.random.default_rng(34)
    X = rng.normal(size=(4, 3))
    return rng.normal(size=(3, 5)), rng.normal(size=(5, 1)), X, rng.normal(size=(4, 1)), np.random.default_rng(1), 0.4
