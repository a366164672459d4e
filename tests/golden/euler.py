"""An Euler integrator for a damped pendulum."""

import numpy as np


def euler(theta, omega, damping, dt, steps):
    for _ in range(steps):
        accel = -np.sin(theta) - damping * omega
        theta = theta + dt * omega
        omega = omega + dt * accel
    return theta ** 2 + omega ** 2


WRT = ("theta", "omega", "damping", "dt")


def args():
    return 0.8, 0.1, 0.2, 0.05, 6
