"""The second derivative of a function of one number."""

import numpy as np


def log_cosh(x):
    return np.log(np.cosh(x))


MODE = "grad_grad"
WRT = "x"


def args():
    return (0.7,)


# What s2sgrad generates:


def grad_grad_log_cosh(x):
    """Gradient of grad_log_cosh with respect to x."""
    cosh_x = np.cosh(x)
    # return np.log(np.cosh(x))
    dx = np.sinh(x) / cosh_x

    # dx = np.sinh(x) / cosh_x
    d2x = np.cosh(x) / cosh_x
    d2cosh_x = -dx / cosh_x

    # cosh_x = np.cosh(x)
    d2x += d2cosh_x * np.sinh(x)
    return d2x
