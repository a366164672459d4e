"""Gradient and Hessian times a vector of what reads its argument through windows."""

import numpy as np


def rosenbrock(x):
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


MODE = "grad_and_hvp"
WRT = "x"


def args():
    return (np.random.default_rng(5).normal(size=5),)


# What s2sgrad generates:


def grad_and_hvp_rosenbrock(x, x_dot):
    """Gradient of rosenbrock, and its Hessian times x_dot."""
    # return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()
    ddiff = 200 * (x[1:] - x[:-1] ** 2)
    ddiff_dot = 200 * (x_dot[1:] - 2 * x[:-1] * x_dot[:-1])
    dx = np.zeros_like(x)
    dx_dot = np.zeros_like(dx)
    dx[1:] += ddiff
    dx_dot[1:] += ddiff_dot
    dx[:-1] -= 2 * ddiff * x[:-1]
    dx_dot[:-1] -= 2 * ddiff_dot * x[:-1] + 2 * ddiff * x_dot[:-1]
    dx[:-1] -= 2 * (1 - x[:-1])
    dx_dot[:-1] += 2 * x_dot[:-1]
    return dx, dx_dot
