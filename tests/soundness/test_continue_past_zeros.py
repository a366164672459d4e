"""Forward mode: what a path overwrites with something inactive has tangent zero behind its ``continue``, too."""

import numpy as np
import pytest

from tests.differences import check


def overwritten(s, x, w):
    c = s
    for _ in range(2):
        if x > w:
            c = w
            continue
        c = w
    return c * x


def unpacked(s, x, w):
    a, b, c = (s, s, s)
    while True:
        for _ in range(2):
            if x > w:
                b, c = (a, w)
                continue
            c = w
        break
    return c + 0.5 * b


def deeper(s, x, w):
    c = s
    for k in range(3):
        if x > w:
            if k < 1:
                c = w
                continue
            c = x
        else:
            c = c * s
    return c


def deeper_still(s, x, w):
    c = s
    for k in range(3):
        if x > w:
            if k > 0:
                c = 2 * w
                continue
        c = w
    return c * s


def inside(s, x, w):
    c = s
    for k in range(2):
        for j in range(3):
            if j > k:
                continue
            if x > w:
                c = x
                continue
            c = w
    return c


def an_array(s, x, w):
    c = s * np.ones(2)
    for _ in range(2):
        with np.errstate(all="ignore"):
            if x > w:
                c = w * np.ones(2)
                continue
            c = np.zeros(2)
    return (c * x).sum()


@pytest.mark.parametrize("f", [overwritten, unpacked, deeper, deeper_still, inside, an_array])
@pytest.mark.parametrize("x", [1.1, -1.1])
def test_the_tangent_is_zero(f, x):
    check(f, 0.8, x, -0.4, wrt=("s",))
