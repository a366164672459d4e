"""A leaky neuron: the time at which it first fires, found between two steps; nested search over inputs."""

import numpy as np


def first_spike(current, tau, threshold, dt):
    v = 0.0
    for k in range(len(current)):
        before = v
        v = v + dt * (current[k] - v) / tau
        if v >= threshold:
            fraction = (threshold - before) / (v - before)
            return (k + fraction) * dt
    return len(current) * dt


def earliest(currents, tau, threshold):
    best = first_spike(currents[0], tau, threshold, 0.1)
    for current in currents[1:]:
        t = first_spike(current, tau, threshold, 0.1)
        if t < best:
            best = t
    return best


PROGRAM = earliest
WRT = ("currents", "tau", "threshold")


def args():
    return np.random.default_rng(5).uniform(0.8, 2.0, size=(3, 30)), 1.1, 0.7
