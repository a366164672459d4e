import numpy as np


def jvp_heat_in_place(u0, kappa, source, target, dt, steps, u0_dot,
    kappa_dot, source_dot):
    """Value of heat_in_place, and its derivative along u0_dot, kappa_dot, source_dot."""
    u = u0.copy()
    u_dot = u0_dot.copy()
    for _ in range(steps):
        around = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2]
        total_dot = u_dot[2:, 1:-1] + u_dot[:-2, 1:-1] + u_dot[1:-1, 2:]
        around_dot = total_dot + u_dot[1:-1, :-2]
        lap = around - 4 * u[1:-1, 1:-1]
        lap_dot = around_dot - 4 * u_dot[1:-1, 1:-1]
        u[1:-1, 1:-1] += dt * (kappa * lap + source)
        prod_dot = dt * (kappa_dot * lap + kappa * lap_dot + source_dot)
        u_dot[1:-1, 1:-1] += prod_dot
        u[0] = 0.0
        u_dot[0] = 0.0
    diff = u - target
    out_dot = (diff * u_dot).sum()
    return 0.5 * (diff ** 2).sum(), out_dot
