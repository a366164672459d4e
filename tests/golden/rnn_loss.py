"""Recurrent network over time."""

import numpy as np


def rnn_loss(xs, ys, h, Wx, Wh, b, Wy):
    loss = 0.0
    for t in range(len(xs)):
        h = np.tanh(xs[t] @ Wx + h @ Wh + b)
        err = h @ Wy - ys[t]
        loss += 0.5 * (err ** 2).sum()
    return loss


WRT = ("h", "Wx", "Wh", "b", "Wy")


def args():
    rng = np.random.default_rng(1)
    return (
        rng.normal(size=(4, 2, 4)), rng.normal(size=(4, 2, 3)), rng.normal(size=(2, 5)), rng.normal(size=(4, 5)),
        0.5 * rng.normal(size=(5, 5)), rng.normal(size=5), rng.normal(size=(5, 3)),
    )  # fmt: skip


# What s2sgrad generates:


def grad_rnn_loss(xs, ys, h, Wx, Wh, b, Wy):
    """Gradient of rnn_loss with respect to h, Wx, Wh, b, Wy."""
    h_stack = []
    err_stack = []
    for t in range(len(xs)):
        h_stack.append(h)
        h = np.tanh(xs[t] @ Wx + h @ Wh + b)
        err = h @ Wy - ys[t]
        err_stack.append(err)

    dh = np.zeros_like(h)
    dWx = np.zeros_like(Wx)
    dWh = np.zeros_like(Wh)
    db = np.zeros_like(b)
    dWy = np.zeros_like(Wy)
    for t in reversed(range(len(xs))):
        # loss += 0.5 * (err ** 2).sum()
        err = err_stack.pop()
        derr = err

        # err = h @ Wy - ys[t]
        dh += derr @ Wy.T
        dWy += h.T @ derr

        # h = np.tanh(xs[t] @ Wx + h @ Wh + b)
        dtanh_arg = dh * (1 - h ** 2)
        h = h_stack.pop()
        dWx += xs[t].T @ dtanh_arg
        dWh += h.T @ dtanh_arg
        db += dtanh_arg.sum(axis=0)
        dh = dtanh_arg @ Wh.T
    return dh, dWx, dWh, db, dWy
