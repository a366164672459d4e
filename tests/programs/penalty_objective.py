"""Constrained least squares with a quadratic penalty, as handed to a derivative-free optimiser."""

import numpy as np


class Problem:
    def __init__(self, t, y, lower, upper):
        self.t = t
        self.y = y
        self.lower = np.asarray(lower)
        self.upper = np.asarray(upper)
        self.weights = {"bounds": 10.0, "order": 5.0}

    def model(self, p):
        a, k1, k2, c = p
        return a * (np.exp(-k1 * self.t) - np.exp(-k2 * self.t)) + c

    def constraints(self, p):
        yield_ = {}
        yield_["bounds"] = np.concatenate([np.maximum(self.lower - p, 0), np.maximum(p - self.upper, 0)])
        yield_["order"] = np.array([max(p[1] - p[2], 0.0)])
        return yield_

    def objective(self, p, mu=1.0):
        r = self.model(p) - self.y
        f = 0.5 * r @ r
        for name, violation in self.constraints(p).items():
            f += 0.5 * mu * self.weights[name] * np.sum(violation**2)
        return f


def solve(problem, p, mu):
    return problem.objective(p, mu=mu)


PROGRAM = solve
WRT = ("p", "mu")


def args():
    rng = np.random.default_rng(0)
    t = np.linspace(0, 4, 12)
    return (
        Problem(t, rng.normal(size=12), [0.0, 0.1, 0.1, -1.0], [1.0, 2.0, 3.0, 1.0]),
        np.array([1.3, 0.9, 0.4, 0.2]),
        2.0,
    )
