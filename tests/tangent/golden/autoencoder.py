import numpy as np


def jvp_autoencoder(params, x, params_dot):
    """Value of autoencoder, and its derivative along params_dot."""
    W_dot = params_dot["W"]
    b_dot = params_dot["b"]
    c_dot = params_dot["c"]
    beta_dot = params_dot["beta"]
    # encode, then decode with the same weights
    code = np.tanh(x @ params["W"] + params["b"])
    code_dot = (1 - code ** 2) * (x @ W_dot + b_dot)
    x_hat = code @ params["W"].T + params["c"]
    x_hat_dot = code_dot @ params["W"].T + code @ W_dot.T + c_dot
    sparsity = np.abs(code).mean()
    sparsity_dot = (np.sign(code) * code_dot).mean()
    total_dot = beta_dot * sparsity + params["beta"] * sparsity_dot
    out_dot = total_dot - 2 * ((x - x_hat) * x_hat_dot).mean()
    return ((x - x_hat) ** 2).mean() + params["beta"] * sparsity, out_dot
