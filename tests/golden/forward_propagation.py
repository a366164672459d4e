"""Algorithm 6.3 of the Deep Learning book; the gradient is to read as Algorithm 6.4."""

import numpy as np


def forward_propagation(W, b, x, y, lam):
    h = x
    Omega = 0.0
    for k in range(len(W)):
        a = b[k] + W[k] @ h
        h = np.tanh(a)
        Omega += 0.5 * (W[k] ** 2).sum() + 0.5 * (b[k] ** 2).sum()
    L = 0.5 * ((h - y) ** 2).sum()
    J = L + lam * Omega
    return J


WRT = ("W", "b")


def args():
    rng = np.random.default_rng(5)
    sizes = [3, 5, 4, 2]
    W = [rng.normal(size=(n, m)) for m, n in zip(sizes, sizes[1:])]  # noqa: RUF007
    b = [rng.normal(size=n) for n in sizes[1:]]
    return W, b, rng.normal(size=3), rng.normal(size=2), 0.1


# What s2sgrad generates:


def grad_forward_propagation(W, b, x, y, lam):
    """Gradient of forward_propagation with respect to W, b."""
    h = x
    h_stack = []
    for k in range(len(W)):
        a = b[k] + W[k] @ h
        h_stack.append(h)
        h = np.tanh(a)

    # J = L + lam * Omega
    dOmega = lam

    # L = 0.5 * ((h - y) ** 2).sum()
    dh = h - y
    dW = [np.zeros_like(item) for item in W]
    db = [np.zeros_like(item) for item in b]
    for k in reversed(range(len(W))):
        # Omega += 0.5 * (W[k] ** 2).sum() + 0.5 * (b[k] ** 2).sum()
        dW[k] += dOmega * W[k]
        db[k] += dOmega * b[k]

        # h = np.tanh(a)
        da = dh * (1 - h ** 2)
        h = h_stack.pop()

        # a = b[k] + W[k] @ h
        db[k] += da
        dW[k] += np.outer(da, h)
        dh = W[k].T @ da
    return dW, db
