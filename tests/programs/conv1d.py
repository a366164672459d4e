"""A one-dimensional convolution by loops, relu, pooling by slices, and a linear head."""

import numpy as np


def conv1d(x, kernels, bias, stride):
    n_out, _, width = kernels.shape
    length = (x.shape[1] - width) // stride + 1
    out = np.zeros((n_out, length))
    for o in range(n_out):
        for t in range(length):
            window = x[:, t * stride : t * stride + width]
            out[o, t] = np.sum(kernels[o] * window) + bias[o]
    return out


def conv_net(x, kernels, bias, w, target):
    h = np.maximum(conv1d(x, kernels, bias, 1), 0)
    pooled = np.maximum(h[:, 0:-1:2], h[:, 1::2])
    y = np.sum(pooled * w)
    return (y - target) ** 2


PROGRAM = conv_net
WRT = ("x", "kernels", "bias", "w")


def args():
    rng = np.random.default_rng(22)
    return rng.normal(size=(2, 8)), rng.normal(size=(2, 2, 3)), rng.normal(size=2) + 0.5, rng.normal(size=(2, 3)), 0.3
