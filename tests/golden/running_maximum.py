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


# What s2sgrad generates:


def grad_running_maximum(x, decay):
    """Gradient of running_maximum with respect to x, decay."""
    peak = x[0]
    peak_stack = []
    for i in range(1, len(x)):
        peak_stack.append(peak)
        if x[i] > peak:
            peak = x[i]
        else:
            peak = decay * peak

    dpeak = 0.0
    dx = np.zeros_like(x)
    ddecay = 0.0
    for i in reversed(range(1, len(x))):
        # total += peak ** 2
        dpeak += 2 * peak

        peak = peak_stack.pop()
        if x[i] > peak:
            # peak = x[i]
            dx[i] += dpeak
            dpeak = 0.0
        else:
            # peak = decay * peak
            ddecay += dpeak * peak
            dpeak = dpeak * decay

    # peak = x[0]
    dx[0] += dpeak
    return dx, ddecay
