"""A network put together from a configuration: activations, loss and regularisation are chosen by name."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Config:
    activation: str = "tanh"
    loss: str = "squared"
    penalty: str | None = "l2"
    strength: float = 0.01


def activate(z, kind):
    match kind:
        case "tanh":
            return np.tanh(z)
        case "sigmoid" | "logistic":
            return 1 / (1 + np.exp(-z))
        case "softplus":
            return np.log(1 + np.exp(z))
        case None | "linear":
            return z
        case _:
            raise ValueError(f"unknown activation {kind!r}")


def objective(W1, b1, W2, X, y, config: Config):
    hidden = activate(X @ W1 + b1, config.activation)
    output = hidden @ W2
    if config.loss == "squared":
        loss = ((output - y) ** 2).mean()
    elif config.loss == "huber":
        r = np.abs(output - y)
        loss = np.where(r < 1.0, 0.5 * r**2, r - 0.5).mean()
    else:
        raise ValueError(f"unknown loss {config.loss!r}")
    match config.penalty:
        case "l2":
            loss += config.strength * ((W1**2).sum() + (W2**2).sum())
        case "l1":
            loss += config.strength * (np.abs(W1).sum() + np.abs(W2).sum())
        case None:
            pass
    return loss


PROGRAM = objective
WRT = ("W1", "b1", "W2")


def args():
    rng = np.random.default_rng(43)
    X = rng.normal(size=(6, 3))
    config = Config(activation="softplus", loss="squared")
    return rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=4), X, rng.normal(size=6), config
