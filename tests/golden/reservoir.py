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


# What s2sgrad generates:


def grad_reservoir(inflow, rate, cap):
    """Gradient of reservoir with respect to inflow, rate, cap."""
    level = 0.0
    level_stack = []
    for i in range(len(inflow)):
        level_stack.append(level)
        if level < cap:
            level = level + inflow[i]
        else:
            level = level + inflow[i] - rate * (level - cap) ** 2

    dlevel = 0.0
    dinflow = np.zeros_like(inflow)
    drate = 0.0
    dcap = 0.0
    for i in reversed(range(len(inflow))):
        # energy += level ** 2
        dlevel += 2 * level

        level = level_stack.pop()
        if level < cap:
            # level = level + inflow[i]
            dinflow[i] += dlevel
        else:
            # level = level + inflow[i] - rate * (level - cap) ** 2
            diff = level - cap
            ddiff = -2 * dlevel * rate * diff
            dinflow[i] += dlevel
            drate -= dlevel * diff ** 2
            dcap -= ddiff
            dlevel += ddiff
    return dinflow, drate, dcap
