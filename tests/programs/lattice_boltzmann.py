"""Lattice Boltzmann, D2Q9 with BGK collision, bounce-back walls, body force."""

import numpy as np

C = np.array([[0, 0], [1, 0], [0, 1], [-1, 0], [0, -1], [1, 1], [-1, 1], [-1, -1], [1, -1]])
W = np.array([4 / 9] + [1 / 9] * 4 + [1 / 36] * 4)
OPPOSITE = [0, 3, 4, 1, 2, 7, 8, 5, 6]


def equilibrium(rho, u, v):
    feq = np.zeros((9,) + rho.shape)
    usq = 1.5 * (u**2 + v**2)
    for k in range(9):
        cu = 3 * (C[k, 0] * u + C[k, 1] * v)
        feq[k] = rho * W[k] * (1 + cu + 0.5 * cu**2 - usq)
    return feq


def simulate(rho0, tau, force, steps=3):
    ny, nx = rho0.shape
    solid = np.zeros((ny, nx), dtype=bool)
    solid[0, :] = solid[-1, :] = True
    f = equilibrium(rho0, np.zeros((ny, nx)), np.zeros((ny, nx)))
    for _ in range(steps):
        for k in range(9):
            f[k] = np.roll(np.roll(f[k], C[k, 0], axis=1), C[k, 1], axis=0)
        bounced = f[:, solid][OPPOSITE, :]
        rho = f.sum(axis=0)
        u = np.tensordot(C[:, 0], f, axes=1) / rho + force * tau / rho
        v = np.tensordot(C[:, 1], f, axes=1) / rho
        f += (equilibrium(rho, u, v) - f) / tau
        f[:, solid] = bounced
    rho = f.sum(axis=0)
    u = np.tensordot(C[:, 0], f, axes=1) / rho
    return (u[~solid] ** 2).sum() * 100 + (rho**2).mean()


PROGRAM = simulate
WRT = ("rho0", "tau", "force")


def args():
    rng = np.random.default_rng(15)
    return 1 + 0.1 * rng.random((5, 4)), 0.8, 0.05
