"""An epidemic (SIR) by Runge-Kutta 4, fitted to counts."""

import numpy as np


def sir(state, beta, gamma):
    s, i, r = state  # noqa: RUF059
    infection = beta * s * i
    recovery = gamma * i
    return np.array([-infection, infection - recovery, recovery])


def rk4_step(f, state, dt, beta, gamma):
    k1 = f(state, beta, gamma)
    k2 = f(state + 0.5 * dt * k1, beta, gamma)
    k3 = f(state + 0.5 * dt * k2, beta, gamma)
    k4 = f(state + dt * k3, beta, gamma)
    return state + dt / 6.0 * (k1 + 2 * k2 + 2 * k3 + k4)


def misfit(beta, gamma, i0, observed, dt):
    state = np.array([1.0 - i0, i0, 0.0])
    total = 0.0
    for t in range(len(observed)):
        state = rk4_step(sir, state, dt, beta, gamma)
        total += (state[1] - observed[t]) ** 2
    return total


PROGRAM = misfit
WRT = ("beta", "gamma", "i0", "observed", "dt")


def args():
    return 0.9, 0.3, 0.05, np.array([0.06, 0.09, 0.15, 0.2]), 0.5
