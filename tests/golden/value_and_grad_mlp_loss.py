"""Value and gradient of the two-layer perceptron."""

import numpy as np


def mlp_loss(X, Y, W1, b1, W2, b2, l2):
    h = np.tanh(X @ W1 + b1)
    logits = h @ W2 + b2
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -(Y * log_probs).sum() / len(X)
    return loss + 0.5 * l2 * ((W1 ** 2).sum() + (W2 ** 2).sum())


MODE = "value_and_grad"
WRT = ("W1", "b1", "W2", "b2")


def args():
    rng = np.random.default_rng(0)
    return (
        rng.normal(size=(7, 4)), np.eye(3)[rng.integers(0, 3, 7)], rng.normal(size=(4, 5)), rng.normal(size=5),
        rng.normal(size=(5, 3)), rng.normal(size=3), 0.1,
    )  # fmt: skip
