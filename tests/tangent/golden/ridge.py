import numpy as np


def jvp_ridge(X, y, lam, X_val, y_val, X_dot, y_dot, lam_dot):
    """Value of ridge, and its derivative along X_dot, y_dot, lam_dot."""
    eye_shape = np.eye(X.shape[1])
    A = X.T @ X + lam * eye_shape
    A_dot = X_dot.T @ X + X.T @ X_dot + lam_dot * eye_shape
    w = np.linalg.solve(A, X.T @ y)
    w_dot = np.linalg.solve(A, X_dot.T @ y + X.T @ y_dot - A_dot @ w)
    err = X_val @ w - y_val
    err_dot = X_val @ w_dot
    out_dot = 2 * (err * err_dot).mean()
    return (err ** 2).mean(), out_dot
