"""A network whose layers are a list of pairs, as the examples of HIPS autograd write it."""

import numpy as np


def predict(params, inputs):
    for W, b in params:
        outputs = np.dot(inputs, W) + b
        inputs = np.tanh(outputs)
    return outputs - np.log(np.sum(np.exp(outputs), axis=1, keepdims=True))


def l2_norm(params):
    return sum(np.sum(W * W) + np.sum(b * b) for W, b in params)


def log_posterior(params, inputs, targets, L2_reg):
    log_prior = -L2_reg * l2_norm(params)
    log_lik = np.sum(predict(params, inputs) * targets)
    return log_prior + log_lik


PROGRAM = log_posterior
WRT = ("params",)


def args():
    rng = np.random.default_rng(0)
    params = [(0.5 * rng.normal(size=(m, n)), rng.normal(size=n)) for m, n in ((3, 4), (4, 4), (4, 2))]
    return params, rng.normal(size=(5, 3)), np.eye(2)[[0, 1, 1, 0, 1]], 0.1
