"""The power that an AC circuit takes, and how far voltage and current are out of phase, at several frequencies."""

import numpy as np


def losses(R, L, C, omega):
    total = 0.0
    for w in omega:
        series = R + 1j * w * L
        shunt = 1 / (1j * w * C)
        z = 1 / (1 / series + 1 / shunt)
        current = 5.0 / (z + 2.0)
        total += (z * current * current.conjugate()).real + abs(current) * np.angle(z)
    return total


PROGRAM = losses
WRT = ("R", "L", "C")


def args():
    return 1.5, 0.2, 0.7, np.array([0.5, 1.0, 3.0])
