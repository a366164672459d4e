"""Forward propagation in the words of Algorithm 6.3 of the Deep Learning book, with lists of weights."""

import numpy as np


def forward_propagation(W, b, x, y, lam):
    h = x
    for k in range(len(W)):
        a = b[k] + W[k] @ h
        h = np.tanh(a)
    y_hat = h
    L = 0.5 * ((y_hat - y) ** 2).sum()
    Omega = 0.0
    for k in range(len(W)):
        Omega = Omega + 0.5 * ((W[k] ** 2).sum() + (b[k] ** 2).sum())
    return L + lam * Omega


PROGRAM = forward_propagation
WRT = ("W", "b", "x", "lam")


def args():
    rng = np.random.default_rng(26)
    sizes = [3, 4, 4, 2]
    W = [rng.normal(size=(n, m)) for m, n in zip(sizes, sizes[1:])]  # noqa: RUF007
    b = [rng.normal(size=n) for n in sizes[1:]]
    return W, b, rng.normal(size=3), rng.normal(size=2), 0.1
