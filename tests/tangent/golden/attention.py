import numpy as np


def jvp_attention(X, Wq, Wk, Wv, target, X_dot, Wq_dot, Wk_dot, Wv_dot):
    """Value of attention, and its derivative along X_dot, Wq_dot, Wk_dot, Wv_dot."""
    Q = X @ Wq
    Q_dot = X_dot @ Wq + X @ Wq_dot
    K = X @ Wk
    K_dot = X_dot @ Wk + X @ Wk_dot
    V = X @ Wv
    V_dot = X_dot @ Wv + X @ Wv_dot
    sqrt_shape = np.sqrt(Q.shape[1])
    scores = Q @ K.T / sqrt_shape
    scores_dot = (Q_dot @ K.T + Q @ K_dot.T) / sqrt_shape
    max_scores = scores.max(axis=1, keepdims=True)
    weights = np.exp(scores - max_scores)
    is_max = scores == max_scores
    n_max = is_max.sum(axis=1, keepdims=True)
    where_dot = np.where(is_max, scores_dot, 0)
    ratio_dot = where_dot.sum(axis=1, keepdims=True) / n_max
    weights_dot = weights * (scores_dot - ratio_dot)
    sum_weights = weights.sum(axis=1, keepdims=True)
    weights = weights / sum_weights
    prod_dot = weights * weights_dot.sum(axis=1, keepdims=True)
    weights_dot = weights_dot / sum_weights - prod_dot / sum_weights
    out = weights @ V
    out_dot = weights_dot @ V + weights @ V_dot
    diff = out - target
    out_dot2 = 2 * (diff * out_dot).sum()
    return (diff ** 2).sum(), out_dot2
