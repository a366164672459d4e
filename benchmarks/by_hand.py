"""The gradients of ``primals``, written by hand: readable NumPy that is exactly the derivative of the text.

What is kept and what is computed again follows the text, buffers are not reused, and no identity is used that only
the author knows (that the rows of Y sum to one, that a shift by the maximum cancels); ``tuned`` does all of that.
"""

from __future__ import annotations

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
