"""An episode of the cart and the pole under a linear policy, which ends when the pole falls."""

import math

import numpy as np


class CartPole:
    gravity = 9.8
    masscart = 1.0
    masspole = 0.1
    length = 0.5
    tau = 0.02

    def __init__(self):
        self.total_mass = self.masscart + self.masspole
        self.pml = self.masspole * self.length
        self.state = np.array([0.0, 0.01, 0.05, -0.02])

    def step(self, force):
        x, x_dot, theta, theta_dot = self.state
        c, s = math.cos(theta), math.sin(theta)
        temp = (force + self.pml * theta_dot**2 * s) / self.total_mass
        thetaacc = (self.gravity * s - c * temp) / (self.length * (4.0 / 3.0 - self.masspole * c**2 / self.total_mass))
        xacc = temp - self.pml * thetaacc * c / self.total_mass
        self.state = np.array(
            [
                x + self.tau * x_dot,
                x_dot + self.tau * xacc,
                theta + self.tau * theta_dot,
                theta_dot + self.tau * thetaacc,
            ]
        )
        done = abs(self.state[0]) > 2.4 or abs(self.state[2]) > 0.21
        return self.state, done


def episode_cost(gains):
    env = CartPole()
    cost = 0.0
    state = env.state
    for t in range(12):
        u = 10.0 * np.tanh(gains @ state)
        state, done = env.step(u)
        cost += state[2] ** 2 + 0.01 * state[0] ** 2 + 1e-4 * u**2
        if done:
            return cost + 100.0
    return cost


PROGRAM = episode_cost
WRT = ("gains",)


def args():
    return (np.array([0.5, 1.0, 20.0, 3.0]),)
