"""A policy network whose activation and output head are looked up by name, with a REINFORCE loss."""

import functools

import numpy as np


def softplus(x):
    return np.log1p(np.exp(x))


ACTIVATIONS = {"tanh": np.tanh, "softplus": softplus, "swish": lambda x: x / (1.0 + np.exp(-x))}


def log_softmax(x, temperature=1.0):
    z = x / temperature
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def policy_loss(params, states, actions, returns, activation, temperature):
    act = ACTIVATIONS[activation]
    head = functools.partial(log_softmax, temperature=temperature)
    hidden = act(states @ params["W1"] + params["b1"])
    log_probs = head(act(hidden) @ params["W2"] + params["b2"])
    advantage = returns - returns.mean()
    chosen = log_probs[np.arange(len(actions)), actions]
    return -np.mean(chosen * advantage)


PROGRAM = policy_loss
WRT = ("params", "states", "returns", "temperature")


def args():
    rng = np.random.default_rng(4)
    params = {
        "W1": rng.normal(size=(3, 4)), "b1": rng.normal(size=4),
        "W2": rng.normal(size=(4, 2)), "b2": rng.normal(size=2),
    }  # fmt: skip
    return params, rng.normal(size=(5, 3)), np.array([0, 1, 1, 0, 1]), rng.normal(size=5), "swish", 0.7
