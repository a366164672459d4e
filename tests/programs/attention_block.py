"""A block of a transformer: layer norm, heads by reshape, causal mask, a feed-forward part, modules in a list."""

from dataclasses import dataclass

import numpy as np


def softmax(x, axis=-1):
    z = x - x.max(axis=axis, keepdims=True)
    e = np.exp(z)
    return e / e.sum(axis=axis, keepdims=True)


def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


@dataclass
class LayerNorm:
    gain: np.ndarray
    bias: np.ndarray
    eps: float = 1e-5

    def __call__(self, x):
        mean = x.mean(axis=-1, keepdims=True)
        var = x.var(axis=-1, keepdims=True)
        return self.gain * (x - mean) / np.sqrt(var + self.eps) + self.bias


@dataclass
class Attention:
    Wqkv: np.ndarray
    Wo: np.ndarray
    heads: int

    def __call__(self, x):
        n, d = x.shape
        qkv = (x @ self.Wqkv).reshape(n, 3, self.heads, d // self.heads)
        q, k, v = qkv.transpose(1, 2, 0, 3)
        scores = q @ k.swapaxes(-1, -2) / np.sqrt(d // self.heads)
        scores = np.where(np.tril(np.ones((n, n))) == 1, scores, -1e9)
        mixed = softmax(scores) @ v
        return mixed.transpose(1, 0, 2).reshape(n, d) @ self.Wo


@dataclass
class MLP:
    W1: np.ndarray
    W2: np.ndarray

    def __call__(self, x):
        return gelu(x @ self.W1) @ self.W2


def block_loss(params, x, target, heads=2):
    g1, b1, Wqkv, Wo, g2, b2, W1, W2 = params
    residuals = [(LayerNorm(g1, b1), Attention(Wqkv, Wo, heads)), (LayerNorm(g2, b2), MLP(W1, W2))]
    for norm, layer in residuals:
        x = x + layer(norm(x))
    return np.mean((x - target) ** 2)


PROGRAM = block_loss
WRT = ("params", "x")


def args():
    rng = np.random.default_rng(5)
    n, d = 3, 4
    params = [
        np.ones(d),
        np.zeros(d),
        rng.normal(size=(d, 3 * d)),
        rng.normal(size=(d, d)),
        np.ones(d),
        np.zeros(d),
        rng.normal(size=(d, 6)),
        rng.normal(size=(6, d)),
    ]
    return params, rng.normal(size=(n, d)), rng.normal(size=(n, d))
