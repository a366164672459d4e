"""Two signals compared by the phase between their spectra, which a matrix of powers of a root of one gives."""

import numpy as np


def phase(x, y):
    n = len(x)
    k = np.arange(n)
    W = np.exp(-2j * np.pi * np.outer(k, k) / n) / np.sqrt(n)
    X, Y = W @ x, W @ y
    return (X * Y.conj()).imag.sum() + np.linalg.norm(X) * np.vdot(X, Y).real


PROGRAM = phase
WRT = ("x", "y")


def args():
    rng = np.random.default_rng(6)
    return rng.normal(size=5).astype(np.float32), (rng.normal(size=5) + 1j * rng.normal(size=5)).astype(np.complex64)
