"""Attention for one head."""

import numpy as np


def attention(X, Wq, Wk, Wv, target):
    Q = X @ Wq
    K = X @ Wk
    V = X @ Wv
    scores = Q @ K.T / np.sqrt(Q.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = weights / weights.sum(axis=1, keepdims=True)
    out = weights @ V
    return ((out - target) ** 2).sum()


WRT = ("X", "Wq", "Wk", "Wv")


def args():
    rng = np.random.default_rng(7)
    weights = [rng.normal(size=(3, 4)) for _ in range(3)]
    return rng.normal(size=(5, 3)), *weights, rng.normal(size=(5, 4))


# What s2sgrad generates:


def grad_attention(X, Wq, Wk, Wv, target):
    """Gradient of attention with respect to X, Wq, Wk, Wv."""
    Q = X @ Wq
    K = X @ Wk
    V = X @ Wv
    sqrt_shape = np.sqrt(Q.shape[1])
    scores = Q @ K.T / sqrt_shape
    max_scores = scores.max(axis=1, keepdims=True)
    weights = np.exp(scores - max_scores)
    sum_weights = weights.sum(axis=1, keepdims=True)
    old_weights = weights
    weights = weights / sum_weights
    out = weights @ V

    # return ((out - target) ** 2).sum()
    dout = 2 * (out - target)

    # out = weights @ V
    dweights = dout @ V.T
    dV = weights.T @ dout

    # weights = weights / weights.sum(axis=1, keepdims=True)
    ratio = dweights * weights / sum_weights
    dsum_weights = -ratio.sum(axis=1, keepdims=True)
    weights = old_weights
    dweights = dweights / sum_weights + dsum_weights

    # weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    is_max = scores == max_scores
    n_max = is_max.sum(axis=1, keepdims=True)
    dexp_arg = dweights * weights
    dmax_scores = -dexp_arg.sum(axis=1, keepdims=True)
    dscores = dexp_arg + dmax_scores / n_max * is_max

    # scores = Q @ K.T / np.sqrt(Q.shape[1])
    dprod = dscores / sqrt_shape
    dQ = dprod @ K
    dK = dprod.T @ Q

    # V = X @ Wv
    dX = dV @ Wv.T
    dWv = X.T @ dV

    # K = X @ Wk
    dX += dK @ Wk.T
    dWk = X.T @ dK

    # Q = X @ Wq
    dX += dQ @ Wq.T
    dWq = X.T @ dQ
    return dX, dWq, dWk, dWv
