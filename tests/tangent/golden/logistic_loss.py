import numpy as np


def jvp_logistic_loss(x, x_dot):
    """Value of logistic_loss, and its derivative along x_dot."""
    exp_neg_x = np.exp(-x)
    out_dot = -exp_neg_x * x_dot / (1 + exp_neg_x)
    return np.log(1 + exp_neg_x), out_dot
