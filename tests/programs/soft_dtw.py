"""Soft dynamic time warping between two series."""

import numpy as np


def softmin(a, b, c, gamma):
    z = np.array([-a, -b, -c]) / gamma
    m = np.max(z)
    return -gamma * (m + np.log(np.sum(np.exp(z - m))))


def soft_dtw(x, y, gamma):
    n, m = len(x), len(y)
    R = np.full((n + 1, m + 1), 1e3)
    R[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            cost = (x[i - 1] - y[j - 1]) ** 2
            R[i, j] = cost + softmin(R[i - 1, j], R[i, j - 1], R[i - 1, j - 1], gamma)
    return R[n, m]


PROGRAM = soft_dtw
WRT = ("x", "y", "gamma")


def args():
    rng = np.random.default_rng(11)
    return rng.normal(size=4), rng.normal(size=5), 0.8
