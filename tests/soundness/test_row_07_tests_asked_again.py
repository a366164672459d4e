"""Row 7: a test may only be asked again if it gives the same answer the second time."""

import numpy as np
import pytest

from tests.differences import check, right_or_refused

x = np.array([0.8, -0.5, 1.5, 0.3])


def seen_before(x):
    seen = set()
    s = 0.0
    for i in [0, 1, 0, 2, 3, 2]:
        if i not in seen:
            seen.add(i)
            s += x[i] ** 2
    return s


def random_test(x, rng, p):
    s = 0.0
    for i in range(len(x)):
        if rng.random() < p:
            s += x[i] ** 2
    return s


def from_iterator(x, it):
    s = 0.0
    for i in range(len(x)):
        if next(it) > 0:
            s += x[i] ** 2
    return s


def walrus(x):
    s = 0.0
    for i in range(len(x)):
        if (e := x[i] ** 2) > 0.5:
            s += e
        else:
            s += np.sin(e)
    return s


def identity_of_copies(x):
    a = x
    b = a
    s = 0.0
    for _ in range(3):
        if a is b:
            s += (a * b).sum()
            b = b * 0.5
        else:
            s += b.sum()
    return s


def test_random_draws_happen_once():
    right_or_refused(random_test, x, np.random.default_rng(0), 0.5, wrt=0)


def test_iterators_are_consumed_once():
    right_or_refused(from_iterator, x, iter([1, -1, 1, -1]), wrt=0)


@pytest.mark.parametrize("program", [seen_before, walrus, identity_of_copies])
def test_impure_tests(program):
    right_or_refused(program, x)


def overwritten_in_one_branch(x):
    level = 0.0
    s = 0.0
    for i in range(len(x)):
        if level < 1.0:
            level = level + x[i] ** 2
        s += level * x[i]
    return s


def overwritten_in_both(x):
    level = 0.0
    s = 0.0
    for i in range(len(x)):
        if level < 1.0:
            level = level + x[i] ** 2
        else:
            level = level * 0.5
        s += level**2
    return s


def overwritten_element(x):
    u = x.copy()
    for i in range(1, len(u)):
        if u[i - 1] > 0.5:
            u[i - 1] = u[i - 1] * u[i]
        else:
            u[i] = u[i] + u[i - 1] ** 2
    return (u**2).sum()


def flag_changes(x):
    on = True
    s = 0.0
    for i in range(len(x)):
        if on:
            s += x[i] ** 2
            on = False
        else:
            s += x[i] ** 3
            on = x[i] < 0.45
    return s


def counter_changes(x):
    k = 0
    s = 0.0
    for i in range(len(x)):
        if k < 2:
            s += x[i] ** 2
            k += 1
        k = k * 1
    return s * k


def straight_line(x):
    y = x[0]
    if y > 0.5:
        y = y * x[1]
    if y < 0.0:
        y = y * y
    else:
        y = y + x[2]
    return y * x[3]


def nested_tests(x):
    s = 0.0
    a = 1.0
    for v in x:
        if a > 0.5:
            if v > 0:
                a = a * v
                s += a
            else:
                a = 0.7 + v
        else:
            a = a + v * v
        s += a * v
    return s


PROGRAMS = [
    overwritten_in_one_branch, overwritten_in_both, overwritten_element, flag_changes, counter_changes, straight_line,
    nested_tests,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_overwritten_operands(program):
    right_or_refused(program, x)
    right_or_refused(program, -x)


def not_less(x, limit):
    s = 0.0
    for v in x:
        if v < limit:
            s += v**2
        else:
            s += 3 * v
    return s


def early(x, limit):
    if not (x[0] < limit):
        y = x * 2
    else:
        y = x * x
    return y.sum()


def test_comparisons_with_nan_are_not_negated():
    check(not_less, x, float("nan"), wrt=0, expect=np.full(4, 3.0))
    check(early, x, float("nan"), wrt=0, expect=np.full(4, 2.0))


def matrix_product_test(A, v):
    s = 0.0
    for _ in range(3):
        w = A @ v
        if w[0] > w[1]:
            s += w[0] ** 2
        else:
            s += w[1] ** 3
        v = w / 2
    return s


@pytest.mark.parametrize("order", ["C", "F"])
def test_recomputed_products(order):
    rng = np.random.default_rng(7)
    right_or_refused(matrix_product_test, np.asarray(rng.normal(size=(3, 3)), order=order), rng.normal(size=3))
