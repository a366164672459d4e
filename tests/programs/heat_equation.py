"""The heat equation in two dimensions in place, with boundary values and a source term."""

import numpy as np


def temperature_misfit(u0, kappa, source, target, dt, dx, n_steps):
    u = u0.copy()
    r = dt / dx**2
    for n in range(n_steps):
        lap = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4 * u[1:-1, 1:-1]
        u[1:-1, 1:-1] += r * kappa[1:-1, 1:-1] * lap + dt * source[1:-1, 1:-1]
        u[0, :] = u[1, :]
        u[-1, :] = u[-2, :]
        u[:, 0] = 0.0
        u[:, -1] = 1.0
    return 0.5 * np.sum((u - target) ** 2)


PROGRAM = temperature_misfit
WRT = ("u0", "kappa", "source", "target", "dt", "dx")


def args():
    rng = np.random.default_rng(24)
    fields = [rng.uniform(0.2, 1.0, (5, 4)) for _ in range(4)]
    return *fields, 0.01, 0.3, 3
