"""Log likelihood of a hidden Markov model by the scaled forward algorithm."""

import numpy as np


def hmm_log_likelihood(pi, A, B, obs):
    T = len(obs)
    alpha = pi * B[:, obs[0]]
    c = alpha.sum()
    alpha = alpha / c
    log_likelihood = np.log(c)
    for t in range(1, T):
        alpha = (alpha @ A) * B[:, obs[t]]
        c = alpha.sum()
        alpha = alpha / c
        log_likelihood += np.log(c)
    return log_likelihood


PROGRAM = hmm_log_likelihood
WRT = ("pi", "A", "B")


def args():
    rng = np.random.default_rng(2)

    def rows(*shape):
        p = rng.uniform(0.2, 1.0, shape)
        return p / p.sum(axis=-1, keepdims=True)

    return rows(3), rows(3, 3), rows(3, 4), [0, 2, 3, 1, 1, 0]
