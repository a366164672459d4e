"""Residual blocks of which nothing is saved: each runs again in the backward pass."""

import numpy as np

from s2sgrad import checkpoint


def block(h, W, V):
    a = np.tanh(W @ h)
    s = np.sin(V @ a)
    return h + s * a


def checkpointed_blocks(x, W, V, y):
    h = x
    for _ in range(4):
        h = checkpoint(block)(h, W, V)
    return 0.5 * ((h - y) ** 2).sum()


WRT = ("x", "W", "V")


def args():
    rng = np.random.default_rng(20)
    return rng.normal(size=3), rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), rng.normal(size=3)


# What s2sgrad generates:


def forward_block(h, W, V):
    """Value of block, and what its pullback reads."""
    a = np.tanh(W @ h)
    sin_arg = V @ a
    s = np.sin(sin_arg)
    return h + s * a, (h, W, V, a, sin_arg, s)


def backward_block(saved, dout):
    """Pull dout back through block to h, W, V."""
    h, W, V, a, sin_arg, s = saved

    # return h + s * a
    dh = dout
    ds = dout * a
    da = dout * s

    # s = np.sin(V @ a)
    dsin_arg = ds * np.cos(sin_arg)
    dV = np.outer(dsin_arg, a)
    da += V.T @ dsin_arg

    # a = np.tanh(W @ h)
    dtanh_arg = da * (1 - a ** 2)
    dW = np.outer(dtanh_arg, h)
    dh = dh + W.T @ dtanh_arg
    return dh, dW, dV


def grad_checkpointed_blocks(x, W, V, y):
    """Gradient of checkpointed_blocks with respect to x, W, V."""
    h = x
    h_stack = []
    for _ in range(4):
        h_stack.append(h)
        h = forward_block(h, W, V)[0]

    # return 0.5 * ((h - y) ** 2).sum()
    dh = h - y
    dW = np.zeros_like(W)
    dV = np.zeros_like(V)
    for _ in range(4):
        # h = checkpoint(block)(h, W, V)
        h = h_stack.pop()
        saved_block = forward_block(h, W, V)[1]
        dh, dW2, dV2 = backward_block(saved_block, dh)
        dW += dW2
        dV += dV2

    # h = x
    dx = dh
    return dx, dW, dV
