import numpy as np


def jvp_running_maximum(x, decay, x_dot, decay_dot):
    """Value of running_maximum, and its derivative along x_dot, decay_dot."""
    peak = x[0]
    peak_dot = x_dot[0]
    total = 0.0
    total_dot = 0.0
    for i in range(1, len(x)):
        if x[i] > peak:
            peak = x[i]
            peak_dot = x_dot[i]
        else:
            peak_dot = decay_dot * peak + decay * peak_dot
            peak = decay * peak
        total += peak ** 2
        total_dot += 2 * peak * peak_dot
    return total, total_dot
