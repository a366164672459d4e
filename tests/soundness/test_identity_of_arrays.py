"""``A is B`` in a helper: what is passed to it must not become two copies of one array."""

import numpy as np

from tests.differences import check

x = np.array([0.5, -0.7, 1.1])


def white(A, B):
    if A is B:
        return np.eye(len(A))
    return np.zeros((len(A), len(B)))


def same_argument(x):
    K = np.outer(x, x) + white(x, x)
    return (K**2).sum()


def changed_afterwards(x):
    y = x.copy()
    K = np.outer(y, y) * white(y, y)[0, 0] + white(x, y)
    y[0] = 3.0
    return (K**2).sum() * y.sum()


def test_same_argument():
    check(same_argument, x)


def test_changed_afterwards():
    check(changed_afterwards, x)
