import numpy as np


def jvp_residual_block(x, W1, b1, W2, b2, target, x_dot, W1_dot, b1_dot,
    W2_dot, b2_dot):
    """Value of residual_block, and its derivative along x_dot, W1_dot, b1_dot, W2_dot, b2_dot."""
    maximum_arg = x @ W1 + b1
    h = np.maximum(0, maximum_arg)
    maximum_arg_dot = x_dot @ W1 + x @ W1_dot + b1_dot
    where_dot = np.where(maximum_arg == 0, maximum_arg_dot / 2, 0)
    h_dot = np.where(maximum_arg > 0, maximum_arg_dot, where_dot)
    out = x + h @ W2 + b2
    out_dot = x_dot + h_dot @ W2 + h @ W2_dot + b2_dot
    out_dot2 = ((out - target) * out_dot).mean()
    return 0.5 * ((out - target) ** 2).mean(), out_dot2
