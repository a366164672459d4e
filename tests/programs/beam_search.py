"""A beam search over a list of scored prefixes: the log-probability of the best sequence found."""

import numpy as np


def best_score(emissions, transitions, width):
    beams = [(emissions[0][k], k) for k in range(emissions.shape[1])]
    for t in range(1, len(emissions)):
        candidates = []
        for score, state in beams:
            for k in range(emissions.shape[1]):
                candidates.append((score + transitions[state][k] + emissions[t][k], k))
        order = np.argsort([-score for score, _ in candidates])
        beams = [candidates[i] for i in order[:width]]
    return beams[0][0]


PROGRAM = best_score
WRT = ("emissions", "transitions")


def args():
    rng = np.random.default_rng(2)
    return rng.normal(size=(4, 3)), rng.normal(size=(3, 3)), 2
