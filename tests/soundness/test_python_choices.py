"""Python's own ``max``, ``min`` and ``sorted``: the derivative follows the number that Python took."""

import numpy as np
import pytest

from tests.differences import check

x = np.array([0.5, -0.7, 1.1])


def of_two_and_three(x):
    m = max(x[0], x[1])
    return m * m + min(x[2], 5.0) + max(x[0] * 2, x[1], x[2] ** 2)


def of_generators(x):
    return max(abs(v) for v in x) + min([v * v for v in x]) * x[0]


def sorted_lists(x):
    xs = [v * 2 for v in x]
    a = sorted(xs)
    b = sorted(xs, reverse=True)
    return a[0] * b[1] + max(xs) * min(xs)


def running_maximum(x):
    s = 0.0
    for v in x:
        s = max(s, s + v)
    return s * max([x[0], 2 * x[1]])


def in_comprehensions(x):
    ys = []
    for v in x:
        ys.append(max(0.0, v) ** 2)
    zs = [min(v, 0.5) for v in ys]
    return sum(ys) + sum(zs)


def first_of_equal_ones(x):
    xs = [x[0], x[0], x[1]]
    xs.append(x[0])
    return max(xs) * 2


def nested_choices(x):
    a = x[0] if x[0] > x[1] else max(x[1], x[2])
    return a + max(1, 2) * x[0]


PROGRAMS = [of_two_and_three, of_generators, sorted_lists, running_maximum, in_comprehensions, nested_choices]


@pytest.mark.parametrize("program", PROGRAMS)
def test_right(program):
    check(program, x)


def of_equal_arguments(a, b):
    return max(a, b) * 2 + min(b, a)


def test_of_equal_ones_the_first_is_taken():
    check(of_equal_arguments, 1.0, 1.0, kink=True, expect=(2.0, 1.0))
    check(first_of_equal_ones, x, wrt=0, kink=True, expect=np.array([2.0, 0.0, 0.0]))


def sum_that_reads_item(x):
    item = x[0]
    rows = []
    for k in range(2):
        rows.append(x * k)
    return (sum(rows) * item).sum()


def loop_names(x):
    a, b = x[0], x[1]
    xs = [a, b]
    xs.append(a * b)
    ys = list(xs)
    return sum(xs) * sum(ys) * a + b


@pytest.mark.parametrize("program", [sum_that_reads_item, loop_names])
def test_names_of_generated_comprehensions(program):
    check(program, x)
