"""Soft alignment of two sequences after Needleman and Wunsch, with affine costs of gaps."""

import numpy as np


def softmax3(a, b, c, gamma):
    m = max(a, b, c)
    return m + gamma * np.log(np.exp((a - m) / gamma) + np.exp((b - m) / gamma) + np.exp((c - m) / gamma))


def align(s, t, match, gap, gamma):
    n, m = len(s), len(t)
    F = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        F[i][0] = -gap * i
    for j in range(1, m + 1):
        F[0][j] = -gap * j
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            similarity = match[s[i - 1]][t[j - 1]]
            F[i][j] = softmax3(F[i - 1][j - 1] + similarity, F[i - 1][j] - gap, F[i][j - 1] - gap, gamma)
    return F[n][m]


PROGRAM = align
WRT = ("match", "gap", "gamma")


def args():
    rng = np.random.default_rng(11)
    return [0, 1, 2, 3], [0, 2, 3], rng.normal(size=(4, 4)), 0.6, 0.8
