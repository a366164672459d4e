"""If and else in a loop, with an accumulator."""

import numpy as np


def reservoir(inflow, rate, cap):
    level = 0.0
    energy = 0.0
    for i in range(len(inflow)):
        if level < cap:
            level = level + inflow[i]
        else:
            level = level + inflow[i] - rate * (level - cap) ** 2
        energy += level ** 2
    return energy


WRT = ("inflow", "rate", "cap")


def args():
    return np.random.default_rng(2).uniform(0.1, 1.0, 12), 0.3, 1.7
