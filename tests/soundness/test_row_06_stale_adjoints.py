"""Row 6: the adjoint of a value that lives within one iteration must not survive into the next."""

import numpy as np
import pytest

from tests.differences import check, right_or_refused

x = np.array([2.0, 0.5, 3.0, 0.1])
rng = np.random.default_rng(6)


def thresholded(x):
    s = 0.0
    for t in range(len(x)):
        e = x[t] ** 2
        if e > 1:
            s += e
    return s


def test_stated_gradient():
    check(thresholded, x, wrt=0, expect=np.array([4.0, 0.0, 6.0, 0.0]))


def both_sides(x):
    s = 0.0
    for t in range(len(x)):
        e = np.tanh(x[t])
        w = e * e
        if e > 0.9:
            s += w
        else:
            if e > 0.2:
                s += 3 * e
    return s


def arrays(x):
    s = 0.0
    for t in range(len(x)):
        e = np.tanh(x * x[t])
        if x[t] > 1:
            s += e.sum()
        elif x[t] > 0.3:
            s += (e * e).sum()
    return s


def unbound_before(x):
    s = 0.0
    for t in range(len(x)):
        if x[t] > 1:
            e = x[t] ** 3
            s += e
    return s


def bound_earlier(x):
    s = 0.0
    for t in range(len(x)):
        if x[t] > 0.4:
            e = x[t] ** 3
        if t > 0:
            s += e * x[t - 1]
    return s


def used_after_loop(x):
    e = x[0]
    for t in range(len(x)):
        if x[t] > 0.3:
            e = e * x[t]
    return e**2 + e


def unbound_in_empty_loop(x, n):
    s = x[0] * x[1]
    for t in range(n):
        e = x[t] ** 2
        s += e
    return s


def last_iteration(x):
    for t in range(len(x)):
        e = x[t] ** 2
    return e


def redefined(x):
    s = 0.0
    for t in range(len(x)):
        e = x[t] ** 2
        s += e
        e = np.sin(x[t])
        if e > 0.4:
            s += e * x[0]
    return s


def nested(x):
    s = 0.0
    for i in range(len(x)):
        a = x[i] ** 2
        for j in range(i):
            b = a * x[j]
            if b > 0.3:
                s += b
        if a < 1:
            s += a
    return s


def while_branch_returns_none(x):
    s = 0.0
    for v in x:
        e = v * v
        f = e + 1
        if f > 2:
            s = s + f * e
    return s


@pytest.mark.parametrize(
    "program",
    [
        thresholded, both_sides, arrays, unbound_before, bound_earlier, used_after_loop, last_iteration, redefined,
        nested, while_branch_returns_none,
    ],
)  # fmt: skip
def test_conditional_contributions(program):
    right_or_refused(program, x)
    right_or_refused(program, x[::-1].copy())
    right_or_refused(program, np.array([0.6]))


@pytest.mark.parametrize("n", [0, 1, 3])
def test_no_iteration(n):
    right_or_refused(unbound_in_empty_loop, x, n, wrt=0)


def step(v):
    e = np.tanh(v)
    if e > 0.5:
        r = e * e
    else:
        r = v
    return r


def through_a_helper(x):
    s = 0.0
    for t in range(len(x)):
        s += step(x[t]) * x[0]
    return s


def test_helper():
    right_or_refused(through_a_helper, x)
