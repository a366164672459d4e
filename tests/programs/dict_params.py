"""Parameters in a dictionary of dictionaries: an encoder and a decoder."""

import numpy as np


def relu(x):
    return np.maximum(x, 0.0)


def dense(p, x):
    return x @ p["W"] + p["b"]


def autoencoder_loss(params, x):
    z = relu(dense(params["encoder"], x))
    x_hat = dense(params["decoder"], z)
    reconstruction = np.mean((x - x_hat) ** 2)
    sparsity = np.mean(np.abs(z))
    return reconstruction + params["beta"] * sparsity


PROGRAM = autoencoder_loss
WRT = ("params", "x")


def args():
    rng = np.random.default_rng(31)
    encoder = {"W": rng.normal(size=(4, 3)), "b": rng.normal(size=3)}
    decoder = {"W": rng.normal(size=(3, 4)), "b": rng.normal(size=4)}
    return {"encoder": encoder, "decoder": decoder, "beta": 0.3}, rng.normal(size=(5, 4))
