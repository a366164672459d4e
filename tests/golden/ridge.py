"""Ridge regression solved in closed form."""

import numpy as np


def ridge(X, y, lam, X_val, y_val):
    A = X.T @ X + lam * np.eye(X.shape[1])
    w = np.linalg.solve(A, X.T @ y)
    err = X_val @ w - y_val
    return (err ** 2).mean()


WRT = ("X", "y", "lam")


def args():
    rng = np.random.default_rng(11)
    return rng.normal(size=(7, 3)), rng.normal(size=7), 0.5, rng.normal(size=(4, 3)), rng.normal(size=4)


# What s2sgrad generates:


def grad_ridge(X, y, lam, X_val, y_val):
    """Gradient of ridge with respect to X, y, lam."""
    eye_shape = np.eye(X.shape[1])
    A = X.T @ X + lam * eye_shape
    w = np.linalg.solve(A, X.T @ y)
    err = X_val @ w - y_val

    # return (err ** 2).mean()
    derr = 2 * err / err.size

    # err = X_val @ w - y_val
    dw = X_val.T @ derr

    # w = np.linalg.solve(A, X.T @ y)
    dsolve_arg = np.linalg.solve(A.T, dw)
    dA = -np.outer(dsolve_arg, w)
    dX = np.outer(y, dsolve_arg)
    dy = X @ dsolve_arg

    # A = X.T @ X + lam * np.eye(X.shape[1])
    dX += X @ dA.T
    dX += X @ dA
    dlam = (dA * eye_shape).sum()
    return dX, dy, dlam
