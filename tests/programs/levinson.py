"""Levinson-Durbin recursion: autoregressive coefficients from autocorrelations, and the spectral error."""

import numpy as np


def autocorr(x, order):
    n = len(x)
    return np.array([np.dot(x[: n - k], x[k:]) / n for k in range(order + 1)])


def levinson(r, order):
    a = np.zeros(order + 1)
    a[0] = 1.0
    e = r[0]
    refl = []
    for m in range(1, order + 1):
        acc = r[m]
        for j in range(1, m):
            acc += a[j] * r[m - j]
        k = -acc / e
        refl.append(k)
        prev = a.copy()
        for j in range(1, m):
            a[j] = prev[j] + k * prev[m - j]
        a[m] = k
        e *= 1.0 - k**2
    return a, e, refl


def objective(x, order=3):
    r = autocorr(x, order)
    a, e, refl = levinson(r, order)
    resid = np.convolve(x, a)[: len(x)]
    return np.log(e) + 0.1 * np.mean(resid**2) + sum(k**4 for k in refl)


PROGRAM = objective
WRT = "x"


def args():
    return (np.random.default_rng(13).normal(size=12),)
