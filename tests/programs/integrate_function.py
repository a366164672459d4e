"""A general integrator that takes the right-hand side as a function, used with a lambda."""

import numpy as np


def midpoint(f, y, t, h):
    half = y + 0.5 * h * f(y, t)
    return y + h * f(half, t + 0.5 * h)


def integrate(f, y0, ts, step=midpoint):
    ys = np.zeros((len(ts), len(y0)))
    ys[0] = y0
    for i in range(1, len(ts)):
        ys[i] = step(f, ys[i - 1], ts[i - 1], ts[i] - ts[i - 1])
    return ys


def pendulum_energy(theta0, length, damping, ts):
    g = 9.81
    ys = integrate(lambda y, t: np.array([y[1], -g / length * np.sin(y[0]) - damping * y[1]]), theta0, ts)
    kinetic = 0.5 * (length * ys[:, 1]) ** 2
    potential = g * length * (1.0 - np.cos(ys[:, 0]))
    return np.mean(kinetic + potential)


PROGRAM = pendulum_energy
WRT = ("theta0", "length", "damping")


def args():
    return np.array([0.4, 0.1]), 1.3, 0.2, np.linspace(0.0, 0.4, 5)
