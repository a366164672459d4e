"""Cox's partial likelihood with Breslow's handling of ties."""

import numpy as np


def negative_log_partial_likelihood(beta, times, events, covariates):
    order = np.argsort(-times)
    events = events[order]
    X = covariates[order]
    t = times[order]
    risk = X @ beta
    loglik = 0.0
    running = 0.0
    i = 0
    n = len(t)
    while i < n:
        j = i
        while j < n and t[j] == t[i]:
            running += np.exp(risk[j])
            j += 1
        d = 0
        for k in range(i, j):
            if events[k]:
                loglik += risk[k]
                d += 1
        if d > 0:
            loglik -= d * np.log(running)
        i = j
    return -loglik


PROGRAM = negative_log_partial_likelihood
WRT = ("beta", "covariates")


def args():
    rng = np.random.default_rng(5)
    times = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0])
    events = np.array([1, 1, 0, 1, 1, 0, 1, 1, 1, 0])
    return rng.normal(size=3), times, events, rng.normal(size=(10, 3))
