"""Felsenstein's pruning algorithm: the likelihood of sites on a tree of nested tuples, after Kimura."""

import numpy as np

BASES = "ACGT"


def kimura(length, kappa):
    """Transition probabilities of the K80 model."""
    beta = 1.0 / (kappa + 2.0)
    e1 = np.exp(-4 * beta * length)
    e2 = np.exp(-2 * beta * length * (kappa + 1.0))
    same = 0.25 + 0.25 * e1 + 0.5 * e2
    transition = 0.25 + 0.25 * e1 - 0.5 * e2
    transversion = 0.25 - 0.25 * e1
    P = np.full((4, 4), 0.0)
    for i, a in enumerate(BASES):
        for j, b in enumerate(BASES):
            if a == b:
                P[i, j] = same
            elif a + b in ("AG", "GA", "CT", "TC"):
                P[i, j] = transition
            else:
                P[i, j] = transversion
    return P


def partial_likelihood(node, lengths, kappa, site):
    match node:
        case str(leaf):
            L = np.zeros(4)
            L[BASES.index(site[leaf])] = 1.0
            return L
        case (left, i, right, j):
            l = kimura(lengths[i], kappa) @ partial_likelihood(left, lengths, kappa, site)
            r = kimura(lengths[j], kappa) @ partial_likelihood(right, lengths, kappa, site)
            return l * r


def log_likelihood(lengths, kappa, tree, sites):
    total = 0.0
    for site in sites:
        total += np.log(0.25 * partial_likelihood(tree, lengths, kappa, site).sum())
    return total


PROGRAM = log_likelihood
WRT = ("lengths", "kappa")


def args():
    tree = (("human", 0, "chimp", 1), 4, ("mouse", 2, "rat", 3), 5)
    columns = ["AAGG", "CTCC", "GGGT"]
    sites = [dict(zip(("human", "chimp", "mouse", "rat"), column)) for column in columns]
    return np.array([0.1, 0.2, 0.3, 0.25, 0.05, 0.4]), 2.5, tree, sites
