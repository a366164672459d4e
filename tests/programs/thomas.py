"""The Thomas algorithm for tridiagonal systems."""

import numpy as np


def thomas(a, b, c, d):
    n = len(d)
    cp = np.zeros(n)
    dp = np.zeros(n)
    cp[0] = c[0] / b[0]
    dp[0] = d[0] / b[0]
    for i in range(1, n):
        denom = b[i] - a[i] * cp[i - 1]
        cp[i] = c[i] / denom
        dp[i] = (d[i] - a[i] * dp[i - 1]) / denom
    x = np.zeros(n)
    x[-1] = dp[-1]
    for i in range(n - 2, -1, -1):
        x[i] = dp[i] - cp[i] * x[i + 1]
    return x


def implicit_heat_step(u, kappa, dt, dx):
    n = len(u)
    r = kappa * dt / dx**2
    off = -r * np.ones(n)
    diag = (1 + 2 * r) * np.ones(n)
    u_new = thomas(off, diag, off, u)
    return np.sum(u_new**2) * dx


PROGRAM = implicit_heat_step
WRT = ("u", "kappa", "dt", "dx")


def args():
    return np.sin(np.linspace(0, 3, 6)), 0.7, 0.1, 0.3
