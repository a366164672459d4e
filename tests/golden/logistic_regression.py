"""Logistic regression with L2."""

import numpy as np


def logistic_regression(w, b, X, y, lam):
    margins = y * (X @ w + b)
    return np.log(1 + np.exp(-margins)).mean() + 0.5 * lam * (w ** 2).sum()


WRT = ("w", "b")


def args():
    rng = np.random.default_rng(4)
    return rng.normal(size=3), 0.1, rng.normal(size=(8, 3)), rng.choice([-1.0, 1.0], 8), 0.1


# What s2sgrad generates:


def grad_logistic_regression(w, b, X, y, lam):
    """Gradient of logistic_regression with respect to w, b."""
    margins = y * (X @ w + b)
    exp_neg_margins = np.exp(-margins)

    # return np.log(1 + np.exp(-margins)).mean() + 0.5 * lam * (w ** 2).sum()
    dmargins = -exp_neg_margins / margins.size / (1 + exp_neg_margins)
    dw = lam * w

    # margins = y * (X @ w + b)
    dtotal = dmargins * y
    dw += X.T @ dtotal
    db = dtotal.sum()
    return dw, db
