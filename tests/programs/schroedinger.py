"""A wave packet in a potential by the split-step method: where it is found in the end."""

import numpy as np


def mean_position(psi, potential, dt, steps):
    n = len(psi)
    k = 2 * np.pi * np.fft.fftfreq(n)
    free = np.exp(-0.5j * k**2 * dt)
    kick = np.exp(-1j * potential * dt)
    for _ in range(steps):
        psi = kick * psi
        psi = np.fft.ifft(free * np.fft.fft(psi))
    density = np.abs(psi) ** 2
    return (density * np.arange(n)).sum() / density.sum()


PROGRAM = mean_position
WRT = ("psi", "potential", "dt")


def args():
    rng = np.random.default_rng(5)
    return rng.normal(size=6) + 1j * rng.normal(size=6), rng.normal(size=6), 0.3, 3
