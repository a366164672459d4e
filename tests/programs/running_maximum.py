"""The deepest fall from a running maximum, softened, with if/else in a loop."""

import numpy as np


def drawdown(returns, weight):
    wealth = 1.0
    peak = 1.0
    worst = 0.0
    total = 0.0
    for r in returns:
        wealth = wealth * (1 + r)
        if wealth > peak:
            peak = wealth
        else:
            fall = (peak - wealth) / peak
            if fall > worst:
                worst = fall
            total += fall**2
    return worst + weight * np.sqrt(total)


PROGRAM = drawdown
WRT = ("returns", "weight")


def args():
    return np.array([0.05, -0.12, 0.03, 0.21, -0.07, -0.3, 0.11]), 0.4
