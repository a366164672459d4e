"""The pullback of log(1 + exp(-x)), elementwise."""

import numpy as np


def logistic_loss(x):
    return np.log(1 + np.exp(-x))


MODE = "vjp"
WRT = "x"


def args():
    return (np.random.default_rng(15).normal(size=6),)
