"""An LSTM cell over time."""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm(xs, ys, h, c, W, U, b):
    n = h.shape[0]
    loss = 0.0
    for t in range(len(xs)):
        z = W @ xs[t] + U @ h + b
        i = sigmoid(z[:n])
        f = sigmoid(z[n:2 * n])
        o = sigmoid(z[2 * n:3 * n])
        g = np.tanh(z[3 * n:])
        c = f * c + i * g
        h = o * np.tanh(c)
        loss += 0.5 * ((h - ys[t]) ** 2).sum()
    return loss


WRT = ("h", "c", "W", "U", "b")


def args():
    rng = np.random.default_rng(8)
    return (
        rng.normal(size=(4, 3)), rng.normal(size=(4, 2)), rng.normal(size=2), rng.normal(size=2),
        rng.normal(size=(8, 3)), rng.normal(size=(8, 2)), rng.normal(size=8),
    )  # fmt: skip


# What s2sgrad generates:


def grad_lstm(xs, ys, h, c, W, U, b):
    """Gradient of lstm with respect to h, c, W, U, b."""
    assert h.shape == (2,) and c.shape == (2,) and W.shape == (8, 3)
    assert U.shape == (8, 2) and b.shape == (8,)
    n = h.shape[0]
    z_stack = []
    exp_neg_sigmoid_x_stack = []
    i_stack = []
    exp_neg_sigmoid_x2_stack = []
    f_stack = []
    exp_neg_sigmoid_x3_stack = []
    o_stack = []
    g_stack = []
    c_stack = []
    h_stack = []
    tanh_c_stack = []
    for t in range(len(xs)):
        z = W @ xs[t] + U @ h + b
        z_stack.append(z)
        sigmoid_x = z[:n]
        exp_neg_sigmoid_x = np.exp(-sigmoid_x)
        i = 1 / (1 + exp_neg_sigmoid_x)
        exp_neg_sigmoid_x_stack.append(exp_neg_sigmoid_x)
        i_stack.append(i)
        sigmoid_x2 = z[n:2 * n]
        exp_neg_sigmoid_x2 = np.exp(-sigmoid_x2)
        f = 1 / (1 + exp_neg_sigmoid_x2)
        exp_neg_sigmoid_x2_stack.append(exp_neg_sigmoid_x2)
        f_stack.append(f)
        sigmoid_x3 = z[2 * n:3 * n]
        exp_neg_sigmoid_x3 = np.exp(-sigmoid_x3)
        o = 1 / (1 + exp_neg_sigmoid_x3)
        exp_neg_sigmoid_x3_stack.append(exp_neg_sigmoid_x3)
        o_stack.append(o)
        g = np.tanh(z[3 * n:])
        g_stack.append(g)
        c_stack.append(c)
        c = f * c + i * g
        tanh_c = np.tanh(c)
        h_stack.append(h)
        h = o * tanh_c
        tanh_c_stack.append(tanh_c)

    dh = np.zeros_like(h)
    dc = np.zeros_like(c)
    dW = np.zeros_like(W)
    dU = np.zeros_like(U)
    db = np.zeros_like(b)
    for t in reversed(range(len(xs))):
        # loss += 0.5 * ((h - ys[t]) ** 2).sum()
        dh += h - ys[t]

        # h = o * np.tanh(c)
        o = o_stack.pop()
        tanh_c = tanh_c_stack.pop()
        h = h_stack.pop()
        do = dh * tanh_c
        dc += dh * o * (1 - tanh_c ** 2)

        # c = f * c + i * g
        f = f_stack.pop()
        g = g_stack.pop()
        i = i_stack.pop()
        c = c_stack.pop()
        df = dc * c
        di = dc * g
        dg = dc * i
        dc = dc * f

        # g = np.tanh(z[3 * n:])
        z = z_stack.pop()
        dz = np.zeros_like(z)
        dz[3 * n:] += dg * (1 - g ** 2)

        # o = sigmoid(z[2 * n:3 * n])
        exp_neg_sigmoid_x3 = exp_neg_sigmoid_x3_stack.pop()
        dsigmoid_x3 = do * o * exp_neg_sigmoid_x3 / (1 + exp_neg_sigmoid_x3)
        dz[2 * n:3 * n] += dsigmoid_x3

        # f = sigmoid(z[n:2 * n])
        exp_neg_sigmoid_x2 = exp_neg_sigmoid_x2_stack.pop()
        dsigmoid_x2 = df * f * exp_neg_sigmoid_x2 / (1 + exp_neg_sigmoid_x2)
        dz[n:2 * n] += dsigmoid_x2

        # i = sigmoid(z[:n])
        exp_neg_sigmoid_x = exp_neg_sigmoid_x_stack.pop()
        dsigmoid_x = di * i * exp_neg_sigmoid_x / (1 + exp_neg_sigmoid_x)
        dz[:n] += dsigmoid_x

        # z = W @ xs[t] + U @ h + b
        dW += np.outer(dz, xs[t])
        dU += np.outer(dz, h)
        dh = U.T @ dz
        db += dz
    return dh, dc, dW, dU, db
