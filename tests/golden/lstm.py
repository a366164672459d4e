"""An LSTM cell over time."""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm(xs, ys, h, c, W, U, b):
    n = h.shape[0]
    loss = 0.0
    for t in range(len(xs)):
        z = W @ xs[t] + U @ h + b
        i = sigmoid(z[:n])
        f = sigmoid(z[n:2 * n])
        o = sigmoid(z[2 * n:3 * n])
        g = np.tanh(z[3 * n:])
        c = f * c + i * g
        h = o * np.tanh(c)
        loss += 0.5 * ((h - ys[t]) ** 2).sum()
    return loss


WRT = ("h", "c", "W", "U", "b")


def args():
    rng = np.random.default_rng(8)
    return (
        rng.normal(size=(4, 3)), rng.normal(size=(4, 2)), rng.normal(size=2), rng.normal(size=2),
        rng.normal(size=(8, 3)), rng.normal(size=(8, 2)), rng.normal(size=8),
    )  # fmt: skip
