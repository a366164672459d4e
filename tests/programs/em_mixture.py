"""The EM algorithm for a mixture of Gaussians in one dimension: how the likelihood depends on the start."""

import numpy as np


def log_normal(x, mean, var):
    return -0.5 * (np.log(2 * np.pi * var) + (x - mean) ** 2 / var)


def e_step(x, weights, means, variances):
    K = len(weights)
    logp = np.empty((len(x), K))
    for k in range(K):
        logp[:, k] = np.log(weights[k]) + log_normal(x, means[k], variances[k])
    top = logp.max(axis=1, keepdims=True)
    log_norm = top + np.log(np.exp(logp - top).sum(axis=1, keepdims=True))
    resp = np.exp(logp - log_norm)
    return resp, log_norm.sum()


def m_step(x, resp):
    nk = resp.sum(axis=0)
    weights = nk / len(x)
    means = (resp * x[:, None]).sum(axis=0) / nk
    variances = (resp * (x[:, None] - means) ** 2).sum(axis=0) / nk + 1e-6
    return weights, means, variances


def fit(x, means, n_iter):
    K = len(means)
    weights = np.ones(K) / K
    variances = np.ones(K) * x.var()
    history = []
    for it in range(n_iter):
        resp, ll = e_step(x, weights, means, variances)
        weights, means, variances = m_step(x, resp)
        history.append(ll)
    return history[-1]


PROGRAM = fit
WRT = ("x", "means")


def args():
    rng = np.random.default_rng(2)
    x = np.concatenate([rng.normal(-2, 0.7, size=8), rng.normal(1.5, 1.0, size=10)])
    return x, np.array([-1.0, 0.5, 2.0]), 4
