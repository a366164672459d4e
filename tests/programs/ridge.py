"""Validation error of ridge regression in closed form, as a function of the data and of the penalty."""

import numpy as np


def validation_error(X, y, X_val, y_val, lam):
    d = X.shape[1]
    gram = X.T @ X + lam * np.eye(d)
    w = np.linalg.solve(gram, X.T @ y)
    residual = X_val @ w - y_val
    return residual @ residual / len(y_val)


PROGRAM = validation_error
WRT = ("X", "y", "X_val", "y_val", "lam")


def args():
    rng = np.random.default_rng(19)
    return rng.normal(size=(7, 3)), rng.normal(size=7), rng.normal(size=(4, 3)), rng.normal(size=4), 0.5
