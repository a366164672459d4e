"""Bisection for the internal rate of return, and the sensitivity of the value found."""

import numpy as np


def present_value(rate, flows):
    total = 0.0
    for year, flow in enumerate(flows):
        total += flow / (1.0 + rate) ** year
    return total


def rate_of_return(flows, low, high, tol=1e-3):
    while high - low > tol:
        mid = 0.5 * (low + high)
        if present_value(mid, flows) > 0:
            low = mid
        else:
            high = mid
    rate = 0.5 * (low + high)
    slope = (present_value(rate + 1e-4, flows) - present_value(rate - 1e-4, flows)) / 2e-4
    return rate - present_value(rate, flows) / slope


PROGRAM = rate_of_return
WRT = ("flows",)


def args():
    return np.array([-100.0, 30.0, 40.0, 55.0]), 0.0, 1.0
