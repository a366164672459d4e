"""Newton's method with a while loop and an early exit: Kepler's equation."""

import numpy as np


def eccentric_anomaly(M, e, tol):
    E = M
    for _ in range(50):
        f = E - e * np.sin(E) - M
        if abs(f) < tol:
            break
        E = E - f / (1 - e * np.cos(E))
    return E


def position(M, e, a):
    E = eccentric_anomaly(M, e, 1e-13)
    x = a * (np.cos(E) - e)
    y = a * np.sqrt(1 - e**2) * np.sin(E)
    return x + 2 * y


PROGRAM = position
WRT = ("M", "e", "a")


def args():
    return 0.9, 0.3, 1.2
