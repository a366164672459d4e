"""log(1 + exp(-x)), the worked example of the lecture."""

import numpy as np


def logistic_loss(x):
    return np.log(1 + np.exp(-x))


WRT = "x"


def args():
    return (0.7,)


# What s2sgrad generates:


def grad_logistic_loss(x):
    """Gradient of logistic_loss with respect to x."""
    exp_neg_x = np.exp(-x)

    # return np.log(1 + np.exp(-x))
    dx = -exp_neg_x / (1 + exp_neg_x)
    return dx
