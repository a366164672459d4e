"""A residual block."""

import numpy as np


def residual_block(x, W1, b1, W2, b2, target):
    h = np.maximum(0, x @ W1 + b1)
    out = x + h @ W2 + b2
    return 0.5 * ((out - target) ** 2).mean()


WRT = ("x", "W1", "b1", "W2", "b2")


def args():
    rng = np.random.default_rng(6)
    return (
        rng.normal(size=(3, 4)), rng.normal(size=(4, 6)), rng.normal(size=6), rng.normal(size=(6, 4)),
        rng.normal(size=4), rng.normal(size=(3, 4)),
    )  # fmt: skip


# What s2sgrad generates:


def grad_residual_block(x, W1, b1, W2, b2, target):
    """Gradient of residual_block with respect to x, W1, b1, W2, b2."""
    prod = x @ W1
    h = np.maximum(0, prod + b1)
    out = x + h @ W2 + b2

    # return 0.5 * ((out - target) ** 2).mean()
    dout = (out - target) / out.size

    # out = x + h @ W2 + b2
    dx = dout
    dh = dout @ W2.T
    dW2 = h.T @ dout
    db2 = dout.sum(axis=0)

    # h = np.maximum(0, x @ W1 + b1)
    maximum_arg = prod + b1
    where = np.where(maximum_arg == 0, dh / 2, 0)
    dmaximum_arg = np.where(maximum_arg > 0, dh, where)
    dx += dmaximum_arg @ W1.T
    dW1 = x.T @ dmaximum_arg
    db1 = dmaximum_arg.sum(axis=0)
    return dx, dW1, db1, dW2, db2
