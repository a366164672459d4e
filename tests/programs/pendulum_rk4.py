"""A damped pendulum stepped by the classical Runge-Kutta method, its state in a dataclass."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class State:
    angle: float
    speed: float


def slope(state, damping, length):
    return State(state.speed, -9.81 / length * np.sin(state.angle) - damping * state.speed)


def moved(state, change, dt):
    return State(state.angle + dt * change.angle, state.speed + dt * change.speed)


def step(state, dt, damping, length):
    k1 = slope(state, damping, length)
    k2 = slope(moved(state, k1, dt / 2), damping, length)
    k3 = slope(moved(state, k2, dt / 2), damping, length)
    k4 = slope(moved(state, k3, dt), damping, length)
    return State(
        angle=state.angle + dt / 6 * (k1.angle + 2 * k2.angle + 2 * k3.angle + k4.angle),
        speed=state.speed + dt / 6 * (k1.speed + 2 * k2.speed + 2 * k3.speed + k4.speed),
    )


def misfit(damping, length, observed, dt=0.05):
    state = State(angle=1.0, speed=0.0)
    total = 0.0
    for angle in observed:
        state = step(state, dt, damping, length)
        total += (state.angle - angle) ** 2
    return total / len(observed)


PROGRAM = misfit
WRT = ("damping", "length")


def args():
    times = 0.05 * np.arange(1, 9)
    return 0.3, 1.2, np.cos(2.9 * times)
