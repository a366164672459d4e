"""Algorithm 6.3 of the Deep Learning book; the gradient is to read as Algorithm 6.4."""

import numpy as np


def forward_propagation(W, b, x, y, lam):
    h = x
    Omega = 0.0
    for k in range(len(W)):
        a = b[k] + W[k] @ h
        h = np.tanh(a)
        Omega += 0.5 * (W[k] ** 2).sum() + 0.5 * (b[k] ** 2).sum()
    L = 0.5 * ((h - y) ** 2).sum()
    J = L + lam * Omega
    return J


WRT = ("W", "b")


def args():
    rng = np.random.default_rng(5)
    sizes = [3, 5, 4, 2]
    W = [rng.normal(size=(n, m)) for m, n in zip(sizes, sizes[1:])]  # noqa: RUF007
    b = [rng.normal(size=n) for n in sizes[1:]]
    return W, b, rng.normal(size=3), rng.normal(size=2), 0.1
