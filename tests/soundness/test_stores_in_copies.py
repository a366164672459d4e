"""Calls that change an array, in helpers and loops written out: each copy is given an array of another rank."""

import numpy as np
import pytest

from tests.differences import check, refused

X = np.array([0.3, 0.7, 1.2])


def put(a, values):
    np.put(a, [0, 1], values)


def a_vector_first(x):
    a, b = np.zeros(3), np.zeros((3, 2))
    put(a, x[1:])
    put(b, x[1:])
    return np.sum(a * x**2) + np.sum(b[:, 0] * np.sin(x))


def a_matrix_first(x):
    a, b = np.zeros(3), np.zeros((3, 2))
    put(b, x[1:])
    put(a, x[1:])
    return np.sum(a * x**2) + np.sum(b[:, 0] * np.sin(x))


def in_a_loop(x):
    total = 0.0
    for a in (np.zeros(3), np.zeros((3, 2))):
        np.put(a, [0, 1], x[1:])
        total = total + np.sum(a**2) * np.sum(x)
    return total


def of_a_number_or_more(x):
    total = 0.0
    for values in (x[0], x[1:]):
        a = np.zeros(3)
        np.put(a, [0, 1], values)
        total = total + np.sum(a * x**2)
    return total


def added(x):
    total = 0.0
    for values in (x[0], x[1:], x[2]):
        a = np.ones(3)
        np.add.at(a, [0, 0], values)
        total = total + np.sum(a * x**2)
    return total


def on_diagonals(x):
    total = 0.0
    for values in (x[0], x[1:], 2.0):
        a = np.ones((3, 3))
        np.fill_diagonal(a, values)
        total = total + x @ a @ np.sin(x)
    return total


def along(a, places, value, axis):
    np.put_along_axis(a, places, value, axis)
    return a


def along_either(x):
    a = along(np.zeros((2, 2)), np.array([[0, 1]]), x[0], 0)
    b = along(np.zeros((2, 2)), np.array([[0], [0]]), x[1] ** 2, 1)
    return x[1:] @ (a @ b) @ x[:2]


PROGRAMS = [a_vector_first, a_matrix_first, in_a_loop, of_a_number_or_more, added, on_diagonals, along_either]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_each_copy_stores_what_its_own_array_asks_for(program):
    """The store that was right for the first array was made of the same call in every copy."""
    check(program, X)


def above_a_loop(x):
    a = np.zeros(3)
    np.put(a, [0, 1], x[1:])
    total = 0.0
    for f in (np.sin, np.cos):
        total = total + np.sum(f(x) * a)
    return total


def given_as_an_output(x):
    a, b = x * 1.0, np.zeros((2, 3))
    np.multiply(a, np.cos(x), out=a)
    b[0] = np.add(x, x * 2, out=a)
    total = 0.0
    for f in (np.sin, np.cos):
        b[1] = np.multiply(x, f(x), a)
        total = total + np.sum(f(x) * a) + np.sum(b**2)
    return total


def changed_in_several_ways(x):
    a = np.outer(x, x)
    np.fill_diagonal(a, x)
    np.put(a, [0, 5], x[:2])
    np.random.default_rng(3).shuffle(a)
    total = 0.0
    for f, k in ((np.sin, 2), (np.cos, 3)):
        row = a[0] * k
        np.put(row, [0, 1], x[1:])
        row.sort()
        total = total + np.sum(f(x) @ a) + row @ x
        a[1].fill(x[0])
    return total


BESIDE = [above_a_loop, given_as_an_output, changed_in_several_ways]


@pytest.mark.parametrize("program", BESIDE, ids=lambda p: p.__name__)
def test_what_is_a_store_already_is_not_made_one_again(program):
    """Beside a loop that is written out, calls were looked for once more, in the stores that they had become."""
    check(program, X)


def larger_of_two(x):
    total = 0.0
    for pair in ((x[0], x[1]), (x[2], x[0] - 1)):
        total = total + max(pair[0] * pair[1], pair[1])
    return total


def test_a_choice_in_several_copies():
    check(larger_of_two, X)


def largest(x):
    total = 0.0
    for some in ((x[0], x[1]), x[:2]):
        total = total + max(some)
    return total


def test_a_choice_of_which_another_copy_has_no_numbers_is_refused_as_one():
    """It was an AttributeError from inside."""
    refused(largest, X, match="this choice is not differentiated")
