"""Logistic regression with L2, numerically stable."""

import numpy as np


def logistic_loss(w, b, X, y, lam):
    z = X @ w + b
    losses = np.logaddexp(0, z) - y * z
    return losses.mean() + 0.5 * lam * (w @ w)


PROGRAM = logistic_loss
WRT = ("w", "b", "lam")


def args():
    rng = np.random.default_rng(17)
    return rng.normal(size=3), 0.1, rng.normal(size=(8, 3)), rng.integers(0, 2, 8), 0.1
