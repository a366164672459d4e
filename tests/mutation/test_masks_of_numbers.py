"""``np.putmask`` and ``np.place`` take numbers other than 0 for marks, where an index takes them for places."""

import numpy as np
import pytest

from tests.differences import check, refused

X = np.array([0.3, 0.7, 1.2, 0.4, 0.5, 0.6])
MASK = np.array([1, 0, 1, 1, 0, 2])


def by_an_array(x):
    a = x * 1.0
    np.putmask(a, MASK, x[::-1] * 3)
    return np.sum(a * x)


def by_a_list(x):
    a = x * 1.0
    np.putmask(a, [1, 0, 1, 0, 1, 0], x[::-1] * 3)
    return np.sum(a * x)


def of_one_number(x):
    a = x * 1.0
    np.putmask(a, MASK, 2.5)
    return np.sum(a * x)


def marked(x):
    a = x * 1.0
    np.place(a, MASK, [x[0], x[1] * x[2]])
    return np.sum(a * x)


def marked_in_a_matrix(x):
    a = np.outer(x[:2], x[:3])
    np.place(a, MASK.reshape(2, 3), x[0] ** 2)
    return np.sum(a * x[3:])


PROGRAMS = [by_an_array, by_a_list, of_one_number, marked, marked_in_a_matrix]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_marks(program):
    """They were taken for an index: element 1 was replaced, and element 0."""
    check(program, X)


def by_floats(x):
    a = x * 1.0
    np.putmask(a, MASK * 1.0, x)
    return np.sum(a * x)


def of_another_shape(x):
    a = x * 1.0
    np.putmask(a, MASK.reshape(2, 3), x)
    return np.sum(a * x)


def at_truth_values(x):
    a = x * 1.0
    np.put(a, MASK > 0, 2.5)
    return np.sum(a * x)


def at_a_list_of_truth_values(x):
    a = x * 1.0
    np.put(a, [True, False], x[0] ** 2)
    return np.sum(a * x)


REFUSED = [by_floats, of_another_shape, at_truth_values, at_a_list_of_truth_values]


@pytest.mark.parametrize("program", REFUSED, ids=lambda p: p.__name__)
def test_refused(program):
    """Truth values are the indices 0 and 1 to ``np.put``, and were taken for a mask."""
    refused(program, X, match="changes an array in place")
