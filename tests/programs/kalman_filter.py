"""Log likelihood of a linear Gaussian state space model by the Kalman filter."""

import numpy as np


def kalman_log_likelihood(A, C, Q, R, m, P, ys):
    loglik = 0.0
    for t in range(len(ys)):
        # predict
        m = A @ m
        P = A @ P @ A.T + Q
        # innovation
        v = ys[t] - C @ m
        S = C @ P @ C.T + R
        S_inv = np.linalg.inv(S)
        K = P @ C.T @ S_inv
        loglik -= 0.5 * (v @ S_inv @ v + np.log(np.linalg.det(S)) + len(v) * np.log(2 * np.pi))
        # update
        m = m + K @ v
        P = P - K @ C @ P
    return loglik


PROGRAM = kalman_log_likelihood
WRT = ("A", "C", "Q", "R", "m", "P", "ys")


def args():
    rng = np.random.default_rng(0)
    A = np.array([[1.0, 0.1], [-0.2, 0.9]])
    C = rng.normal(size=(2, 2))
    return A, C, 0.1 * np.eye(2), 0.2 * np.eye(2), np.zeros(2), np.eye(2), rng.normal(size=(5, 2))
