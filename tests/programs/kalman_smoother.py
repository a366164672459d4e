"""Rauch-Tung-Striebel smoother: the expected complete-data log-likelihood's trace term."""

import numpy as np


def kalman_filter(y, F, H, Q, R, m0, P0):
    means, covs, pred_means, pred_covs = [], [], [], []
    m, P = m0, P0
    for obs in y:
        m_pred = F @ m
        P_pred = F @ P @ F.T + Q
        S = H @ P_pred @ H.T + R
        K = np.linalg.solve(S, H @ P_pred).T
        m = m_pred + K @ (obs - H @ m_pred)
        P = P_pred - K @ S @ K.T
        means.append(m)
        covs.append(P)
        pred_means.append(m_pred)
        pred_covs.append(P_pred)
    return means, covs, pred_means, pred_covs


def smooth(y, F, H, Q, R, m0, P0):
    means, covs, pred_means, pred_covs = kalman_filter(y, F, H, Q, R, m0, P0)
    T = len(y)
    s_means = [None] * T
    s_covs = [None] * T
    s_means[-1], s_covs[-1] = means[-1], covs[-1]
    for t in range(T - 2, -1, -1):
        G = covs[t] @ F.T @ np.linalg.inv(pred_covs[t + 1])
        s_means[t] = means[t] + G @ (s_means[t + 1] - pred_means[t + 1])
        s_covs[t] = covs[t] + G @ (s_covs[t + 1] - pred_covs[t + 1]) @ G.T
    return np.array(s_means), np.array(s_covs)


def misfit(y, F, H, Q, R, m0, P0, truth):
    m, P = smooth(y, F, H, Q, R, m0, P0)
    return ((m - truth) ** 2).sum() + sum(np.trace(p) for p in P)


PROGRAM = misfit
WRT = ("F", "Q", "R", "y")


def args():
    rng = np.random.default_rng(13)
    F = np.array([[1.0, 0.3], [0.0, 0.9]])
    H = np.array([[1.0, 0.0]])
    y, truth = rng.normal(size=(5, 1)), rng.normal(size=(5, 2))
    return y, F, H, 0.1 * np.eye(2), 0.3 * np.eye(1), np.zeros(2), np.eye(2), truth
