"""A small image network: convolution by sliding windows, max pooling by reshape, dense layer."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(x, kernels, bias):
    windows = sliding_window_view(x, kernels.shape[1:])
    return np.einsum("ijkl,fkl->fij", windows, kernels) + bias[:, None, None]


def max_pool(x, size=2):
    f, h, w = x.shape
    x = x[:, : h // size * size, : w // size * size]
    return x.reshape(f, h // size, size, w // size, size).max(axis=(2, 4))


def forward(params, image):
    h = np.maximum(conv2d(image, params["k1"], params["b1"]), 0.1 * conv2d(image, params["k1"], params["b1"]))
    h = max_pool(h)
    flat = h.ravel()
    return flat @ params["W"] + params["b"]


def loss(params, images, labels, decay=1e-2):
    total = 0.0
    for image, label in zip(images, labels):
        scores = forward(params, image)
        scores = scores - scores.max()
        total -= scores[label] - np.log(np.exp(scores).sum())
    return total / len(labels) + decay * sum(np.sum(p**2) for p in params.values())


PROGRAM = loss
WRT = ("params", "images")


def args():
    rng = np.random.default_rng(16)
    params = {
        "k1": rng.normal(size=(2, 2, 2)),
        "b1": rng.normal(size=2),
        "W": rng.normal(size=(8, 3)),
        "b": rng.normal(size=3),
    }
    return params, rng.normal(size=(2, 5, 5)), [0, 2]
