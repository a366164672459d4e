"""A damped pendulum by Euler's method, one scalar at a time; the loss is the distance from a target angle."""

import math


def pendulum(theta, omega, length, damping, dt, n):
    g = 9.81
    for _ in range(n):
        alpha = -g / length * math.sin(theta) - damping * omega
        theta = theta + dt * omega
        omega = omega + dt * alpha
    return (theta - 0.3) ** 2 + 0.1 * omega**2


PROGRAM = pendulum
WRT = ("theta", "omega", "length", "damping", "dt")


def args():
    return 0.8, 0.1, 1.5, 0.2, 0.05, 6
