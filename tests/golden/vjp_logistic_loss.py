"""The pullback of log(1 + exp(-x)), elementwise."""

import numpy as np


def logistic_loss(x):
    return np.log(1 + np.exp(-x))


MODE = "vjp"
WRT = "x"


def args():
    return (np.random.default_rng(15).normal(size=6),)


# What s2sgrad generates:


def forward_logistic_loss(x):
    """Value of logistic_loss, and what its pullback reads."""
    exp_neg_x = np.exp(-x)
    return np.log(1 + exp_neg_x), exp_neg_x


def backward_logistic_loss(exp_neg_x, dout):
    """Pull dout back through logistic_loss to x."""
    # return np.log(1 + np.exp(-x))
    dx = -dout * exp_neg_x / (1 + exp_neg_x)
    return dx
