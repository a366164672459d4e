"""``while`` whose test calls functions that are written out: it is asked at the beginning of each round."""

import numpy as np

from tests.differences import check, refused


def backtracking(x):
    f = lambda z: np.sum((z - 1) ** 4) + z[0] * z[1]

    def slope(z):
        return 4 * (z - 1) ** 3 + np.array([z[1], z[0], 0.0])

    for _ in range(3):
        d, t = -slope(x), 1.0
        while f(x + t * d) > f(x) + 1e-4 * t * slope(x) @ d:
            t = t / 2
            if t < 1e-6:
                break
        x = x + t * d
    return f(x)


def skipping(s):
    def small(v):
        return v * s < 3.0

    v = s
    while small(v):
        v = v * 1.7
        if v > 2:
            continue
        v = v + s
    return v


def with_else(s):
    def small(v):
        return v * s < 3.0

    v = s
    while small(v):
        v = v * 1.7
    else:
        v = v * s
    return v


def test_a_while_whose_test_calls_a_function_inside():
    check(backtracking, np.array([0.3, 0.8, -0.2]))
    check(skipping, 0.7)


def test_with_an_else_it_is_refused():
    refused(with_else, 0.7, match="would have to run each time")
