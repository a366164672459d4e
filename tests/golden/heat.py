"""Slices assigned in place."""

import numpy as np


def heat(u0, alpha, steps):
    u = u0.copy()
    for _ in range(steps):
        u[1:-1] = u[1:-1] + alpha * (u[2:] - 2 * u[1:-1] + u[:-2])
    return (u ** 2).sum()


WRT = ("u0", "alpha")


def args():
    return np.random.default_rng(3).normal(size=11), 0.2, 5


# What s2sgrad generates:


def grad_heat(u0, alpha, steps):
    """Gradient of heat with respect to u0, alpha."""
    u = u0.copy()
    u_stack = []
    for _ in range(steps):
        u_stack.append(u[1:-1].copy())
        u[1:-1] = u[1:-1] + alpha * (u[2:] - 2 * u[1:-1] + u[:-2])

    # return (u ** 2).sum()
    du = 2 * u
    dalpha = 0.0
    for _ in range(steps):
        # u[1:-1] = u[1:-1] + alpha * (u[2:] - 2 * u[1:-1] + u[:-2])
        u[1:-1] = u_stack.pop()
        total = u[2:] - 2 * u[1:-1] + u[:-2]
        dtotal = du[1:-1] * alpha
        dalpha += (du[1:-1] * total).sum()
        du[2:] += dtotal
        du[1:-1] -= 2 * dtotal
        du[:-2] += dtotal

    # u = u0.copy()
    du0 = du
    return du0, dalpha
