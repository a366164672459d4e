"""A network as a class with weights on self."""

import numpy as np


class Network:
    def __init__(self, W1, b1, W2, b2, decay):
        self.W1 = W1
        self.b1 = b1
        self.W2 = W2
        self.b2 = b2
        self.decay = decay

    def hidden(self, x):
        return np.tanh(x @ self.W1 + self.b1)

    def predict(self, x):
        return self.hidden(x) @ self.W2 + self.b2

    def penalty(self):
        return self.decay * (np.sum(self.W1**2) + np.sum(self.W2**2))

    def loss(self, x, y):
        error = self.predict(x) - y
        return np.mean(error**2) + self.penalty()


rng = np.random.default_rng(28)
NETWORK = Network(rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=(4, 2)), rng.normal(size=2), 0.1)
PROGRAM = NETWORK.loss
WRT = ("self.W1", "self.b1", "self.W2", "self.b2")


def args():
    rng = np.random.default_rng(29)
    return rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
