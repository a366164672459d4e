"""A residual block."""

import numpy as np


def residual_block(x, W1, b1, W2, b2, target):
    h = np.maximum(0, x @ W1 + b1)
    out = x + h @ W2 + b2
    return 0.5 * ((out - target) ** 2).mean()


WRT = ("x", "W1", "b1", "W2", "b2")


def args():
    rng = np.random.default_rng(6)
    return (
        rng.normal(size=(3, 4)), rng.normal(size=(4, 6)), rng.normal(size=6), rng.normal(size=(6, 4)),
        rng.normal(size=4), rng.normal(size=(3, 4)),
    )  # fmt: skip
