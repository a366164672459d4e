"""A small library of layers with __call__, a network that is a list of them, and weight decay by a property."""

import numpy as np


class Layer:
    @property
    def penalty(self):
        return 0.0


class Dense(Layer):
    def __init__(self, weight, bias):
        self.weight, self.bias = weight, bias

    def __call__(self, x):
        return x @ self.weight + self.bias

    @property
    def penalty(self):
        return 0.5 * np.sum(self.weight**2)


class Tanh(Layer):
    def __call__(self, x):
        return np.tanh(x)


class Residual(Layer):
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, x):
        return x + np.tanh(self.inner(x))

    @property
    def penalty(self):
        return self.inner.penalty


class Sequential:
    def __init__(self, first, second, third):
        self.layers = (first, second, third)

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def decay(self):
        total = 0.0
        for layer in self.layers:
            total = total + layer.penalty
        return total


def loss(model, x, y, rate):
    residual = model(x) - y
    return np.mean(residual**2) + rate * model.decay()


PROGRAM = loss
WRT = ("model", "x", "rate")


def args():
    rng = np.random.default_rng(3)
    first = Dense(rng.normal(size=(3, 4)), rng.normal(size=4))
    inner = Dense(rng.normal(size=(4, 4)), rng.normal(size=4))
    last = Dense(rng.normal(size=(4, 2)), rng.normal(size=2))
    return Sequential(first, Residual(inner), last), rng.normal(size=(5, 3)), rng.normal(size=(5, 2)), 0.1
