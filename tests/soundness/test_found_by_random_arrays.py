"""Programs on three arrays that are exchanged, aliased, cut and written to, each of which once came out wrong."""

import numpy as np
import pytest

from tests.differences import check, right_or_refused

X = np.array([0.20172859, -0.84829628, -0.29935844])
Y = np.array([-0.33277013, -0.9240458, 0.71494176])


def product(p, q):
    t = p
    return t * q


def raised(m, n):
    m += 0.3


def a_number_that_becomes_an_array(x, y):
    a = x
    b = 1.0
    c = x
    b *= a
    a = product(c, c)
    a[::-1] = c
    return (a * b * y).sum()


def a_result_that_is_changed_by_a_helper(x, y):
    a = x
    c = x
    b = y * c
    c = product(c, c)
    raised(c, c)
    return (a * b).sum() + c[0] + (c * a).sum()


def an_operand_that_takes_the_result(x, y):
    b = y * 1.0
    c = x
    b[:2] += c[1:]
    a = np.sin(b)
    b = product(a, b)
    b *= b
    return (a * b).sum() + c[0] + (c * a).sum()


def an_operand_that_takes_the_result_in_a_loop(x, y):
    b = y * 1.0
    for k in range(3):
        b[:2] += x[1:]
        b = product(x, b)
        b *= b
        b[k] += x[k]
    return (x * b).sum()


def a_name_that_one_statement_binds_twice(x, y):
    a = x
    a, a = a * y, a
    (b, c), b = (a, y), y * 2.0
    return (a * b * c).sum()


def a_loop_that_binds_one_name_twice(x, y):
    s = 0.0
    for v, v in zip(x, y):
        s = s + v * v
    return s + x[0]


FUNCTIONS = [f for f in list(globals().values()) if getattr(f, "__code__", None) is not None]
PROGRAMS = [f for f in FUNCTIONS if f.__code__.co_varnames[:2] == ("x", "y")]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_program(program):
    check(program, X, Y, wrt=(0, 1))


def test_a_value_that_only_some_paths_assign():
    def f(s, y):
        try:
            if (1 - s) > 0.2:
                return np.sum(y) + np.sum(np.sin(s))
            t = np.sin(y * s)
        except ValueError as error:
            raise RuntimeError from error
        return np.mean(t)

    for s in (0.3, 0.9):
        right_or_refused(f, s, Y, wrt=(0, 1))


def test_an_array_to_which_a_named_value_is_added_in_a_branch():
    def f(x, y):
        z = np.where(y > x, 0.4, 0.9)
        if x[0] < x[1]:
            z += np.cos(np.tanh(x))
        t = np.tanh(x[[1]] * z)
        z[[-1]] *= np.tanh(z[:1])
        return np.sum(t) + np.sum(z)

    for x in (X, -X):
        check(f, x, Y, wrt=(0, 1))


class Box:
    def __init__(self, held):
        self.held = held

    def scaled(self, k):
        return self.held * k


def test_an_object_that_a_method_saves_while_its_array_is_changed():
    def f(x):
        b = np.sin(x)
        c = Box(b).scaled(b)
        b += b
        return b[0] + np.sum(c)

    right_or_refused(f, X)


def test_a_part_of_what_a_branch_put_together_is_changed_behind_it():
    def f(x):
        b = x.copy()
        if x[1] > 0:
            b = np.stack([x, b])[1]
        s = b[1]
        b[:] = x
        return s

    right_or_refused(f, X)
    right_or_refused(f, -X)
