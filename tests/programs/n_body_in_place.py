"""The same integrator in the style of Fortran: everything in place, one coordinate at a time."""

import numpy as np


def drift(x0, v0, m, dt, steps):
    x = x0.copy()
    v = v0.copy()
    n = len(m)
    for _ in range(steps):
        for i in range(n):
            a = 0.0
            for j in range(n):
                d = x[j] - x[i]
                a += m[j] * d / (d * d + 0.1)
            v[i] += dt * a
        x += dt * v
    return (x**2).sum() + (v**2).sum()


PROGRAM = drift
WRT = ("x0", "v0", "m", "dt")


def args():
    rng = np.random.default_rng(5)
    return rng.normal(size=4), rng.normal(size=4), rng.uniform(0.5, 1.5, 4), 0.1, 3
