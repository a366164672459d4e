"""Log likelihood of a Gaussian mixture with diagonal covariances."""

import numpy as np


def gmm_log_likelihood(x, logits, means, log_scales):
    log_weights = logits - np.log(np.sum(np.exp(logits)))
    z = (x[:, None, :] - means[None, :, :]) / np.exp(log_scales)[None, :, :]
    log_prob = -0.5 * np.sum(z**2, axis=2) - np.sum(log_scales, axis=1) - 0.5 * x.shape[1] * np.log(2 * np.pi)
    joint = log_weights + log_prob
    m = joint.max(axis=1, keepdims=True)
    return np.sum(m[:, 0] + np.log(np.sum(np.exp(joint - m), axis=1)))


PROGRAM = gmm_log_likelihood
WRT = ("x", "logits", "means", "log_scales")


def args():
    rng = np.random.default_rng(15)
    return rng.normal(size=(6, 2)), rng.normal(size=3), rng.normal(size=(3, 2)), 0.3 * rng.normal(size=(3, 2))
