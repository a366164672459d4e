import numpy as np


def jvp_heat(u0, alpha, steps, u0_dot, alpha_dot):
    """Value of heat, and its derivative along u0_dot, alpha_dot."""
    u = u0.copy()
    u_dot = u0_dot.copy()
    for _ in range(steps):
        prod_dot = alpha * (u_dot[2:] - 2 * u_dot[1:-1] + u_dot[:-2])
        prod_dot2 = alpha_dot * (u[2:] - 2 * u[1:-1] + u[:-2])
        u_dot[1:-1] = u_dot[1:-1] + prod_dot2 + prod_dot
        u[1:-1] = u[1:-1] + alpha * (u[2:] - 2 * u[1:-1] + u[:-2])
    out_dot = 2 * (u * u_dot).sum()
    return (u ** 2).sum(), out_dot
