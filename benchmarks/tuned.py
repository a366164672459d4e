"""The gradients of ``primals`` with every trick: other algorithms, reused buffers, facts not in the text."""

from __future__ import annotations

import numpy as np


def mlp(X, Y, W1, b1, W2, b2, decay):
    """Gradient with respect to W1, b1, W2, b2, if every row of Y sums to one."""
    hidden = X @ W1
    hidden += b1
    np.tanh(hidden, out=hidden)
    dlogits = hidden @ W2
    dlogits += b2
    dlogits -= dlogits.max(axis=1, keepdims=True)
    np.exp(dlogits, out=dlogits)
    dlogits /= dlogits.sum(axis=1, keepdims=True)
    dlogits -= Y
    dlogits /= len(X)

    dW2 = hidden.T @ dlogits
    dW2 += decay * W2
    dactivation = dlogits @ W2.T
    hidden *= hidden
    np.subtract(1, hidden, out=hidden)
    dactivation *= hidden
    dW1 = X.T @ dactivation
    dW1 += decay * W1
    return dW1, dactivation.sum(axis=0), dW2, dlogits.sum(axis=0)


def rnn(xs, ys, h, Wx, Wh, b, Wy):
    """Gradient with respect to h, Wx, Wh, b, Wy; products that do not depend on the state are done at once."""
    steps, rows, _ = xs.shape
    states = np.empty((steps + 1, rows, len(Wh)))
    states[0] = h
    inputs = xs @ Wx + b
    for t in range(steps):
        np.tanh(inputs[t] + states[t] @ Wh, out=states[t + 1])
    errors = states[1:] @ Wy
    errors -= ys

    slopes = 1 - states[1:] ** 2
    das = errors @ Wy.T
    dh = np.zeros_like(h)
    for t in reversed(range(steps)):
        das[t] += dh
        das[t] *= slopes[t]
        dh = das[t] @ Wh.T
    flat = das.reshape(steps * rows, -1)
    dWx = xs.reshape(len(flat), -1).T @ flat
    dWh = states[:-1].reshape(len(flat), -1).T @ flat
    dWy = states[1:].reshape(len(flat), -1).T @ errors.reshape(len(flat), -1)
    return dh, dWx, dWh, flat.sum(axis=0), dWy


def reservoir(inflow, rate, cap):
    """Gradient with respect to inflow, rate, cap, on Python's floats."""
    level = 0.0
    levels = []
    for x in inflow.tolist():
        levels.append(level)
        excess = level - cap
        level += x if excess < 0 else x - rate * excess * excess

    dinflow = []
    dlevel = drate = dcap = 0.0
    for before in reversed(levels):
        dlevel += 2 * level
        dinflow.append(dlevel)
        level = before
        excess = level - cap
        if excess >= 0:
            drate -= dlevel * excess * excess
            slope = 2 * dlevel * rate * excess
            dcap += slope
            dlevel -= slope
    return np.array(dinflow[::-1]), drate, dcap


def heat(u0, alpha, steps):
    """Gradient with respect to u0, alpha, in buffers made once."""
    u = u0.copy()
    curvatures = np.empty((steps, len(u) - 2))
    scaled = np.empty(len(u) - 2)
    for curvature in curvatures:
        np.add(u[2:], u[:-2], out=curvature)
        np.multiply(u[1:-1], 2, out=scaled)
        curvature -= scaled
        np.multiply(curvature, alpha, out=scaled)
        u[1:-1] += scaled

    du = 2 * u
    dalpha = 0.0
    for curvature in curvatures[::-1]:
        dalpha += du[1:-1] @ curvature
        np.multiply(du[1:-1], alpha, out=scaled)
        du[2:] += scaled
        du[:-2] += scaled
        scaled *= 2
        du[1:-1] -= scaled
    return du, dalpha


def logsumexp(x):
    """Gradient with respect to x; the shift by the maximum cancels."""
    exp = x - x.max(axis=1, keepdims=True)
    np.exp(exp, out=exp)
    exp /= exp.sum(axis=1, keepdims=True)
    return exp
