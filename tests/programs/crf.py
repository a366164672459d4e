"""A linear-chain conditional random field: negative log-likelihood by forward recursion, with lists of tags."""

import numpy as np


def logsumexp(a, axis=None):
    m = np.max(a, axis=axis, keepdims=True)
    out = m + np.log(np.sum(np.exp(a - m), axis=axis, keepdims=True))
    return np.squeeze(out, axis=axis)


def forward(emissions, transitions, start, end):
    alphas = [start + emissions[0]]
    for e in emissions[1:]:
        alphas.append(logsumexp(alphas[-1][:, None] + transitions, axis=0) + e)
    return logsumexp(alphas[-1] + end, axis=0), alphas


def score(emissions, tags, transitions, start, end):
    s = start[tags[0]] + emissions[0, tags[0]]
    for t, (prev, cur) in enumerate(zip(tags, tags[1:]), start=1):  # noqa: RUF007
        s += transitions[prev, cur] + emissions[t, cur]
    return s + end[tags[-1]]


def crf_loss(params, sentences):
    total = 0.0
    for words, tags in sentences:
        emissions = words @ params["W"] + params["b"]
        log_z, _ = forward(emissions, params["T"], params["start"], params["end"])
        total += log_z - score(emissions, tags, params["T"], params["start"], params["end"])
    penalty = sum((p ** 2).sum() for p in params.values())
    return total / len(sentences) + 0.01 * penalty


PROGRAM = crf_loss
WRT = "params"


def args():
    rng = np.random.default_rng(9)
    params = {
        "W": rng.normal(size=(4, 3)), "b": rng.normal(size=3), "T": rng.normal(size=(3, 3)),
        "start": rng.normal(size=3), "end": rng.normal(size=3),
    }
    sentences = [(rng.normal(size=(5, 4)), [0, 1, 1, 2, 0]), (rng.normal(size=(3, 4)), [2, 0, 1])]
    return params, sentences
