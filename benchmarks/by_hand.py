"""The gradients of ``primals``, written by hand: readable NumPy that is exactly the derivative of the text.

What is kept and what is computed again follows the text, buffers are not reused, and no identity is used that only
the author knows (that the rows of Y sum to one, that a shift by the maximum cancels); ``tuned`` does all of that.
"""

from __future__ import annotations

import math

import numpy as np


def mlp(X, Y, W1, b1, W2, b2, decay):
    """Gradient with respect to W1, b1, W2, b2."""
    hidden = np.tanh(X @ W1 + b1)
    logits = hidden @ W2 + b2
    largest = logits.max(axis=1, keepdims=True)
    exp = np.exp(logits - largest)
    norm = exp.sum(axis=1, keepdims=True)

    dlog_probs = -Y / len(X)
    dnorm = -dlog_probs.sum(axis=1, keepdims=True) / norm
    dshifted = dlog_probs + dnorm * exp
    at_largest = logits == largest
    share = dshifted.sum(axis=1, keepdims=True) / at_largest.sum(axis=1, keepdims=True)
    dlogits = dshifted - share * at_largest

    dW2 = decay * W2 + hidden.T @ dlogits
    db2 = dlogits.sum(axis=0)
    dactivation = dlogits @ W2.T * (1 - hidden**2)
    dW1 = decay * W1 + X.T @ dactivation
    db1 = dactivation.sum(axis=0)
    return dW1, db1, dW2, db2


def rnn(xs, ys, h, Wx, Wh, b, Wy):
    """Gradient with respect to h, Wx, Wh, b, Wy."""
    states, errors = [h], []
    for x, y in zip(xs, ys, strict=True):
        h = np.tanh(x @ Wx + h @ Wh + b)
        states.append(h)
        errors.append(h @ Wy - y)

    dh = np.zeros_like(h)
    dWx, dWh, db, dWy = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b), np.zeros_like(Wy)
    for t in reversed(range(len(xs))):
        h = states[t + 1]
        dWy += h.T @ errors[t]
        dh += errors[t] @ Wy.T
        da = dh * (1 - h**2)
        dWx += xs[t].T @ da
        dWh += states[t].T @ da
        db += da.sum(axis=0)
        dh = da @ Wh.T
    return dh, dWx, dWh, db, dWy


def reservoir(inflow, rate, cap):
    """Gradient with respect to inflow, rate, cap."""
    level = 0.0
    levels = []
    for i in range(len(inflow)):
        levels.append(level)
        if level < cap:
            level = level + inflow[i]
        else:
            level = level + inflow[i] - rate * (level - cap) ** 2

    dinflow = np.zeros_like(inflow)
    dlevel = drate = dcap = 0.0
    for i in reversed(range(len(inflow))):
        dlevel += 2 * level
        dinflow[i] += dlevel
        level = levels.pop()
        if not level < cap:
            excess = level - cap
            drate -= dlevel * excess**2
            slope = 2 * dlevel * rate * excess
            dcap += slope
            dlevel -= slope
    return dinflow, drate, dcap


def heat(u0, alpha, steps):
    """Gradient with respect to u0, alpha."""
    u = u0.copy()
    saved = []
    for _ in range(steps):
        saved.append(u[1:-1].copy())
        u[1:-1] = u[1:-1] + alpha * (u[2:] - 2 * u[1:-1] + u[:-2])

    du = 2 * u
    dalpha = 0.0
    for _ in range(steps):
        u[1:-1] = saved.pop()
        curvature = u[2:] - 2 * u[1:-1] + u[:-2]
        dcurvature = alpha * du[1:-1]
        dalpha += (du[1:-1] * curvature).sum()
        du[1:-1] -= 2 * dcurvature
        du[2:] += dcurvature
        du[:-2] += dcurvature
    return du, dalpha


def logsumexp(x):
    """Gradient with respect to x."""
    largest = x.max(axis=1, keepdims=True)
    exp = np.exp(x - largest)
    weights = exp / exp.sum(axis=1, keepdims=True)
    at_largest = x == largest
    share = (1 - weights.sum(axis=1, keepdims=True)) / at_largest.sum(axis=1, keepdims=True)
    return weights + share * at_largest


def euler(theta, omega, damping, dt, steps):
    """Gradient with respect to theta, omega, damping, dt."""
    saved = []
    for _ in range(steps):
        accel = -math.sin(theta) - damping * omega
        saved.append((theta, omega, accel))
        theta, omega = theta + dt * omega, omega + dt * accel

    dtheta, domega = 2 * theta, 2 * omega
    ddamping = ddt = 0.0
    for theta, omega, accel in reversed(saved):
        ddt += domega * accel + dtheta * omega
        daccel = domega * dt
        domega += dtheta * dt - daccel * damping
        dtheta -= daccel * math.cos(theta)
        ddamping -= daccel * omega
    return dtheta, domega, ddamping, ddt


def rk4(x, v, stiffness, damping, dt, steps):
    """Gradient with respect to x, v, stiffness, damping."""
    saved = []
    for _ in range(steps):
        a1 = -stiffness * x - damping * v
        v2 = v + 0.5 * dt * a1
        a2 = -stiffness * (x + 0.5 * dt * v) - damping * v2
        v3 = v + 0.5 * dt * a2
        a3 = -stiffness * (x + 0.5 * dt * v2) - damping * v3
        v4 = v + dt * a3
        a4 = -stiffness * (x + dt * v3) - damping * v4
        saved.append((x, v, v2, v3, v4))
        x = x + dt / 6 * (v + 2 * v2 + 2 * v3 + v4)
        v = v + dt / 6 * (a1 + 2 * a2 + 2 * a3 + a4)

    dx, dv = 2 * x, 2 * v
    dstiffness = ddamping = 0.0
    for x, v, v2, v3, v4 in reversed(saved):
        da1 = da4 = dv * dt / 6
        da2 = da3 = 2 * da4
        dv1 = dv4 = dx * dt / 6
        dv2 = dv3 = 2 * dv4

        dposition = -stiffness * da4
        dstiffness -= da4 * (x + dt * v3)
        ddamping -= da4 * v4
        dx += dposition
        dv3 += dt * dposition
        dv4 -= damping * da4
        dv += dv4
        da3 += dt * dv4

        dposition = -stiffness * da3
        dstiffness -= da3 * (x + 0.5 * dt * v2)
        ddamping -= da3 * v3
        dx += dposition
        dv2 += 0.5 * dt * dposition
        dv3 -= damping * da3
        dv += dv3
        da2 += 0.5 * dt * dv3

        dposition = -stiffness * da2
        dstiffness -= da2 * (x + 0.5 * dt * v)
        ddamping -= da2 * v2
        dx += dposition
        dv1 += 0.5 * dt * dposition
        dv2 -= damping * da2
        dv += dv2
        da1 += 0.5 * dt * dv2

        dstiffness -= da1 * x
        ddamping -= da1 * v
        dx -= stiffness * da1
        dv += dv1 - damping * da1
    return dx, dv, dstiffness, ddamping


def n_body(position, velocity, mass, dt, steps):
    """Gradient with respect to position, velocity, mass."""
    saved = []
    for _ in range(steps):
        gap = position[None, :, :] - position[:, None, :]
        squared = (gap**2).sum(axis=2) + 0.01
        power = squared**1.5
        pull = mass / power
        saved.append((gap, squared, power, pull))
        velocity = velocity + dt * (pull[:, :, None] * gap).sum(axis=1)
        position = position + dt * velocity

    dposition = 2 * position
    dvelocity = np.zeros_like(velocity)
    dmass = np.zeros_like(mass)
    for gap, squared, power, pull in reversed(saved):
        dvelocity += dt * dposition
        daccel = dt * dvelocity[:, None]
        dpull = (daccel * gap).sum(axis=2)
        dmass += (dpull / power).sum(axis=0)
        dsquared = -1.5 * dpull * pull * np.sqrt(squared) / power
        dgap = daccel * pull[:, :, None] + 2 * dsquared[:, :, None] * gap
        dposition += dgap.sum(axis=0) - dgap.sum(axis=1)
    return dposition, dvelocity, dmass


def n_body_pairs(position, velocity, mass, dt, steps):
    """Gradient with respect to position, velocity, mass."""
    position, velocity = position.copy(), velocity.copy()
    pairs = [(i, j) for i in range(len(mass)) for j in range(len(mass)) if i != j]
    saved = []
    for _ in range(steps):
        for i, j in pairs:
            gap = position[j] - position[i]
            squared = (gap**2).sum() + 0.01
            power = squared**1.5
            saved.append((gap, squared, power))
            velocity[i] += dt * mass[j] * gap / power
        position += dt * velocity

    dposition = 2 * position
    dvelocity = np.zeros_like(velocity)
    dmass = np.zeros_like(mass)
    for _ in range(steps):
        dvelocity += dt * dposition
        for i, j in reversed(pairs):
            gap, squared, power = saved.pop()
            dpull = dvelocity[i] / power
            along = dt * (dpull * gap).sum()
            dmass[j] += along
            dsquared = -1.5 * along * mass[j] * np.sqrt(squared) / power
            dgap = dt * mass[j] * dpull + 2 * dsquared * gap
            dposition[j] += dgap
            dposition[i] -= dgap
    return dposition, dvelocity, dmass
