"""Predators and prey by Dormand and Prince's method with step control."""

import numpy as np

C = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1]
A = [
    [],
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
    [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
]
B = np.array([35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84, 0])
E = np.array([71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40])


def rhs(t, y, params):
    a, b, c, d = params
    return np.array([a * y[0] - b * y[0] * y[1], d * y[0] * y[1] - c * y[1]])


def integrate(y0, params, t_end, rtol=1e-4):
    t, y, h = 0.0, y0, 0.1
    while t < t_end:
        h = min(h, t_end - t)
        k = [rhs(t, y, params)]
        for i in range(1, 7):
            dy = sum(a * kk for a, kk in zip(A[i], k))
            k.append(rhs(t + C[i] * h, y + h * dy, params))
        K = np.array(k)
        y_new = y + h * B @ K
        err = h * E @ K
        scale = 1e-6 + rtol * np.maximum(np.abs(y), np.abs(y_new))
        err_norm = np.sqrt(np.mean((err / scale) ** 2))
        if err_norm <= 1.0:
            t = t + h
            y = y_new
        h = h * min(5.0, max(0.2, 0.9 * err_norm ** -0.2))
    return y


def final_state(y0, params, t_end):
    y = integrate(y0, params, t_end)
    return float(y[0] ** 2 + y[1])


PROGRAM = final_state
WRT = ("y0", "params")


def args():
    return np.array([1.3, 0.8]), np.array([1.1, 0.4, 0.5, 0.2]), 1.0
