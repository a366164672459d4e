"""Runge-Kutta-Fehlberg with a step size that adapts, its coefficients in a dict that is a default argument."""

import numpy as np

RKF45 = {
    "c": [0.0, 1 / 4, 3 / 8, 12 / 13, 1.0, 1 / 2],
    "a": [
        [],
        [1 / 4],
        [3 / 32, 9 / 32],
        [1932 / 2197, -7200 / 2197, 7296 / 2197],
        [439 / 216, -8.0, 3680 / 513, -845 / 4104],
        [-8 / 27, 2.0, -3544 / 2565, 1859 / 4104, -11 / 40],
    ],
    "b4": [25 / 216, 0.0, 1408 / 2565, 2197 / 4104, -1 / 5, 0.0],
    "b5": [16 / 135, 0.0, 6656 / 12825, 28561 / 56430, -9 / 50, 2 / 55],
}


def rkf45_step(f, t, y, h, tableau=RKF45):
    k = []
    for ci, ai in zip(tableau["c"], tableau["a"]):
        yi = y
        for aij, kj in zip(ai, k):
            yi = yi + h * aij * kj
        k.append(f(t + ci * h, yi))
    y4 = y + h * sum(b * kj for b, kj in zip(tableau["b4"], k))
    y5 = y + h * sum(b * kj for b, kj in zip(tableau["b5"], k))
    return y5, np.max(np.abs(y5 - y4))


def integrate(f, y0, t0, t1, h=0.1, tol=1e-6, max_steps=200):
    t, y = t0, y0
    for _ in range(max_steps):
        if t >= t1:
            break
        h = min(h, t1 - t)
        y_new, err = rkf45_step(f, t, y, h)
        if err <= tol:
            t, y = t + h, y_new
        scale = 0.9 * np.power(tol / max(err, 1e-12), 0.2)
        h = h * min(4.0, max(0.1, scale))
    return y


def lotka_final(y0, alpha):
    def rhs(t, y):
        return np.array([alpha * y[0] - 0.5 * y[0] * y[1], -y[1] + 0.3 * y[0] * y[1]])

    y = integrate(rhs, y0, 0.0, 1.0)
    return y[0] ** 2 + y[1]


PROGRAM = lotka_final
WRT = ("y0", "alpha")


def args():
    return np.array([1.0, 0.5]), 1.3
