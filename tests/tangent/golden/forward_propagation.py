import numpy as np


def jvp_forward_propagation(W, b, x, y, lam, W_dot, b_dot):
    """Value of forward_propagation, and its derivative along W_dot, b_dot."""
    h = x
    h_dot = np.zeros_like(h)
    Omega = 0.0
    Omega_dot = 0.0
    for k in range(len(W)):
        a = b[k] + W[k] @ h
        a_dot = b_dot[k] + W_dot[k] @ h + W[k] @ h_dot
        h = np.tanh(a)
        h_dot = (1 - h ** 2) * a_dot
        Omega += 0.5 * (W[k] ** 2).sum() + 0.5 * (b[k] ** 2).sum()
        Omega_dot += (W[k] * W_dot[k]).sum() + (b[k] * b_dot[k]).sum()
    diff = h - y
    L = 0.5 * (diff ** 2).sum()
    L_dot = (diff * h_dot).sum()
    J = L + lam * Omega
    J_dot = L_dot + lam * Omega_dot
    return J, J_dot
