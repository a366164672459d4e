"""One head of scaled dot-product attention with a causal mask."""

import numpy as np


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def attention_loss(X, Wq, Wk, Wv, Wo, mask, target):
    Q = X @ Wq
    K = X @ Wk
    V = X @ Wv
    scores = Q @ K.T / np.sqrt(Q.shape[-1])
    scores = np.where(mask, scores, -1e9)
    out = softmax(scores) @ V @ Wo
    return np.mean((out - target) ** 2)


PROGRAM = attention_loss
WRT = ("X", "Wq", "Wk", "Wv", "Wo")


def args():
    rng = np.random.default_rng(13)
    n, d = 4, 3
    weights = [rng.normal(size=(d, d)) for _ in range(4)]
    return rng.normal(size=(n, d)), *weights, np.tril(np.ones((n, n), dtype=bool)), rng.normal(size=(n, d))
