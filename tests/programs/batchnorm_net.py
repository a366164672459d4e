"""A network with batch normalisation and relu."""

import numpy as np


def batchnorm(x, gamma, beta, eps=1e-5):
    mu = x.mean(axis=0)
    var = x.var(axis=0)
    x_hat = (x - mu) / np.sqrt(var + eps)
    return gamma * x_hat + beta


def net_loss(X, y, W1, gamma, beta, W2, b2):
    h = X @ W1
    h = batchnorm(h, gamma, beta)
    h = np.maximum(0, h)
    pred = (h @ W2 + b2)[:, 0]
    return 0.5 * np.mean((pred - y) ** 2)


PROGRAM = net_loss
WRT = ("X", "W1", "gamma", "beta", "W2", "b2")


def args():
    rng = np.random.default_rng(23)
    return (
        rng.normal(size=(6, 3)), rng.normal(size=6), rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=4),
        rng.normal(size=(4, 1)), rng.normal(size=1),
    )  # fmt: skip
