import numpy as np


def jvp_mlp_loss(X, Y, W1, b1, W2, b2, l2, W1_dot, b1_dot, W2_dot, b2_dot):
    """Value of mlp_loss, and its derivative along W1_dot, b1_dot, W2_dot, b2_dot."""
    h = np.tanh(X @ W1 + b1)
    h_dot = (1 - h ** 2) * (X @ W1_dot + b1_dot)
    logits = h @ W2 + b2
    logits_dot = h_dot @ W2 + h @ W2_dot + b2_dot
    max_logits = logits.max(axis=1, keepdims=True)
    shifted = logits - max_logits
    is_max = logits == max_logits
    n_max = is_max.sum(axis=1, keepdims=True)
    where_dot = np.where(is_max, logits_dot, 0)
    shifted_dot = logits_dot - where_dot.sum(axis=1, keepdims=True) / n_max
    exp_shifted = np.exp(shifted)
    sum_exp = exp_shifted.sum(axis=1, keepdims=True)
    log_probs = shifted - np.log(sum_exp)
    total_dot = (exp_shifted * shifted_dot).sum(axis=1, keepdims=True)
    log_probs_dot = shifted_dot - total_dot / sum_exp
    loss = -(Y * log_probs).sum() / len(X)
    loss_dot = -(Y * log_probs_dot).sum() / len(X)
    total_dot2 = 2 * (W1 * W1_dot).sum() + 2 * (W2 * W2_dot).sum()
    out_dot = loss_dot + 0.5 * l2 * total_dot2
    return loss + 0.5 * l2 * ((W1 ** 2).sum() + (W2 ** 2).sum()), out_dot
