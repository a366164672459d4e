"""Logistic regression by iteratively reweighted least squares, and the deviance of the fit on held-out points."""

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def irls(X, y, ridge, max_iter=8, tol=1e-10):
    p = X.shape[1]
    beta = np.zeros(p)
    for iteration in range(max_iter):
        eta = X @ beta
        mu = sigmoid(eta)
        W = mu * (1 - mu)
        z = eta + (y - mu) / W
        A = X.T @ (W[:, None] * X) + ridge * np.eye(p)
        beta_new = np.linalg.solve(A, X.T @ (W * z))
        if np.max(np.abs(beta_new - beta)) < tol:
            beta = beta_new
            break
        beta = beta_new
    return beta


def held_out_deviance(ridge, X, y, X_test, y_test):
    beta = irls(X, y, ridge)
    p = sigmoid(X_test @ beta)
    return -2 * np.sum(y_test * np.log(p) + (1 - y_test) * np.log(1 - p))


PROGRAM = held_out_deviance
WRT = ("ridge", "X", "X_test")


def args():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(20, 3))
    y = (X @ np.array([1.0, -0.5, 0.2]) + rng.normal(size=20) > 0).astype(float)
    X_test = rng.normal(size=(6, 3))
    return 0.7, X, y, X_test, (X_test[:, 0] > 0).astype(float)
