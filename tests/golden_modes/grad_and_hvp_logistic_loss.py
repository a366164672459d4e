"""Gradient and Hessian times a vector of logistic regression, of one sweep."""

import numpy as np


def logistic_loss(w, X, y):
    margins = y * (X @ w)
    return np.log(1 + np.exp(-margins)).sum()


MODE = "grad_and_hvp"
WRT = "w"


def args():
    rng = np.random.default_rng(4)
    return rng.normal(size=3), rng.normal(size=(6, 3)), rng.choice([-1.0, 1.0], 6)


# What s2sgrad generates:


def grad_and_hvp_logistic_loss(w, X, y, w_dot):
    """Gradient of logistic_loss, and its Hessian times w_dot."""
    margins = y * (X @ w)
    margins_dot = y * (X @ w_dot)
    exp_neg_margins = np.exp(-margins)
    exp_neg_margins_dot = -exp_neg_margins * margins_dot

    # return np.log(1 + np.exp(-margins)).sum()
    total = 1 + exp_neg_margins
    dmargins = -exp_neg_margins / total
    ratio_dot = dmargins * exp_neg_margins_dot / total
    dmargins_dot = -exp_neg_margins_dot / total - ratio_dot

    # margins = y * (X @ w)
    dprod = dmargins * y
    dprod_dot = dmargins_dot * y
    dw = X.T @ dprod
    dw_dot = X.T @ dprod_dot
    return dw, dw_dot
