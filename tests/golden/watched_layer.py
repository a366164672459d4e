"""A layer whose gradient is looked at in the backward pass."""

import numpy as np

from s2sgrad import grad_of


def watched_layer(x, W, V, y):
    h = np.tanh(W @ x)
    with grad_of(h) as dh:
        largest = np.abs(dh).max()
        if largest > 1e6:
            raise OverflowError(f"a gradient of {largest:.1e}")
    error = V @ h - y
    return 0.5 * (error ** 2).sum()


WRT = ("W", "V")


def args():
    rng = np.random.default_rng(22)
    return rng.normal(size=3), rng.normal(size=(4, 3)), rng.normal(size=(2, 4)), rng.normal(size=2)


# What s2sgrad generates:


def grad_watched_layer(x, W, V, y):
    """Gradient of watched_layer with respect to W, V."""
    h = np.tanh(W @ x)
    error = V @ h - y

    # return 0.5 * (error ** 2).sum()
    derror = error

    # error = V @ h - y
    dV = np.outer(derror, h)
    dh = V.T @ derror

    # with grad_of(h) as dh:
    largest = np.abs(dh).max()
    if largest > 1000000.0:
        raise OverflowError(f"a gradient of {largest:.1e}")

    # h = np.tanh(W @ x)
    dtanh_arg = dh * (1 - h ** 2)
    dW = np.outer(dtanh_arg, x)
    return dW, dV
