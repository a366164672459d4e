"""A European put by Crank and Nicolson's scheme, the tridiagonal systems solved by Thomas' algorithm in place."""

import math

import numpy as np


def thomas(a, b, c, d):
    """Solve a tridiagonal system; d is overwritten by the solution."""
    n = len(d)
    cp = [0.0] * n
    cp[0] = c[0] / b[0]
    d[0] /= b[0]
    for i in range(1, n):
        m = b[i] - a[i] * cp[i - 1]
        cp[i] = c[i] / m
        d[i] = (d[i] - a[i] * d[i - 1]) / m
    for i in reversed(range(n - 1)):
        d[i] -= cp[i] * d[i + 1]
    return d


def put_price(spot, strike, rate, sigma, maturity, n_space=12, n_time=6):
    s_max = 3.0 * strike
    ds, dt = s_max / n_space, maturity / n_time
    s = np.linspace(0.0, 1.0, n_space + 1) * s_max
    v = np.maximum(strike - s, 0.0)
    j = np.arange(1, n_space)
    alpha = 0.25 * dt * (sigma**2 * j**2 - rate * j)
    beta = -0.5 * dt * (sigma**2 * j**2 + rate)
    gamma = 0.25 * dt * (sigma**2 * j**2 + rate * j)
    for n in range(n_time):
        tau = (n + 1) * dt
        rhs = alpha * v[:-2] + (1 + beta) * v[1:-1] + gamma * v[2:]
        left = strike * math.exp(-rate * tau)
        rhs[0] += alpha[0] * left
        v[0], v[-1] = left, 0.0
        v[1:-1] = thomas(-alpha, 1 - beta, -gamma, rhs)
    k = int(spot // ds)
    w = spot / ds - k
    return (1 - w) * v[k] + w * v[k + 1]


PROGRAM = put_price
WRT = ("spot", "strike", "rate", "sigma", "maturity")


def args():
    return 1.07, 1.0, 0.05, 0.3, 0.75
