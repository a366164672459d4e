"""The Lagrangian double pendulum by Runge and Kutta's method with Fehlberg's step control."""

import numpy as np

A = np.zeros((6, 6))
A[1, 0] = 1 / 4
A[2, :2] = 3 / 32, 9 / 32
A[3, :3] = 1932 / 2197, -7200 / 2197, 7296 / 2197
A[4, :4] = 439 / 216, -8.0, 3680 / 513, -845 / 4104
A[5, :5] = -8 / 27, 2.0, -3544 / 2565, 1859 / 4104, -11 / 40
C = np.array([0.0, 1 / 4, 3 / 8, 12 / 13, 1.0, 1 / 2])
FOURTH = np.array([25 / 216, 0.0, 1408 / 2565, 2197 / 4104, -1 / 5, 0.0])
FIFTH = np.array([16 / 135, 0.0, 6656 / 12825, 28561 / 56430, -9 / 50, 2 / 55])


def accelerations(t, y, params):
    m1, m2, l1, l2, g = params
    th1, th2, w1, w2 = y
    delta = th1 - th2
    M = np.array([[(m1 + m2) * l1, m2 * l2 * np.cos(delta)], [l1 * np.cos(delta), l2]])
    f = np.array(
        [
            -m2 * l2 * w2**2 * np.sin(delta) - (m1 + m2) * g * np.sin(th1),
            l1 * w1**2 * np.sin(delta) - g * np.sin(th2),
        ]
    )
    a = np.linalg.solve(M, f)
    return np.array([w1, w2, a[0], a[1]])


def rkf45(f, t, y, t_end, h, tol, params):
    steps = 0
    while t < t_end and steps < 50:
        h = min(h, t_end - t)
        K = np.zeros((6, len(y)))
        for i in range(6):
            K[i] = f(t + C[i] * h, y + h * (A[i, :i] @ K[:i]), params)
        y4, y5 = y + h * (FOURTH @ K), y + h * (FIFTH @ K)
        error = np.max(np.abs(y5 - y4))
        if error <= tol:
            t, y = t + h, y5
        h *= np.clip(0.9 * (tol / np.maximum(error, 1e-12)) ** 0.2, 0.2, 4.0)
        steps += 1
    return y


def final_energy(y0, params):
    y = rkf45(accelerations, 0.0, y0, 0.5, 0.1, 1e-3, params)
    m1, m2, l1, l2, _ = params
    th1, th2, w1, w2 = y
    kinetic = 0.5 * m1 * (l1 * w1) ** 2 + 0.5 * m2 * (
        (l1 * w1) ** 2 + (l2 * w2) ** 2 + 2 * l1 * l2 * w1 * w2 * np.cos(th1 - th2)
    )
    return kinetic + th1 * th2


PROGRAM = final_energy
WRT = ("y0", "params")


def args():
    return np.array([0.8, -0.3, 0.1, 0.2]), (1.0, 0.7, 1.2, 0.9, 9.81)
