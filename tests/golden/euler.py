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


# What s2sgrad generates:


def grad_euler(theta, omega, damping, dt, steps):
    """Gradient of euler with respect to theta, omega, damping, dt."""
    accel_stack = []
    theta_stack = []
    omega_stack = []
    for _ in range(steps):
        accel = -np.sin(theta) - damping * omega
        accel_stack.append(accel)
        theta_stack.append(theta)
        theta = theta + dt * omega
        omega_stack.append(omega)
        omega = omega + dt * accel

    # return theta ** 2 + omega ** 2
    dtheta = 2 * theta
    domega = 2 * omega
    ddamping = 0.0
    ddt = 0.0
    for _ in range(steps):
        # omega = omega + dt * accel
        accel = accel_stack.pop()
        omega = omega_stack.pop()
        ddt += domega * accel
        daccel = domega * dt

        # theta = theta + dt * omega
        theta = theta_stack.pop()
        ddt += dtheta * omega
        domega += dtheta * dt

        # accel = -np.sin(theta) - damping * omega
        dtheta -= daccel * np.cos(theta)
        ddamping -= daccel * omega
        domega -= daccel * damping
    return dtheta, domega, ddamping, ddt
