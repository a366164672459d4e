"""A particle swarm: objects that remember the best place that they have seen; the draws are given."""

import numpy as np


class Particle:
    def __init__(self, position):
        self.position = position
        self.velocity = np.zeros_like(position)
        self.best = position
        self.best_value = np.inf

    def move(self, leader, inertia, pulls):
        own, common = pulls
        self.velocity = (
            inertia * self.velocity + own * (self.best - self.position) + common * (leader - self.position)
        )
        self.position = self.position + self.velocity


def rosenbrock(p, a, b):
    return (a - p[0]) ** 2 + b * (p[1] - p[0] ** 2) ** 2


def swarm_minimum(starts, a, b, draws):
    swarm = [Particle(p) for p in starts]
    leader, lowest = starts[0], np.inf
    for row in draws:
        for particle in swarm:
            value = rosenbrock(particle.position, a, b)
            if value < particle.best_value:
                particle.best_value = value
                particle.best = particle.position
            if value < lowest:
                leader, lowest = particle.position, value
        for particle, pulls in zip(swarm, row):
            particle.move(leader, 0.7, pulls)
    return lowest + 0.01 * sum(np.sum(p.position**2) for p in swarm)


PROGRAM = swarm_minimum
WRT = ("starts", "a", "b")


def args():
    rng = np.random.default_rng(32)
    return rng.normal(size=(4, 2)), 1.0, 10.0, rng.uniform(0.1, 0.6, size=(3, 4, 2))
