"""Parameters in a dictionary."""

import numpy as np


def autoencoder(params, x):
    # encode, then decode with the same weights
    code = np.tanh(x @ params["W"] + params["b"])
    x_hat = code @ params["W"].T + params["c"]
    sparsity = np.abs(code).mean()
    return ((x - x_hat) ** 2).mean() + params["beta"] * sparsity


WRT = "params"


def args():
    rng = np.random.default_rng(14)
    params = {"W": rng.normal(size=(4, 3)), "b": rng.normal(size=3), "c": rng.normal(size=4), "beta": 0.3}
    return params, rng.normal(size=(6, 4))
