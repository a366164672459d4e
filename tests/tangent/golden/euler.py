import numpy as np


def jvp_euler(theta, omega, damping, dt, steps, theta_dot, omega_dot,
    damping_dot, dt_dot):
    """Value of euler, and its derivative along theta_dot, omega_dot, damping_dot, dt_dot."""
    for _ in range(steps):
        accel = -np.sin(theta) - damping * omega
        diff_dot = -np.cos(theta) * theta_dot - damping_dot * omega
        accel_dot = diff_dot - damping * omega_dot
        theta = theta + dt * omega
        theta_dot = theta_dot + dt_dot * omega + dt * omega_dot
        omega = omega + dt * accel
        omega_dot = omega_dot + dt_dot * accel + dt * accel_dot
    out_dot = 2 * theta * theta_dot + 2 * omega * omega_dot
    return theta ** 2 + omega ** 2, out_dot
