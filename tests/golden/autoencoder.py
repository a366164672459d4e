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


# What s2sgrad generates:


def grad_autoencoder(params, x):
    """Gradient of autoencoder with respect to params."""
    # encode, then decode with the same weights
    code = np.tanh(x @ params["W"] + params["b"])
    x_hat = code @ params["W"].T + params["c"]
    sparsity = np.abs(code).mean()

    # return ((x - x_hat) ** 2).mean() + params["beta"] * sparsity
    dx_hat = -2 * (x - x_hat) / x.size
    dbeta = sparsity
    dsparsity = params["beta"]

    # sparsity = np.abs(code).mean()
    dcode = dsparsity / code.size * np.sign(code)

    # x_hat = code @ params["W"].T + params["c"]
    dcode += dx_hat @ params["W"]
    dW = dx_hat.T @ code
    dc = dx_hat.sum(axis=0)

    # code = np.tanh(x @ params["W"] + params["b"])
    dtanh_arg = dcode * (1 - code ** 2)
    dW += x.T @ dtanh_arg
    db = dtanh_arg.sum(axis=0)
    return {"W": dW, "b": db, "c": dc, "beta": dbeta}
