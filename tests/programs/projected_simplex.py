"""Decision-focused learning: a linear programme over a simplex-like set by projected gradient, regret as loss."""

import numpy as np


def project_simplex(v):
    u = np.sort(v)[::-1]
    css = np.cumsum(u) - 1
    rho = np.nonzero(u - css / np.arange(1, len(v) + 1) > 0)[0][-1]
    theta = css[rho] / (rho + 1.0)
    return np.maximum(v - theta, 0)


def solve_lp(c, gamma, steps=15, lr=0.3):
    x = np.ones_like(c) / len(c)
    for _ in range(steps):
        x = project_simplex(x - lr * (c + gamma * x))
    return x


def regret(theta, features, costs, gamma):
    total = 0.0
    for z, c in zip(features, costs):
        c_hat = z @ theta
        x = solve_lp(c_hat, gamma)
        total += c @ x - np.min(c)
    return total / len(costs)


PROGRAM = regret
WRT = ("theta", "features", "costs", "gamma")


def args():
    rng = np.random.default_rng(21)
    return rng.normal(size=(3, 4)), rng.normal(size=(2, 3)), rng.normal(size=(2, 4)), 0.8
