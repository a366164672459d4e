import numpy as np


def jvp_lstm(xs, ys, h, c, W, U, b, h_dot, c_dot, W_dot, U_dot, b_dot):
    """Value of lstm, and its derivative along h_dot, c_dot, W_dot, U_dot, b_dot."""
    n = h.shape[0]
    loss = 0.0
    loss_dot = 0.0
    for t in range(len(xs)):
        z = W @ xs[t] + U @ h + b
        z_dot = W_dot @ xs[t] + U_dot @ h + U @ h_dot + b_dot
        sigmoid_x = z[:n]
        sigmoid_x_dot = z_dot[:n]
        exp_neg_sigmoid_x = np.exp(-sigmoid_x)
        i = 1 / (1 + exp_neg_sigmoid_x)
        i_dot = i * exp_neg_sigmoid_x * sigmoid_x_dot / (1 + exp_neg_sigmoid_x)
        sigmoid_x2 = z[n:2 * n]
        sigmoid_x2_dot = z_dot[n:2 * n]
        exp_neg_sigmoid_x2 = np.exp(-sigmoid_x2)
        f = 1 / (1 + exp_neg_sigmoid_x2)
        prod_dot = f * exp_neg_sigmoid_x2 * sigmoid_x2_dot
        f_dot = prod_dot / (1 + exp_neg_sigmoid_x2)
        sigmoid_x3 = z[2 * n:3 * n]
        sigmoid_x3_dot = z_dot[2 * n:3 * n]
        exp_neg_sigmoid_x3 = np.exp(-sigmoid_x3)
        o = 1 / (1 + exp_neg_sigmoid_x3)
        prod_dot2 = o * exp_neg_sigmoid_x3 * sigmoid_x3_dot
        o_dot = prod_dot2 / (1 + exp_neg_sigmoid_x3)
        g = np.tanh(z[3 * n:])
        g_dot = (1 - g ** 2) * z_dot[3 * n:]
        c_dot = f_dot * c + f * c_dot + i_dot * g + i * g_dot
        c = f * c + i * g
        tanh_c = np.tanh(c)
        h = o * tanh_c
        h_dot = o_dot * tanh_c + o * (1 - tanh_c ** 2) * c_dot
        diff = h - ys[t]
        loss += 0.5 * (diff ** 2).sum()
        loss_dot += (diff * h_dot).sum()
    return loss, loss_dot
