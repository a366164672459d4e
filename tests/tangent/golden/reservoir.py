import numpy as np


def jvp_reservoir(inflow, rate, cap, inflow_dot, rate_dot, cap_dot):
    """Value of reservoir, and its derivative along inflow_dot, rate_dot, cap_dot."""
    level = 0.0
    level_dot = 0.0
    energy = 0.0
    energy_dot = 0.0
    for i in range(len(inflow)):
        if level < cap:
            level = level + inflow[i]
            level_dot = level_dot + inflow_dot[i]
        else:
            diff = level - cap
            level = level + inflow[i] - rate * diff ** 2
            diff_dot = level_dot + inflow_dot[i] - rate_dot * diff ** 2
            level_dot = diff_dot - 2 * rate * diff * (level_dot - cap_dot)
        energy += level ** 2
        energy_dot += 2 * level * level_dot
    return energy, energy_dot
