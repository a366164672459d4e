import numpy as np


def jvp_log_softmax(scores, scores_dot):
    """Value of log_softmax, and its derivative along scores_dot."""
    max_scores = scores.max(axis=1, keepdims=True)
    shifted = scores - max_scores
    is_max = scores == max_scores
    n_max = is_max.sum(axis=1, keepdims=True)
    where_dot = np.where(is_max, scores_dot, 0)
    shifted_dot = scores_dot - where_dot.sum(axis=1, keepdims=True) / n_max
    exp_shifted = np.exp(shifted)
    sum_exp = exp_shifted.sum(axis=1, keepdims=True)
    norm = np.log(sum_exp)
    norm_dot = (exp_shifted * shifted_dot).sum(axis=1, keepdims=True) / sum_exp
    out_dot = shifted_dot - norm_dot
    return shifted - norm, out_dot


def jvp_softmax_classifier(params, X, Y, params_dot):
    """Value of softmax_classifier, and its derivative along params_dot."""
    W_dot = params_dot["W"]
    b_dot = params_dot["b"]
    total = X @ params["W"] + params["b"]
    log_probs, log_probs_dot = jvp_log_softmax(total, X @ W_dot + b_dot)
    out_dot = -(Y * log_probs_dot).sum() / len(X)
    return -(Y * log_probs).sum() / len(X), out_dot
