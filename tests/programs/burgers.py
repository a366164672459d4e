"""The Burgers equation with an upwind scheme: np.where, np.roll and a stability factor."""

import numpy as np


def burgers(u0, nu, dt, dx, steps):
    u = u0
    for _ in range(steps):
        backward = (u - np.roll(u, 1)) / dx
        forward = (np.roll(u, -1) - u) / dx
        convection = np.where(u > 0, u * backward, u * forward)
        diffusion = nu * (np.roll(u, -1) - 2 * u + np.roll(u, 1)) / dx**2
        u = u + dt * (diffusion - convection)
    return np.sum(u**2) * dx


PROGRAM = burgers
WRT = ("u0", "nu", "dt", "dx")


def args():
    return np.sin(np.linspace(0.3, 6.0, 8)), 0.05, 0.02, 0.4, 4
