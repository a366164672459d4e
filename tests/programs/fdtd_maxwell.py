"""FDTD for Maxwell's equations in 2-D (TMz) with a soft source and absorbing conductivity."""

import numpy as np


def fdtd(eps, source, steps, probe=(3, 4), dt=0.5):
    ny, nx = eps.shape
    Ez = np.zeros((ny, nx))
    Hx = np.zeros((ny - 1, nx))
    Hy = np.zeros((ny, nx - 1))
    sigma = np.zeros((ny, nx))
    sigma[0, :] = sigma[-1, :] = 0.5
    sigma[:, 0] = sigma[:, -1] = 0.5
    ca = (1 - sigma * dt / (2 * eps)) / (1 + sigma * dt / (2 * eps))
    cb = dt / eps / (1 + sigma * dt / (2 * eps))
    record = np.empty(steps)
    for n in range(steps):
        Hx -= dt * (Ez[1:, :] - Ez[:-1, :])
        Hy += dt * (Ez[:, 1:] - Ez[:, :-1])
        curl = np.zeros_like(Ez)
        curl[1:-1, 1:-1] = (Hy[1:-1, 1:] - Hy[1:-1, :-1]) - (Hx[1:, 1:-1] - Hx[:-1, 1:-1])
        Ez = ca * Ez + cb * curl
        Ez[ny // 2, nx // 2] += source[n]
        record[n] = Ez[probe]
    energy = 0.5 * (np.sum(eps * Ez**2) + np.sum(Hx**2) + np.sum(Hy**2))
    return np.sum(record**2) + 0.1 * energy


def design(eps, source):
    return fdtd(eps, source, len(source))


PROGRAM = design
WRT = ("eps", "source")


def args():
    rng = np.random.default_rng(5)
    return 1.0 + rng.random((6, 7)), rng.normal(size=6)
