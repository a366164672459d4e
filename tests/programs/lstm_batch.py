"""A long short-term memory over a batch of sequences, as in the lecture notes: gates in a dict, states in lists."""

import numpy as np


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


class LSTMCell:
    def __init__(self, Wx, Wh, b):
        self.Wx = Wx
        self.Wh = Wh
        self.b = b

    @classmethod
    def zeros_state(cls, batch, hidden):
        return np.zeros((batch, hidden)), np.zeros((batch, hidden))

    def step(self, x, state):
        h, c = state
        n = h.shape[1]
        a = x @ self.Wx + h @ self.Wh + self.b
        gates = {
            "input": sigmoid(a[:, :n]),
            "forget": sigmoid(a[:, n : 2 * n] + 1.0),
            "output": sigmoid(a[:, 2 * n : 3 * n]),
            "cell": np.tanh(a[:, 3 * n :]),
        }
        c = gates["forget"] * c + gates["input"] * gates["cell"]
        h = gates["output"] * np.tanh(c)
        return h, c


def sequence_loss(cell, Wy, xs, targets, mask):
    state = LSTMCell.zeros_state(xs.shape[1], cell.Wh.shape[0])
    hs = []
    for t, x in enumerate(xs):
        h, c = cell.step(x, state)
        keep = mask[t][:, None]
        state = (keep * h + (1 - keep) * state[0], keep * c + (1 - keep) * state[1])
        hs.append(state[0])
    total = 0.0
    for h, target, m in zip(hs, targets, mask):
        logits = h @ Wy
        logits = logits - logits.max(axis=1, keepdims=True)
        log_probs = logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True))
        total -= (m * log_probs[np.arange(len(target)), target]).sum()
    return total / mask.sum()


PROGRAM = sequence_loss
WRT = ("cell", "Wy")


def args():
    rng = np.random.default_rng(0)
    d, n, k = 3, 4, 5
    cell = LSTMCell(rng.normal(size=(d, 4 * n)), rng.normal(size=(n, 4 * n)) * 0.5, rng.normal(size=4 * n) * 0.1)
    xs = rng.normal(size=(4, 2, d))
    targets = rng.integers(k, size=(4, 2))
    mask = np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 0.0], [1.0, 0.0]])
    return cell, rng.normal(size=(n, k)), xs, targets, mask
