"""Parameters in a dictionary, and a helper with a body of its own: it becomes a forward and a backward function."""

# The generated text keeps the names that the user gave to a helper's results.
# ruff: noqa: RUF059

import numpy as np


def log_softmax(scores):
    shifted = scores - scores.max(axis=1, keepdims=True)
    norm = np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return shifted - norm


def softmax_classifier(params, X, Y):
    log_probs = log_softmax(X @ params["W"] + params["b"])
    return -(Y * log_probs).sum() / len(X)


WRT = "params"


def args():
    rng = np.random.default_rng(12)
    params = {"W": rng.normal(size=(4, 3)), "b": rng.normal(size=3)}
    return params, rng.normal(size=(6, 4)), np.eye(3)[rng.integers(0, 3, 6)]


# What s2sgrad generates:


def forward_log_softmax(scores):
    """Value of log_softmax, and what its pullback reads."""
    max_scores = scores.max(axis=1, keepdims=True)
    shifted = scores - max_scores
    exp_shifted = np.exp(shifted)
    sum_exp = exp_shifted.sum(axis=1, keepdims=True)
    norm = np.log(sum_exp)
    return shifted - norm, (scores, max_scores, exp_shifted, sum_exp)


def backward_log_softmax(saved, dout):
    """Pull dout back through log_softmax to scores."""
    scores, max_scores, exp_shifted, sum_exp = saved

    # return shifted - norm
    dshifted = dout
    dnorm = -dout.sum(axis=1, keepdims=True)

    # norm = np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    dshifted = dshifted + dnorm * exp_shifted / sum_exp

    # shifted = scores - scores.max(axis=1, keepdims=True)
    is_max = scores == max_scores
    n_max = is_max.sum(axis=1, keepdims=True)
    dmax_scores = -dshifted.sum(axis=1, keepdims=True)
    dscores = dshifted + dmax_scores / n_max * is_max
    return dscores


def grad_softmax_classifier(params, X, Y):
    """Gradient of softmax_classifier with respect to params."""
    total = X @ params["W"] + params["b"]
    log_probs, saved_log_softmax = forward_log_softmax(total)

    # return -(Y * log_probs).sum() / len(X)
    dlog_probs = -Y / len(X)

    # log_probs = log_softmax(X @ params["W"] + params["b"])
    dscores = backward_log_softmax(saved_log_softmax, dlog_probs)
    dW = X.T @ dscores
    db = dscores.sum(axis=0)
    return {"W": dW, "b": db}
