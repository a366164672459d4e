"""The chains of the lecture: layers in the tail of a sigmoid, and a number that grows by a tenth."""

import numpy as np

SATURATED = (1 + np.sqrt(1 - 4 * 0.01)) / 2
"""Where the slope of a sigmoid, y * (1 - y), is 0.01."""
BIAS = np.log(SATURATED / (1 - SATURATED)) - SATURATED
"""What keeps it there: sigmoid(SATURATED + BIAS) is SATURATED again."""


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def tails(x, b, n):
    h = x
    for k in range(n):
        h = sigmoid(h + b)
    return h


def growing(x, n):
    for k in range(n):
        x = 1.1 * x
    return x


def three_lines(x, b):
    h1 = sigmoid(x + b)
    h2 = sigmoid(h1 + b)
    h3 = sigmoid(h2 + b)
    return h3


def network(x, weights, biases):
    h = x
    for W, b in zip(weights, biases):
        a = W @ h + b
        h = sigmoid(a)
    return (h**2).sum()
