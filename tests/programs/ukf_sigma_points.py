"""An unscented transform: columns of a Cholesky factor as sigma points, weighted moments."""

import numpy as np


def sigma_points(m, P, kappa):
    n = len(m)
    L = np.linalg.cholesky((n + kappa) * P)
    points = [m]
    for i in range(n):
        points.append(m + L[:, i])
        points.append(m - L[:, i])
    return np.stack(points)


def transformed_trace(m, P, kappa):
    n = len(m)
    X = sigma_points(m, P, kappa)
    w = np.full(2 * n + 1, 1.0) / (2 * (n + kappa))
    w[0] = kappa / (n + kappa)
    Y = np.stack([X[:, 0] * np.cos(X[:, 1]), X[:, 0] * np.sin(X[:, 1])], axis=1)
    mean = w @ Y
    D = Y - mean
    cov = (w[:, None] * D).T @ D
    return np.trace(cov) + mean @ mean


PROGRAM = transformed_trace
WRT = ("m", "P", "kappa")


def args():
    return np.array([1.0, 0.5]), np.array([[0.3, 0.1], [0.1, 0.2]]), 1.0
