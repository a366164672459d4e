"""The Gaussian mixture objective of ADBench: loops, a packed lower triangle, a Wishart prior."""

import math

import numpy as np


def log_sum_exp(x):
    mx = np.max(x)
    return mx + np.log(np.sum(np.exp(x - mx)))


def make_L(q, l, d):
    L = np.zeros((d, d))
    k = 0
    for j in range(d):
        L[j, j] = np.exp(q[j])
        for i in range(j + 1, d):
            L[i, j] = l[k]
            k += 1
    return L


def gmm_objective(alphas, means, qs, ls, x, gamma, m):
    n, d = x.shape
    K = len(alphas)
    total = 0.0
    for i in range(n):
        terms = np.zeros(K)
        for k in range(K):
            y = make_L(qs[k], ls[k], d) @ (x[i] - means[k])
            terms[k] = alphas[k] + np.sum(qs[k]) - 0.5 * np.sum(y**2)
        total += log_sum_exp(terms)
    prior = 0.0
    for k in range(K):
        prior += 0.5 * gamma**2 * (np.sum(np.exp(qs[k]) ** 2) + np.sum(ls[k] ** 2)) - m * np.sum(qs[k])
    constant = -n * d * 0.5 * math.log(2 * math.pi)
    return constant + total - n * log_sum_exp(alphas) - prior


PROGRAM = gmm_objective
WRT = ("alphas", "means", "qs", "ls")


def args():
    rng = np.random.default_rng(16)
    K, d, n = 2, 3, 3
    return (
        rng.normal(size=K), rng.normal(size=(K, d)), 0.3 * rng.normal(size=(K, d)),
        rng.normal(size=(K, d * (d - 1) // 2)), rng.normal(size=(n, d)), 1.2, 2,
    )  # fmt: skip
