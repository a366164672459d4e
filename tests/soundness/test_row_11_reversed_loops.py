"""Row 11: a loop runs backward over what it ran forward over."""

import numpy as np
import pytest

from tests.differences import check, right_or_refused

x = np.array([0.5, -0.7, 1.1])
y = np.array([0.2, 0.9, -0.3, 0.8, 1.3])


def target_read_after_the_loop(x):
    i = 2
    a = x[i]
    s = 0.0
    for i in range(2):
        s += 5 * x[i]
    return s + 3 * a


def test_stated_gradient():
    check(target_read_after_the_loop, x, wrt=0, expect=np.array([5.0, 5.0, 3.0]))


def target_used_later(x):
    s = 0.0
    for i in range(2):
        s += x[i] ** 2
    return s * x[i]


def target_overwrites(x):
    k = 2
    s = x[k] ** 2
    for k in range(2):
        s += x[k] * s
    return s


def target_rebound_inside(x):
    s = 0.0
    for i in range(2):
        s += x[i] ** 2
        i = i + 1
        s += x[i] ** 3
    return s


def float_target(x):
    v = x[0] * 2
    s = v * v
    for v in x:
        s += v**3 * s
    return s * v


def zipped(x, y):
    s = 0.0
    for a, b in zip(x, y):
        s += a * b**2
    return s


def stored_zip(x, y):
    pairs = zip(x, y)
    s = 0.0
    for a, b in pairs:
        s += a * b**2
    return s


def enumerated(x, y):
    s = 0.0
    for i, a in enumerate(x):
        s += a * y[i] * (i + 1)
    return s


def bound_of_range_changes(x, y):
    n = 3
    s = 0.0
    for i in range(n):
        s += x[i] * y[i] * s + x[i]
        n = n - 1
    n = 1
    return s + n * s**2


def bound_changes_later(x, y):
    n = 2
    s = 1.0
    for i in range(n):
        s = s * x[i] + y[i]
    n = 3
    for i in range(n):
        s = s * x[i] + y[i]
    return s


def argument_rebound(x, y, n):
    s = 1.0
    for i in range(n):
        s = s * x[i]
    n = 0
    return s + (y * n).sum()


def sequence_rebound(x, y):
    s = 1.0
    z = x * 2
    for v in z:
        s = s * v
        z = z * 3
    z = y
    return s + z.sum()


def steps(x, y):
    s = 0.0
    for i in range(len(y) - 1, 0, -2):
        s = s * y[i] + x[i % 3]
    for i in range(0, len(y), 3):
        s = s * y[i] + x[0]
    return s


def over_list(x, y):
    s = 1.0
    for i in [2, 0, 1, 1]:
        s = s * x[i] + y[i]
    return s


def over_arrays(x, y):
    s = 0.0
    for a in [x, y[:3], x * y[1:4]]:
        s = (a**2).sum() * 0.5 + s * a[0]
    return s


def over_reversed(x, y):
    s = 0.5
    for i in reversed(range(len(x))):
        s = s * x[i] + y[i]
    for v in reversed(y):
        s = np.sin(s * v)
    return s


def empty_range(x, y):
    s = x[0]
    for i in range(3, 1):
        s = s * y[i]
    return s


def nested(x, y):
    s = 0.1
    for i in range(len(x)):
        for j in range(i, len(y)):
            s = np.tanh(s + x[i] * y[j])
    return s


def shared_target(x, y):
    s = 0.1
    for i in range(2):
        s = s * y[i] + x[i]
        for i in range(3):
            s = np.tanh(s * y[i])
        s = s * x[i]
    return s


def sequence_changed_inside(x, y):
    z = x.copy()
    s = 0.0
    for i in range(len(z)):
        s += z[i] ** 2
        z[i] = s * y[i]
    return s + z.sum()


PROGRAMS = [
    zipped, stored_zip, enumerated, bound_of_range_changes, bound_changes_later, sequence_rebound, steps, over_list,
    over_arrays, over_reversed, empty_range, nested, shared_target, sequence_changed_inside,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_iteration(program):
    right_or_refused(program, x, y)


@pytest.mark.parametrize("program", [target_used_later, target_overwrites, target_rebound_inside, float_target])
def test_loop_targets(program):
    right_or_refused(program, x)


@pytest.mark.parametrize("program", [zipped, stored_zip])
def test_unequal_lengths(program):
    right_or_refused(program, x, y)
    right_or_refused(program, y, x)
    right_or_refused(program, x, x)


@pytest.mark.parametrize("n", [0, 1, 3])
def test_rebound_argument(n):
    right_or_refused(argument_rebound, x, y, n, wrt=(0, 1))
