"""Recurrent network over time."""

import numpy as np


def rnn_loss(xs, ys, h, Wx, Wh, b, Wy):
    loss = 0.0
    for t in range(len(xs)):
        h = np.tanh(xs[t] @ Wx + h @ Wh + b)
        err = h @ Wy - ys[t]
        loss += 0.5 * (err ** 2).sum()
    return loss


WRT = ("h", "Wx", "Wh", "b", "Wy")


def args():
    rng = np.random.default_rng(1)
    return (
        rng.normal(size=(4, 2, 4)), rng.normal(size=(4, 2, 3)), rng.normal(size=(2, 5)), rng.normal(size=(4, 5)),
        0.5 * rng.normal(size=(5, 5)), rng.normal(size=5), rng.normal(size=(5, 3)),
    )  # fmt: skip
