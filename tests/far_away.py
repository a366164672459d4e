"""Helpers of another module than the functions that call them."""

import numpy as np

from s2sgrad import checkpoint


@checkpoint
def damped(v, w, strength=0.5):
    u = w @ v
    return u * np.exp(-strength * u * u)


def stretched(v, by=2.0):
    u = np.sin(by * v)
    return u * v
