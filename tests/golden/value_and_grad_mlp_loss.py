"""Value and gradient of the two-layer perceptron."""

import numpy as np


def mlp_loss(X, Y, W1, b1, W2, b2, l2):
    h = np.tanh(X @ W1 + b1)
    logits = h @ W2 + b2
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -(Y * log_probs).sum() / len(X)
    return loss + 0.5 * l2 * ((W1 ** 2).sum() + (W2 ** 2).sum())


MODE = "value_and_grad"
WRT = ("W1", "b1", "W2", "b2")


def args():
    rng = np.random.default_rng(0)
    return (
        rng.normal(size=(7, 4)), np.eye(3)[rng.integers(0, 3, 7)], rng.normal(size=(4, 5)), rng.normal(size=5),
        rng.normal(size=(5, 3)), rng.normal(size=3), 0.1,
    )  # fmt: skip


# What s2sgrad generates:


def value_and_grad_mlp_loss(X, Y, W1, b1, W2, b2, l2):
    """Value and gradient of mlp_loss with respect to W1, b1, W2, b2."""
    h = np.tanh(X @ W1 + b1)
    logits = h @ W2 + b2
    max_logits = logits.max(axis=1, keepdims=True)
    shifted = logits - max_logits
    exp_shifted = np.exp(shifted)
    sum_exp = exp_shifted.sum(axis=1, keepdims=True)
    log_probs = shifted - np.log(sum_exp)
    loss = -(Y * log_probs).sum() / len(X)
    value = loss + 0.5 * l2 * ((W1 ** 2).sum() + (W2 ** 2).sum())

    # return loss + 0.5 * l2 * ((W1 ** 2).sum() + (W2 ** 2).sum())
    dW1 = l2 * W1
    dW2 = l2 * W2

    # loss = -(Y * log_probs).sum() / len(X)
    dlog_probs = -Y / len(X)

    # log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    dsum_exp = -dlog_probs.sum(axis=1, keepdims=True) / sum_exp
    dshifted = dlog_probs + dsum_exp * exp_shifted

    # shifted = logits - logits.max(axis=1, keepdims=True)
    is_max = logits == max_logits
    n_max = is_max.sum(axis=1, keepdims=True)
    dmax_logits = -dshifted.sum(axis=1, keepdims=True)
    dlogits = dshifted + dmax_logits / n_max * is_max

    # logits = h @ W2 + b2
    dh = dlogits @ W2.T
    dW2 += h.T @ dlogits
    db2 = dlogits.sum(axis=0)

    # h = np.tanh(X @ W1 + b1)
    dtanh_arg = dh * (1 - h ** 2)
    dW1 += X.T @ dtanh_arg
    db1 = dtanh_arg.sum(axis=0)
    return value, (dW1, db1, dW2, db2)
