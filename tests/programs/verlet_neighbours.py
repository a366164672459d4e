"""Velocity Verlet of Lennard-Jones particles with a neighbour list that is rebuilt now and then."""

import numpy as np


class Simulation:
    def __init__(self, pos, vel, eps=1.0, sigma=1.0, rcut=2.5, skin=0.3):
        self.pos = pos.copy()
        self.vel = vel.copy()
        self.eps, self.sigma = eps, sigma
        self.rcut, self.skin = rcut, skin
        self.neighbours = []
        self.build()
        self.force = self.forces()

    def build(self):
        self.neighbours = []
        n = len(self.pos)
        for i in range(n):
            for j in range(i + 1, n):
                d = self.pos[i] - self.pos[j]
                if np.sqrt(d @ d) < self.rcut + self.skin:
                    self.neighbours.append((i, j))

    def forces(self):
        f = np.zeros_like(self.pos)
        for i, j in self.neighbours:
            r = self.pos[i] - self.pos[j]
            r2 = np.dot(r, r)
            if r2 > self.rcut**2:
                continue
            s6 = (self.sigma**2 / r2) ** 3
            fij = 24 * self.eps * (2 * s6**2 - s6) / r2 * r
            f[i] += fij
            f[j] -= fij
        return f

    def step(self, dt):
        self.vel += 0.5 * dt * self.force
        self.pos += dt * self.vel
        self.force = self.forces()
        self.vel += 0.5 * dt * self.force

    def run(self, n, dt, every=2):
        for k in range(n):
            if k % every == 0:
                self.build()
            self.step(dt)

    def kinetic(self):
        return 0.5 * (self.vel**2).sum()


def final_energy(pos, vel, eps, sigma):
    sim = Simulation(pos, vel, eps, sigma)
    sim.run(4, 0.01)
    return sim.kinetic() + 0.1 * np.sum(sim.pos[:, 0] ** 2)


PROGRAM = final_energy
WRT = ("pos", "vel", "eps", "sigma")


def args():
    rng = np.random.default_rng(3)
    grid = np.array([[0.0, 0.0], [1.2, 0.0], [0.0, 1.2], [1.2, 1.2]])
    return grid + 0.05 * rng.normal(size=(4, 2)), 0.1 * rng.normal(size=(4, 2)), 1.1, 1.0
