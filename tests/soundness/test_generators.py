"""Random generators that the function makes: the same draws in every call, each once and in order."""

import numpy as np

from tests.differences import check, check_pullback

x = np.array([0.5, -0.7, 1.1, 0.9])


def drawn(x):
    rng = np.random.default_rng(3)
    total = 0.0
    for _ in range(3):
        z = rng.standard_normal(4)
        total += (x * z).sum() ** 2 + rng.uniform(0.0, 1.0) * x[int(rng.integers(4))]
    i, j = rng.permutation(4)[:2]
    unused = rng.normal(size=5)
    return total + x[i] ** 2 * x[j] + rng.random() * x[0] + 0.0 * unused[0]


def dropout(x, rng, keep):
    mask = rng.random(x.shape) < keep
    return np.where(mask, x / keep, 0.0)


def network(x):
    rng = np.random.default_rng(0)
    h = x
    for _ in range(2):
        h = np.tanh(dropout(h, rng, 0.8))
    return h


def test_draws():
    check(drawn, x)
    check(lambda x: (network(x) ** 2).sum(), x)
    check_pullback(network, x)
