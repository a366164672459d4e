"""A pendulum over many steps: ten snapshots of its state, and the steps between them run again."""

import numpy as np

from s2sgrad import checkpointed


def checkpointed_pendulum(theta, omega, g, dt, steps):
    for _ in checkpointed(range(steps), snapshots=10):
        omega = omega - dt * g * np.sin(theta)
        theta = theta + dt * omega
    return (theta ** 2 + omega ** 2).sum()


WRT = ("theta", "omega", "g")


def args():
    rng = np.random.default_rng(21)
    return rng.normal(size=3), rng.normal(size=3), 9.8, 0.05, 37


# What s2sgrad generates:


def next_snapshot(start, stop, free):
    """Before which of the steps start to stop - 1 the state is kept next.

    The one before start is kept already, and free more may be. As few steps as
    can be are run again (Griewank and Walther, 2000) to reverse all of them.
    """
    if free < 1 or stop - start < 2:
        return stop - 1
    repeats, reach = 0, 1
    while reach < stop - start:
        repeats, shorter = repeats + 1, reach
        reach = reach * (free + 1 + repeats) // repeats
    behind = shorter * (free + 1) // (free + repeats)
    return start + min(shorter, stop - start - behind)


def forward_step(omega, dt, g, theta):
    """Value of step, and what its pullback reads."""
    sin_theta = np.sin(theta)
    omega = omega - dt * g * sin_theta
    old_theta = theta
    theta = theta + dt * omega
    return (omega, theta), (dt, g, sin_theta, old_theta)


def backward_step(saved, dout):
    """Pull dout back through step to omega, g, theta."""
    dt, g, sin_theta, old_theta = saved
    domega, dtheta = dout

    # theta = theta + dt * omega
    theta = old_theta
    domega = domega + dtheta * dt

    # omega = omega - dt * g * np.sin(theta)
    dg = -(domega * sin_theta).sum() * dt
    dtheta = dtheta - domega * (dt * g) * np.cos(theta)
    return domega, dg, dtheta


def grad_checkpointed_pendulum(theta, omega, g, dt, steps):
    """Gradient of checkpointed_pendulum with respect to theta, omega, g."""
    starts = []
    omega_kept = []
    theta_kept = []
    mark = 0
    for i in range(steps):
        if i == mark:
            starts.append(i)
            omega_kept.append(omega)
            theta_kept.append(theta)
            mark = next_snapshot(i, steps, 10 - len(starts))
        omega = omega - dt * g * np.sin(theta)
        theta = theta + dt * omega

    # return (theta ** 2 + omega ** 2).sum()
    dtheta = 2 * theta
    domega = 2 * omega
    dg = 0.0
    for i in reversed(range(steps)):
        if starts[-1] == i:
            starts.pop()
            omega = omega_kept.pop()
            theta = theta_kept.pop()
        else:
            omega = omega_kept[-1]
            theta = theta_kept[-1]
            mark = next_snapshot(starts[-1], i + 1, 10 - len(starts))
            for j in range(starts[-1], i):
                if j == mark:
                    starts.append(j)
                    omega_kept.append(omega)
                    theta_kept.append(theta)
                    mark = next_snapshot(j, i + 1, 10 - len(starts))
                omega = omega - dt * g * np.sin(theta)
                theta = theta + dt * omega

        # for _ in checkpointed(range(steps), snapshots=10):
        saved_step = forward_step(omega, dt, g, theta)[1]
        domega, dg2, dtheta = backward_step(saved_step, (domega, dtheta))
        dg += dg2
    return dtheta, domega, dg
