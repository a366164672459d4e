"""The tempered energy of a chain of atoms under a fixed cooling schedule, moves accepted by Metropolis' rule."""

import numpy as np


def energy(x, k, r0):
    e = 0.0
    for i in range(len(x) - 1):
        e += 0.5 * k * (x[i + 1] - x[i] - r0) ** 2
        for j in range(i + 2, len(x)):
            d = x[j] - x[i]
            e += 4 * ((1 / d) ** 12 - (1 / d) ** 6)
    return e


def anneal(x, k, r0, moves, uniforms, T0=1.0, cooling=0.9):
    T = T0
    current = energy(x, k, r0)
    best, best_x = current, x.copy()
    for (i, delta), u in zip(moves, uniforms):
        proposal = x.copy()
        proposal[i] += delta
        new = energy(proposal, k, r0)
        if new < current or u < np.exp(-(new - current) / T):
            x, current = proposal, new
            if current < best:
                best, best_x = current, x.copy()
        T *= cooling
    return best + 0.1 * (best_x ** 2).sum()


PROGRAM = anneal
WRT = ("x", "k", "r0")


def args():
    rng = np.random.default_rng(17)
    moves = [(int(i), float(d)) for i, d in zip(rng.integers(0, 4, 12), rng.normal(0, 0.2, 12))]
    return np.array([0.0, 1.2, 2.1, 3.4]), 2.0, 1.0, moves, rng.uniform(size=12)
