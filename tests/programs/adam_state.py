"""A few steps of Adam with its moments in a dict, and the loss that is left: tuning the learning rate and the start."""

import numpy as np


def loss_after_adam(w, log_rate, inputs, targets, steps=4):
    rate = np.exp(log_rate)
    beta1, beta2 = 0.9, 0.999
    state = {"step": 0, "m": np.zeros_like(w), "v": np.zeros_like(w)}
    for _ in range(steps):
        error = inputs @ w - targets
        gradient = 2 * inputs.T @ error / len(targets)
        state["step"] += 1
        state["m"] = beta1 * state["m"] + (1 - beta1) * gradient
        state["v"] = beta2 * state["v"] + (1 - beta2) * gradient**2
        m_hat = state["m"] / (1 - beta1 ** state["step"])
        v_hat = state["v"] / (1 - beta2 ** state["step"])
        w = w - rate * m_hat / (np.sqrt(v_hat) + 1e-8)
    error = inputs @ w - targets
    return (error**2).mean()


PROGRAM = loss_after_adam
WRT = ("w", "log_rate")


def args():
    rng = np.random.default_rng(41)
    inputs = rng.normal(size=(8, 3))
    return rng.normal(size=3), -2.0, inputs, rng.normal(size=8)
