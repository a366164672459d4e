"""Leapfrog steps in a double-well potential, the trajectory kept in a list: its energy drift and its spread."""

import numpy as np


def potential(q, a):
    return np.sum((q**2 - a) ** 2)


def force(q, a):
    return -4.0 * q * (q**2 - a)


def drift(q0, p0, a, dt, steps):
    q, p = q0, p0
    trajectory = [q]
    energies = [0.5 * np.sum(p**2) + potential(q, a)]
    for _ in range(steps):
        p = p + 0.5 * dt * force(q, a)
        q = q + dt * p
        p = p + 0.5 * dt * force(q, a)
        trajectory.append(q)
        energies.append(0.5 * np.sum(p**2) + potential(q, a))
    path = np.array(trajectory)
    steps_taken = sum(np.sum((b - a) ** 2) for a, b in zip(trajectory[:-1], trajectory[1:]))  # noqa: RUF007
    return (energies[-1] - energies[0]) ** 2 + np.mean(path, axis=0).sum() + steps_taken


PROGRAM = drift
WRT = ("q0", "p0", "a", "dt")


def args():
    return np.array([0.4, -0.9]), np.array([0.3, 0.1]), 0.8, 0.1, 7
