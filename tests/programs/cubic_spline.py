"""Natural cubic spline: second derivatives by elimination, then evaluation at many points."""

import numpy as np


def second_derivatives(x, y):
    n = len(x)
    h = x[1:] - x[:-1]
    A = np.zeros((n, n))
    rhs = np.zeros(n)
    A[0, 0] = 1.0
    A[n - 1, n - 1] = 1.0
    for i in range(1, n - 1):
        A[i, i - 1] = h[i - 1] / 6
        A[i, i] = (h[i - 1] + h[i]) / 3
        A[i, i + 1] = h[i] / 6
        rhs[i] = (y[i + 1] - y[i]) / h[i] - (y[i] - y[i - 1]) / h[i - 1]
    return np.linalg.solve(A, rhs)


def evaluate(x, y, m, t):
    i = np.searchsorted(x, t) - 1
    h = x[i + 1] - x[i]
    a = (x[i + 1] - t) / h
    b = (t - x[i]) / h
    return a * y[i] + b * y[i + 1] + ((a**3 - a) * m[i] + (b**3 - b) * m[i + 1]) * h**2 / 6


def spline_error(x, y, t, target):
    m = second_derivatives(x, y)
    error = 0.0
    for k in range(len(t)):
        error += (evaluate(x, y, m, t[k]) - target[k]) ** 2
    return error / len(t)


PROGRAM = spline_error
WRT = ("x", "y", "t", "target")


def args():
    x = np.array([0.0, 0.7, 1.5, 2.1, 3.0])
    t = np.array([0.3, 1.1, 1.9, 2.6])
    return x, np.sin(x), t, np.cos(t)
