"""Nested functions that call themselves: as deep as is known before the function runs, refused elsewhere.

And objects whose ``__init__`` assigns several attributes at once.
"""

import numpy as np

from tests.differences import check, check_pullback, refused

x = np.array([0.5, -0.7, 1.1, 0.9])


def factorial(x):
    def fact(n, v):
        if n == 0:
            return v
        return v * fact(n - 1, v) + n

    return fact(3, x[0]) * fact(1, x[1])


def capturing(x):
    def go(n):
        if n == 0:
            return x[0]
        return x[1] * go(n - 1) + n

    return go(3) * go(0)


def twice_each(x):
    def grow(v, n):
        if n > 0:
            return grow(v * x[n], n - 1) + grow(np.sin(v), n - 1)
        return v

    return grow(x[0], 2)


def polynomial(x):
    def horner(k):
        return x[k] if k == 3 else x[k] + 0.5 * horner(k + 1)

    return np.array([horner(0), horner(2)])


def of_unknown_depth(x):
    def total(lo, hi):
        if hi - lo == 1:
            return x[lo] ** 2
        mid = (lo + hi) // 2
        return total(lo, mid) * 0.5 + np.sin(total(mid, hi))

    return total(0, len(x))


def test_known_depth():
    for program in (factorial, capturing, twice_each):
        check(program, x)
    check_pullback(polynomial, x)


def test_unknown_depth():
    refused(of_unknown_depth, x, match="how often it calls itself is not known")


class Linear:
    def __init__(self, W, b, activation=np.tanh):
        self.W, self.b = W, b
        self.activation = activation

    def __call__(self, h):
        return self.activation(self.W @ h + self.b)


def network(W, h):
    layers = [Linear(W, h), Linear(W.T, 2 * h, np.sin)]
    for layer in layers:
        h = layer(h)
    return (h**2).sum() + layers[0].b.sum()


class Exchanged:
    def __init__(self, a, b):
        self.b, self.a = a, b


def exchanged(x):
    pair = Exchanged(x[0], x[1])
    return pair.a**2 * pair.b


def test_objects():
    check(network, np.outer(x, x[::-1]), x)
    check(exchanged, x)
