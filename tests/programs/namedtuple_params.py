"""A GRU cell whose parameters are a named tuple."""

from typing import NamedTuple

import numpy as np


class GRU(NamedTuple):
    Wz: np.ndarray
    Wr: np.ndarray
    Wh: np.ndarray


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_loss(p: GRU, xs, h, target):
    for x in xs:
        xh = np.concatenate([x, h])
        z = sigmoid(p.Wz @ xh)
        r = sigmoid(p.Wr @ xh)
        candidate = np.tanh(p.Wh @ np.concatenate([x, r * h]))
        h = (1 - z) * h + z * candidate
    return np.sum((h - target) ** 2)


PROGRAM = gru_loss
WRT = ("p", "xs", "h", "target")


def args():
    rng = np.random.default_rng(32)
    p = GRU(*(rng.normal(size=(2, 5)) for _ in range(3)))
    return p, rng.normal(size=(4, 3)), np.zeros(2), rng.normal(size=2)
