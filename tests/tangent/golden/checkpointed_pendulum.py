import numpy as np


def jvp_checkpointed_pendulum(theta, omega, g, dt, steps, theta_dot,
    omega_dot, g_dot):
    """Value of checkpointed_pendulum, and its derivative along theta_dot, omega_dot, g_dot."""
    for _ in range(steps):
        sin_theta = np.sin(theta)
        omega = omega - dt * g * sin_theta
        diff_dot = omega_dot - dt * g_dot * sin_theta
        omega_dot = diff_dot - dt * g * np.cos(theta) * theta_dot
        theta = theta + dt * omega
        theta_dot = theta_dot + dt * omega_dot
    out_dot = (2 * theta * theta_dot + 2 * omega * omega_dot).sum()
    return (theta ** 2 + omega ** 2).sum(), out_dot
