"""A smoothed series by comprehension, and how far it is from the series."""

import numpy as np


def roughness(series, weights):
    half = len(weights) // 2
    total = sum(weights)
    smooth = [
        sum(w * series[i + k - half] for k, w in enumerate(weights)) / total for i in range(half, len(series) - half)
    ]
    steps = [b - a for a, b in zip(smooth, smooth[1:])]  # noqa: RUF007
    distance = np.sum((np.array(smooth) - series[half:-half]) ** 2)
    return distance + sum(s**2 for s in steps)


PROGRAM = roughness
WRT = ("series", "weights")


def args():
    rng = np.random.default_rng(5)
    return rng.normal(size=9), np.array([0.3, 1.0, 0.5])
