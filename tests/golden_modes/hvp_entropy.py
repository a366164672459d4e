"""The Hessian of an entropy of softmax probabilities, times a vector."""

import numpy as np


def entropy(logits):
    weights = np.exp(logits)
    p = weights / weights.sum()
    return -(p * np.log(p)).sum()


MODE = "hvp"
WRT = "logits"


def args():
    return (np.random.default_rng(3).normal(size=5),)


# What s2sgrad generates:


def hvp_entropy(logits, logits_dot):
    """The Hessian of entropy times logits_dot."""
    weights = np.exp(logits)
    weights_dot = weights * logits_dot
    sum_weights = weights.sum()
    sum_weights_dot = weights_dot.sum()
    p = weights / sum_weights
    p_dot = weights_dot / sum_weights - p * sum_weights_dot / sum_weights
    log_p = np.log(p)
    log_p_dot = p_dot / p

    # return -(p * np.log(p)).sum()
    dp = -log_p - p / p
    dp_dot = p / p * p_dot / p - log_p_dot - p_dot / p

    # p = weights / weights.sum()
    dsum_weights = -(dp * p).sum() / sum_weights
    ratio_dot = -(dp_dot * p + dp * p_dot).sum() / sum_weights
    dsum_weights_dot = ratio_dot - dsum_weights * sum_weights_dot / sum_weights
    dweights = dp / sum_weights + dsum_weights
    ratio_dot2 = dp / sum_weights * sum_weights_dot / sum_weights
    dweights_dot = dp_dot / sum_weights - ratio_dot2 + dsum_weights_dot

    # weights = np.exp(logits)
    dlogits_dot = dweights_dot * weights + dweights * weights_dot
    return dlogits_dot
