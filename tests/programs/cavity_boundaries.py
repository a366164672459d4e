"""Lid-driven cavity, as in "12 steps to Navier-Stokes": pressure iterations with a copy, then boundary slices."""

import numpy as np


def build_up_b(rho, dt, u, v, dx, dy):
    b = np.zeros_like(u)
    b[1:-1, 1:-1] = rho * (
        1 / dt * ((u[1:-1, 2:] - u[1:-1, :-2]) / (2 * dx) + (v[2:, 1:-1] - v[:-2, 1:-1]) / (2 * dy))
        - ((u[1:-1, 2:] - u[1:-1, :-2]) / (2 * dx)) ** 2
    )
    return b


def pressure_poisson(p, dx, dy, b, iterations):
    p = p.copy()
    for _ in range(iterations):
        pn = p.copy()
        p[1:-1, 1:-1] = (
            (pn[1:-1, 2:] + pn[1:-1, :-2]) * dy**2
            + (pn[2:, 1:-1] + pn[:-2, 1:-1]) * dx**2
            - b[1:-1, 1:-1] * dx**2 * dy**2
        ) / (2 * (dx**2 + dy**2))
        p[:, -1] = p[:, -2]
        p[0, :] = p[1, :]
        p[:, 0] = p[:, 1]
        p[-1, :] = 0
    return p


def kinetic_energy(u0, v0, lid, rho, nu, steps):
    dx, dy, dt = 0.5, 0.4, 0.01
    u, v = u0.copy(), v0.copy()
    p = np.zeros_like(u0)
    for _ in range(steps):
        un = u.copy()
        vn = v.copy()
        b = build_up_b(rho, dt, u, v, dx, dy)
        p = pressure_poisson(p, dx, dy, b, 3)
        u[1:-1, 1:-1] = (
            un[1:-1, 1:-1]
            - un[1:-1, 1:-1] * dt / dx * (un[1:-1, 1:-1] - un[1:-1, :-2])
            - dt / (2 * rho * dx) * (p[1:-1, 2:] - p[1:-1, :-2])
            + nu * dt / dx**2 * (un[1:-1, 2:] - 2 * un[1:-1, 1:-1] + un[1:-1, :-2])
        )
        v[1:-1, 1:-1] = (
            vn[1:-1, 1:-1]
            - un[1:-1, 1:-1] * dt / dx * (vn[1:-1, 1:-1] - vn[1:-1, :-2])
            - dt / (2 * rho * dy) * (p[2:, 1:-1] - p[:-2, 1:-1])
        )
        u[0, :], u[:, 0], u[:, -1] = 0, 0, 0
        u[-1, :] = lid
        v[0, :] = v[-1, :] = 0
        v[:, 0] = v[:, -1] = 0
    return 0.5 * (u**2 + v**2).sum()


PROGRAM = kinetic_energy
WRT = ("u0", "v0", "lid", "rho", "nu")


def args():
    rng = np.random.default_rng(9)
    return rng.normal(size=(4, 5)), rng.normal(size=(4, 5)), 1.0, 1.2, 0.1, 2
