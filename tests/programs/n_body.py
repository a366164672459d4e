"""Planets by leapfrog integration, written with loops over pairs and writes in place."""

import numpy as np


def accelerations(pos, mass, eps):
    n = len(mass)
    acc = np.zeros_like(pos)
    for i in range(n):
        for j in range(n):
            if i != j:
                r = pos[j] - pos[i]
                d2 = np.sum(r**2) + eps**2
                acc[i] += mass[j] * r / d2**1.5
    return acc


def final_energy(pos, vel, mass, eps, dt, steps):
    acc = accelerations(pos, mass, eps)
    for _ in range(steps):
        vel = vel + 0.5 * dt * acc
        pos = pos + dt * vel
        acc = accelerations(pos, mass, eps)
        vel = vel + 0.5 * dt * acc
    kinetic = 0.5 * np.sum(mass * np.sum(vel**2, axis=1))
    potential = 0.0
    for i in range(len(mass)):
        for j in range(i + 1, len(mass)):
            d = np.sqrt(np.sum((pos[i] - pos[j]) ** 2) + eps**2)
            potential -= mass[i] * mass[j] / d
    return kinetic + potential


PROGRAM = final_energy
WRT = ("pos", "vel", "mass", "eps", "dt")


def args():
    rng = np.random.default_rng(4)
    return rng.normal(size=(3, 2)), 0.3 * rng.normal(size=(3, 2)), rng.uniform(0.5, 1.5, 3), 0.3, 0.05, 3
