"""The wave equation in two dimensions by leapfrog: three buffers that take turns, boundaries set by slices."""

import numpy as np


def energy(c, u0, dt, steps):
    u_old = u0.copy()
    u = u0.copy()
    u_new = np.empty_like(u0)
    for n in range(steps):
        lap = u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4 * u[1:-1, 1:-1]
        u_new[1:-1, 1:-1] = 2 * u[1:-1, 1:-1] - u_old[1:-1, 1:-1] + (c[1:-1, 1:-1] * dt) ** 2 * lap
        # reflecting walls left and right, fixed ones above and below
        u_new[:, 0] = u_new[:, 1]
        u_new[:, -1] = u_new[:, -2]
        u_new[0, :] = 0.0
        u_new[-1, :] = 0.0
        u_old, u, u_new = u, u_new, u_old
    velocity = (u - u_old) / dt
    slope = u[1:] - u[:-1]
    return 0.5 * (velocity**2).sum() + 0.5 * ((c[1:] * slope) ** 2).sum()


PROGRAM = energy
WRT = ("c", "u0")


def args():
    rng = np.random.default_rng(5)
    return 1 + 0.2 * rng.normal(size=(5, 6)), rng.normal(size=(5, 6)), 0.3, 4
