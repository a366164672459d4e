import numpy as np


def jvp_rnn_loss(xs, ys, h, Wx, Wh, b, Wy, h_dot, Wx_dot, Wh_dot, b_dot,
    Wy_dot):
    """Value of rnn_loss, and its derivative along h_dot, Wx_dot, Wh_dot, b_dot, Wy_dot."""
    loss = 0.0
    loss_dot = 0.0
    for t in range(len(xs)):
        tanh_arg_dot = xs[t] @ Wx_dot + h_dot @ Wh + h @ Wh_dot + b_dot
        h = np.tanh(xs[t] @ Wx + h @ Wh + b)
        h_dot = (1 - h ** 2) * tanh_arg_dot
        err = h @ Wy - ys[t]
        err_dot = h_dot @ Wy + h @ Wy_dot
        loss += 0.5 * (err ** 2).sum()
        loss_dot += (err * err_dot).sum()
    return loss, loss_dot
