"""A cellular automaton with continuous states: masked updates of a grid, as in games and excitable media."""

import numpy as np


def burnt(fuel, heat, rate, steps):
    fuel = fuel.copy()
    heat = heat.copy()
    lost = 0.0
    for _ in range(steps):
        burning = heat > 0.5
        used = np.zeros_like(fuel)
        used[burning] = rate * fuel[burning]
        fuel -= used
        spread = np.zeros_like(heat)
        spread[1:] += heat[:-1]
        spread[:-1] += heat[1:]
        spread[:, 1:] += heat[:, :-1]
        spread[:, :-1] += heat[:, 1:]
        heat[burning] *= 0.8
        heat[~burning] += 0.1 * spread[~burning]
        heat += used
        fuel[fuel < 0.05] = 0.0
        lost += used.sum()
    return lost + (heat**2).sum()


PROGRAM = burnt
WRT = ("fuel", "heat", "rate")


def args():
    rng = np.random.default_rng(12)
    return rng.uniform(0.2, 1.0, size=(4, 5)), rng.uniform(0.0, 1.0, size=(4, 5)), 0.3, 3
