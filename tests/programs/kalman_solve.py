"""A Kalman filter over one sensor at a time, with solve and symmetrisation, as found in tracking code."""

import numpy as np


def predict(state, cov, F, q):
    state = F @ state
    cov = F @ cov @ F.T + q * np.eye(len(state))
    return state, cov


def update(state, cov, z, H, r):
    innovation = z - H @ state
    S = H @ cov @ H.T + r * np.eye(len(z))
    K = np.linalg.solve(S, H @ cov).T
    state = state + K @ innovation
    cov = (np.eye(len(state)) - K @ H) @ cov
    cov = 0.5 * (cov + cov.T)
    return state, cov, innovation


def tracking_error(zs, dt, q, r):
    F = np.eye(4)
    F[0, 2] = dt
    F[1, 3] = dt
    H = np.zeros((2, 4))
    H[0, 0] = 1.0
    H[1, 1] = 1.0
    state = np.zeros(4)
    cov = 10.0 * np.eye(4)
    error = 0.0
    for z in zs:
        state, cov = predict(state, cov, F, q)
        state, cov, innovation = update(state, cov, z, H, r)
        error += innovation @ innovation
    return error / len(zs)


PROGRAM = tracking_error
WRT = ("zs", "dt", "q", "r")


def args():
    rng = np.random.default_rng(1)
    return np.cumsum(rng.normal(size=(6, 2)), axis=0), 0.5, 0.1, 0.3
