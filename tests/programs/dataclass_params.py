"""Parameters in a dataclass; an autoregressive model with a link function chosen by name."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Params:
    weights: np.ndarray
    bias: float
    log_scale: float


def link(z, kind):
    if kind == "tanh":
        return np.tanh(z)
    return z


def negative_log_likelihood(params: Params, series, kind="tanh"):
    order = len(params.weights)
    scale = np.exp(params.log_scale)
    nll = 0.0
    for t in range(order, len(series)):
        past = series[t - order : t][::-1]
        mean = link(params.weights @ past + params.bias, kind)
        z = (series[t] - mean) / scale
        nll += 0.5 * z**2 + params.log_scale
    return nll / (len(series) - order)


PROGRAM = negative_log_likelihood
WRT = ("params", "series")


def args():
    rng = np.random.default_rng(30)
    return Params(rng.normal(size=3), 0.1, -0.2), rng.normal(size=8), "tanh"
