"""The functions that are differentiated here, as a NumPy user writes them."""

from __future__ import annotations

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
