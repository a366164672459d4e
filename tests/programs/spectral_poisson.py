"""The Poisson equation on a torus, solved in the spectrum, and how far the solution is from what was observed."""

import numpy as np


def solve(density):
    n, m = density.shape
    kx = np.fft.fftfreq(n, 1 / n)
    ky = np.fft.fftfreq(m, 1 / m)
    square = kx[:, None] ** 2 + ky**2
    square[0, 0] = 1.0
    spectrum = -np.fft.fft2(density) / square
    spectrum[0, 0] = 0.0
    return np.fft.ifft2(spectrum).real


def misfit(density, observed):
    return ((solve(density) - observed) ** 2).sum()


PROGRAM = misfit
WRT = ("density", "observed")


def args():
    rng = np.random.default_rng(4)
    return rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
