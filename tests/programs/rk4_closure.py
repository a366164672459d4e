"""A predator-prey model by Runge-Kutta 4, its right-hand side a nested function, fitted to observations."""

import numpy as np


def rk4(f, y, t, h):
    k1 = f(y, t)
    k2 = f(y + 0.5 * h * k1, t + 0.5 * h)
    k3 = f(y + 0.5 * h * k2, t + 0.5 * h)
    k4 = f(y + h * k3, t + h)
    return y + (h / 6.0) * (k1 + 2.0 * k2 + 2.0 * k3 + k4)


def misfit(params, y0, observed, h):
    alpha, beta, gamma, delta = params

    def rhs(y, t):
        prey, predator = y
        season = 1.0 + 0.1 * np.sin(t)
        return np.array([
            prey * (alpha * season - beta * predator),
            predator * (delta * prey - gamma),
        ])

    y = y0
    loss = 0.0
    for i, target in enumerate(observed):
        y = rk4(rhs, y, i * h, h)
        loss += np.sum((y - target) ** 2)
    return loss / len(observed)


PROGRAM = misfit
WRT = ("params", "y0", "observed")


def args():
    observed = np.array([[1.1, 0.9], [1.3, 0.8], [1.2, 1.0]])
    return np.array([0.7, 0.4, 0.6, 0.3]), np.array([1.0, 0.8]), observed, 0.2
