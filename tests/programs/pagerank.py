"""PageRank by power iteration with damping."""

import numpy as np


def pagerank_score(W, target, damping, n_iter):
    P = W / W.sum(axis=0)
    n = P.shape[0]
    rank = np.ones(n) / n
    for _ in range(n_iter):
        rank = damping * (P @ rank) + (1 - damping) / n
        rank = rank / rank.sum()
    return np.sum((rank - target) ** 2)


PROGRAM = pagerank_score
WRT = ("W", "target", "damping")


def args():
    rng = np.random.default_rng(21)
    return rng.uniform(0.1, 1.0, (4, 4)), np.full(4, 0.25), 0.85, 5
