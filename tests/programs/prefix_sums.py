"""Work-efficient prefix sums in place (Blelloch), by strided slices, and a running softmax of them."""

import numpy as np


def scanned(x, y):
    a = x.copy()
    n = len(a)
    step = 1
    for _ in range(3):
        a[2 * step - 1 :: 2 * step] += a[step - 1 :: 2 * step]
        step *= 2
    total = a[n - 1]
    a[n - 1] = 0.0
    for _ in range(3):
        step //= 2
        left = a[step - 1 :: 2 * step].copy()
        a[step - 1 :: 2 * step] = a[2 * step - 1 :: 2 * step]
        a[2 * step - 1 :: 2 * step] += left
    a += x
    np.tanh(a, out=a)
    return (a * y).sum() + total**2


PROGRAM = scanned
WRT = ("x", "y")


def args():
    rng = np.random.default_rng(7)
    return rng.normal(size=8), rng.normal(size=8)
