"""The forward algorithm in log space, filling a table in place."""

import numpy as np


def logsumexp(v):
    m = np.max(v)
    return m + np.log(np.sum(np.exp(v - m)))


def forward(log_pi, log_A, log_B, obs):
    T, K = len(obs), len(log_pi)
    table = np.zeros((T, K))
    table[0] = log_pi + log_B[:, obs[0]]
    for t in range(1, T):
        for k in range(K):
            table[t, k] = logsumexp(table[t - 1] + log_A[:, k]) + log_B[k, obs[t]]
    return logsumexp(table[T - 1])


PROGRAM = forward
WRT = ("log_pi", "log_A", "log_B")


def args():
    rng = np.random.default_rng(3)
    return rng.normal(size=3), rng.normal(size=(3, 3)), rng.normal(size=(3, 4)), np.array([0, 2, 3, 1])
