"""Two residual blocks with layer normalisation."""

import numpy as np


def layer_norm(x, scale, shift):
    mean = x.mean(axis=-1, keepdims=True)
    centred = x - mean
    var = (centred**2).mean(axis=-1, keepdims=True)
    return scale * centred / np.sqrt(var + 1e-5) + shift


def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def block(x, W1, b1, W2, b2, scale, shift):
    h = layer_norm(x, scale, shift)
    h = gelu(h @ W1 + b1)
    return x + h @ W2 + b2


def loss(x, W1, b1, W2, b2, scale, shift):
    x = block(x, W1, b1, W2, b2, scale, shift)
    x = block(x, W1, b1, W2, b2, scale, shift)
    return (x**2).mean()


PROGRAM = loss
WRT = ("x", "W1", "b1", "W2", "b2", "scale", "shift")


def args():
    rng = np.random.default_rng(25)
    return (
        rng.normal(size=(3, 4)), rng.normal(size=(4, 5)), rng.normal(size=5), rng.normal(size=(5, 4)),
        rng.normal(size=4), rng.normal(size=4), rng.normal(size=4),
    )  # fmt: skip
