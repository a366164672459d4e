"""A running maximum with if and else."""

import numpy as np


def running_maximum(x, decay):
    peak = x[0]
    total = 0.0
    for i in range(1, len(x)):
        if x[i] > peak:
            peak = x[i]
        else:
            peak = decay * peak
        total += peak ** 2
    return total


WRT = ("x", "decay")


def args():
    return np.array([0.5, 0.9, 0.2, -0.3, 1.4, 1.2, 0.1]), 0.9
