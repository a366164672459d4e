"""Masses and springs as lists of objects: forces are added up in place, then every mass moves."""

import numpy as np


class Mass:
    def __init__(self, position, mass):
        self.position = position
        self.mass = mass
        self.velocity = np.zeros(2)
        self.force = np.zeros(2)

    def advance(self, dt):
        self.velocity += dt * self.force / self.mass
        self.position = self.position + dt * self.velocity

    @property
    def kinetic_energy(self):
        return 0.5 * self.mass * np.dot(self.velocity, self.velocity)


class Spring:
    def __init__(self, i, j, stiffness, rest_length):
        self.i, self.j = i, j
        self.stiffness = stiffness
        self.rest_length = rest_length

    def pull(self, masses):
        a, b = masses[self.i], masses[self.j]
        d = b.position - a.position
        length = np.sqrt(np.sum(d**2))
        force = self.stiffness * (length - self.rest_length) * d / length
        a.force += force
        b.force -= force


def simulate(positions, stiffness, steps, dt):
    masses = [Mass(p, 1.0 + 0.5 * k) for k, p in enumerate(positions)]
    springs = [Spring(k, k + 1, s, 0.5) for k, s in enumerate(stiffness)]
    for _ in range(steps):
        for m in masses:
            m.force = np.array([0.0, -0.1 * m.mass])
        for s in springs:
            s.pull(masses)
        for m in masses[1:]:
            m.advance(dt)
    return sum(m.kinetic_energy for m in masses) + np.sum(masses[-1].position ** 2)


PROGRAM = simulate
WRT = ("positions", "stiffness")


def args():
    rng = np.random.default_rng(31)
    return rng.normal(size=(4, 2)), np.array([2.0, 1.0, 3.0]), 6, 0.05
