"""Row 8: a rule that reads its result reads the value of that time, not what the name holds later."""

import numpy as np
import pytest

from tests.differences import right_or_refused

x = np.array([0.3, -0.8, 1.2])


def tanh_scaled(x):
    h = np.tanh(x)
    h *= 2
    return h.sum()


def test_stated_gradient():
    right_or_refused(tanh_scaled, np.array([0.3]), wrt=0, expect=2 * (1 - np.tanh(np.array([0.3])) ** 2))
    right_or_refused(tanh_scaled, x)
    assert abs(2 * (1 - np.tanh(0.3) ** 2) - 1.83) < 0.005


def exp_into_argument(x):
    y = x.copy()
    np.exp(y, out=y)
    return (y * y).sum()


def exp_into_other(x):
    y = np.zeros_like(x)
    np.exp(x, out=y)
    z = y * y
    np.tanh(x, out=y)
    return (z * y).sum()


def power_in_place(x):
    y = x.copy()
    y **= 2
    y **= 3
    return y.sum()


def division_in_place(x):
    y = x.copy()
    y /= x * x + 1
    y /= 2 + y
    return (y * y).sum()


def rebound(x):
    h = np.tanh(x)
    h = h * 2
    h = np.exp(h)
    return (h * h).sum()


def written_elements(x):
    h = np.exp(x)
    h[0] = h[1] * h[2]
    h[1:] = h[1:] * 2
    return (h * h).sum()


def written_through_a_view(x):
    h = np.exp(x)
    v = h[1:]
    v *= 3
    return (h * h).sum()


def written_under_another_name(x):
    h = np.sqrt(x * x + 1)
    g = h
    g += x
    return (h * g).sum()


def in_a_loop(x):
    h = x.copy()
    for _ in range(3):
        h = np.tanh(h)
        h *= 1.5
    return h.sum()


def in_a_loop_in_place(x):
    h = x.copy()
    for _ in range(3):
        h *= h
        h += 0.1
        np.tanh(h, out=h)
    return h.sum()


def in_a_branch(x):
    h = np.tanh(x)
    if x[0] > 0:
        h *= 2
    else:
        h = h + 1
    return (h * h).sum()


def squared_then_scaled(x):
    y = x * 2
    z = y * y
    y *= 3
    w = y * z
    z -= 1
    return (w * z).sum()


def shrink(h):
    h *= 0.5
    return h


def in_a_helper(x):
    h = np.tanh(x)
    g = shrink(h)
    return (h * g).sum()


def divided(x):
    y = 1 / (x * x + 1)
    w = x / y
    y[:] = 0.5
    return (w * y).sum()


def maximum_then_written(x):
    m = np.maximum(x, 0.1)
    m[m > 1] = 0.0
    return (m * m).sum()


PROGRAMS = [
    exp_into_argument, exp_into_other, power_in_place, division_in_place, rebound, written_elements,
    written_through_a_view, written_under_another_name, in_a_loop, in_a_loop_in_place, in_a_branch,
    squared_then_scaled, in_a_helper, divided, maximum_then_written,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_results_read_after_a_write(program):
    right_or_refused(program, x)
    right_or_refused(program, -x)
