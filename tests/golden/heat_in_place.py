"""A heat equation in two dimensions in place, with a fixed boundary and a source."""

import numpy as np


def heat_in_place(u0, kappa, source, target, dt, steps):
    u = u0.copy()
    for _ in range(steps):
        around = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2]
        lap = around - 4 * u[1:-1, 1:-1]
        u[1:-1, 1:-1] += dt * (kappa * lap + source)
        u[0] = 0.0
    return 0.5 * ((u - target) ** 2).sum()


WRT = ("u0", "kappa", "source")


def args():
    rng = np.random.default_rng(10)
    return rng.normal(size=(5, 6)), 0.7, rng.normal(size=(3, 4)), rng.normal(size=(5, 6)), 0.1, 3


# What s2sgrad generates:


def grad_heat_in_place(u0, kappa, source, target, dt, steps):
    """Gradient of heat_in_place with respect to u0, kappa, source."""
    assert u0.shape == (5, 6) and source.shape == (3, 4)
    u = u0.copy()
    lap_stack = []
    for _ in range(steps):
        around = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2]
        lap = around - 4 * u[1:-1, 1:-1]
        lap_stack.append(lap)
        u[1:-1, 1:-1] += dt * (kappa * lap + source)
        u[0] = 0.0

    # return 0.5 * ((u - target) ** 2).sum()
    du = u - target
    dkappa = 0.0
    dsource = np.zeros_like(source)
    for _ in range(steps):
        # u[0] = 0.0
        du[0] = 0

        # u[1:-1, 1:-1] += dt * (kappa * lap + source)
        lap = lap_stack.pop()
        dtotal = du[1:-1, 1:-1] * dt
        dkappa += (dtotal * lap).sum()
        dlap = dtotal * kappa
        dsource += dtotal

        # lap = around - 4 * u[1:-1, 1:-1]
        daround = dlap
        du[1:-1, 1:-1] -= 4 * dlap

        # around = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2]
        du[2:, 1:-1] += daround
        du[:-2, 1:-1] += daround
        du[1:-1, 2:] += daround
        du[1:-1, :-2] += daround

    # u = u0.copy()
    du0 = du
    return du0, dkappa, dsource
