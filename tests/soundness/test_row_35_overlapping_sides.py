"""Row 35: an in-place operation whose two sides overlap reads the old values, and no line we print has one."""

import re

import numpy as np
import pytest

from s2sgrad import grad
from s2sgrad.errors import S2SGradError
from tests.differences import right_or_refused

x = np.array([1.0, 2.0, 3.0, 4.0, 5.0])


def running(x):
    a = x.copy()
    a[1:] += a[:-1]
    return (a * np.arange(1, 6)).sum()


def spelled_out(x):
    a = x.copy()
    a[1:] = a[1:] + a[:-1]
    return (a * a).sum()


def backward(x):
    a = x.copy()
    a[:-1] += a[1:]
    return (a * a).sum()


def reversed_sides(x):
    a = x.copy()
    a += a[::-1]
    return (a * a).sum()


def multiplied(x):
    a = x.copy()
    a[1:] *= a[:-1]
    return a.sum()


def moved(x):
    a = x.copy()
    a[2:] = a[:-2]
    return (a * np.arange(5)).sum()


def repeatedly(x):
    a = x.copy()
    for _ in range(3):
        a[1:] = a[1:] - 0.5 * a[:-1]
    return (a * a).sum()


def transposed(x):
    A = np.outer(x, x + 1)
    A += A.T
    return (A * A).sum() * 1e-3


def column(x):
    A = np.outer(x, x + 1)
    A -= A[:, :1]
    return (A * A).sum() * 1e-3


def own_mean(x):
    a = x.copy()
    a -= a.mean()
    a /= a.max()
    return (a**3).sum()


def first_element(x):
    a = x.copy()
    a /= a[4]
    return (a * a).sum()


def difference_operator(x):
    y = x[1:] - x[:-1]
    z = y[1:] - y[:-1]
    return (y * y).sum() + (z * z).sum()


PROGRAMS = [
    running, spelled_out, backward, reversed_sides, multiplied, moved, repeatedly, transposed, column, own_mean,
    first_element, difference_operator,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_overlap(program):
    right_or_refused(program, x)


@pytest.mark.parametrize("program", PROGRAMS)
def test_no_printed_line_overlaps(program):
    """``d[slice] += ... d[other slice] ...`` is a running sum under Numba."""
    try:
        wrapped = grad(program)
        wrapped(x)
    except S2SGradError:
        return
    primal = program.__code__.co_consts
    for line in wrapped.source.splitlines():
        match = re.match(r"\s*(d\w+)\[.*\] [-+*/]= (.*)", line)
        if match and primal:
            assert not re.search(rf"\b{match[1]}\[", match[2]), line


def test_values_of_the_user_stay():
    a = x.copy()
    a[1:] += a[:-1]
    assert np.array_equal(a, [1.0, 3.0, 5.0, 7.0, 9.0])
