"""An LSTM over a sequence with all four gates in one matrix."""

import numpy as np


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def lstm_loss(xs, targets, h, c, W, U, b, V):
    H = h.shape[1]
    loss = 0.0
    for t in range(len(xs)):
        gates = xs[t] @ W + h @ U + b
        i = sigmoid(gates[:, :H])
        f = sigmoid(gates[:, H : 2 * H])
        o = sigmoid(gates[:, 2 * H : 3 * H])
        g = np.tanh(gates[:, 3 * H :])
        c = f * c + i * g
        h = o * np.tanh(c)
        err = h @ V - targets[t]
        loss += np.mean(err**2)
    return loss / len(xs)


PROGRAM = lstm_loss
WRT = ("h", "c", "W", "U", "b", "V")


def args():
    rng = np.random.default_rng(12)
    T, B, D, H = 3, 2, 3, 2
    return (
        rng.normal(size=(T, B, D)), rng.normal(size=(T, B, 1)), np.zeros((B, H)), np.zeros((B, H)),
        rng.normal(size=(D, 4 * H)), rng.normal(size=(H, 4 * H)), rng.normal(size=4 * H), rng.normal(size=(H, 1)),
    )  # fmt: skip
