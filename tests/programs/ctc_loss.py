"""Connectionist temporal classification: the loss by the forward recursion in logarithms."""

import numpy as np

NEG_INF = -1e30


def logsumexp(*args):
    if all(a == NEG_INF for a in args):
        return NEG_INF
    a_max = max(args)
    return a_max + np.log(sum(np.exp(a - a_max) for a in args))


def log_softmax(x):
    x = x - x.max(axis=1, keepdims=True)
    return x - np.log(np.exp(x).sum(axis=1, keepdims=True))


def expand(labels, blank=0):
    out = [blank]
    for l in labels:
        out += [l, blank]
    return out


def ctc_loss(logits, labels, blank=0):
    lp = log_softmax(logits)
    T, _ = lp.shape
    ext = expand(labels, blank)
    S = len(ext)
    alpha = np.full((T, S), NEG_INF)
    alpha[0, 0] = lp[0, ext[0]]
    alpha[0, 1] = lp[0, ext[1]]
    for t in range(1, T):
        for s in range(S):
            if s == 0:
                total = alpha[t - 1, 0]
            elif s == 1 or ext[s] == blank or ext[s] == ext[s - 2]:
                total = logsumexp(alpha[t - 1, s], alpha[t - 1, s - 1])
            else:
                total = logsumexp(alpha[t - 1, s], alpha[t - 1, s - 1], alpha[t - 1, s - 2])
            alpha[t, s] = total + lp[t, ext[s]]
    return -logsumexp(alpha[T - 1, S - 1], alpha[T - 1, S - 2])


PROGRAM = ctc_loss
WRT = "logits"


def args():
    return np.random.default_rng(8).normal(size=(5, 4)), [1, 2, 2]
