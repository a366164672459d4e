"""The functions that are differentiated here, as a NumPy user writes them."""

from __future__ import annotations

import math

import numpy as np


def mlp(X, Y, W1, b1, W2, b2, decay):
    """Two layers, softmax cross-entropy, weight decay."""
    hidden = np.tanh(X @ W1 + b1)
    logits = hidden @ W2 + b2
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -(Y * log_probs).sum() / len(X)
    return loss + 0.5 * decay * ((W1**2).sum() + (W2**2).sum())


def rnn(xs, ys, h, Wx, Wh, b, Wy):
    """A recurrent network with a squared error at every time step."""
    loss = 0.0
    for t in range(len(xs)):
        h = np.tanh(xs[t] @ Wx + h @ Wh + b)
        error = h @ Wy - ys[t]
        loss += 0.5 * (error**2).sum()
    return loss


def reservoir(inflow, rate, cap):
    """The energy of a leaking reservoir: a scalar recurrence with a branch."""
    level = 0.0
    energy = 0.0
    for i in range(len(inflow)):
        if level < cap:
            level = level + inflow[i]
        else:
            level = level + inflow[i] - rate * (level - cap) ** 2
        energy += level**2
    return energy


def heat(u0, alpha, steps):
    """Explicit steps of the heat equation, in place."""
    u = u0.copy()
    for _ in range(steps):
        u[1:-1] = u[1:-1] + alpha * (u[2:] - 2 * u[1:-1] + u[:-2])
    return (u**2).sum()


def logsumexp(x):
    """The sum over the rows of log(sum(exp(row))), shifted against overflow."""
    largest = x.max(axis=1, keepdims=True)
    return (largest + np.log(np.exp(x - largest).sum(axis=1, keepdims=True))).sum()


def euler(theta, omega, damping, dt, steps):
    """A damped pendulum by Euler's method: a scalar recurrence."""
    for _ in range(steps):
        accel = -math.sin(theta) - damping * omega
        theta = theta + dt * omega
        omega = omega + dt * accel
    return theta**2 + omega**2


def rk4(x, v, stiffness, damping, dt, steps):
    """A damped oscillator by the classical Runge-Kutta method."""
    for _ in range(steps):
        v1 = v
        a1 = -stiffness * x - damping * v1
        v2 = v + 0.5 * dt * a1
        a2 = -stiffness * (x + 0.5 * dt * v1) - damping * v2
        v3 = v + 0.5 * dt * a2
        a3 = -stiffness * (x + 0.5 * dt * v2) - damping * v3
        v4 = v + dt * a3
        a4 = -stiffness * (x + dt * v3) - damping * v4
        x = x + dt / 6 * (v1 + 2 * v2 + 2 * v3 + v4)
        v = v + dt / 6 * (a1 + 2 * a2 + 2 * a3 + a4)
    return x**2 + v**2


def n_body(position, velocity, mass, dt, steps):
    """Bodies that attract each other, all pairs at once."""
    for _ in range(steps):
        gap = position[None, :, :] - position[:, None, :]
        squared = (gap**2).sum(axis=2) + 0.01
        pull = mass / squared**1.5
        accel = (pull[:, :, None] * gap).sum(axis=1)
        velocity = velocity + dt * accel
        position = position + dt * velocity
    return (position**2).sum()


def n_body_pairs(position, velocity, mass, dt, steps):
    """The same, pair by pair, in place."""
    position = position.copy()
    velocity = velocity.copy()
    for _ in range(steps):
        for i in range(len(mass)):
            for j in range(len(mass)):
                if i != j:
                    gap = position[j] - position[i]
                    squared = (gap**2).sum() + 0.01
                    velocity[i] += dt * mass[j] * gap / squared**1.5
        position += dt * velocity
    return (position**2).sum()


def gaussian(x, mu, Sigma):
    """A Gaussian log-likelihood through a Cholesky factor."""
    L = np.linalg.cholesky(Sigma)
    z = np.linalg.solve(L, x - mu)
    log_det = 2 * np.log(np.diag(L)).sum()
    return -0.5 * (z @ z + log_det + len(x) * np.log(2 * np.pi))
