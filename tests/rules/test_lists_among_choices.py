"""Lists among the arrays that ``np.choose`` and ``np.select`` choose from: they are broadcast, as arrays are."""

import numpy as np
import pytest

from tests.differences import check

K = np.array([0, 1, 2, 1])
X = np.array([0.31, 0.7, 1.2, 0.4])


def of_one_item(x):
    return np.sum(np.choose(K, [x, x * 2, (x[0],)]) ** 2)


def of_all_items(x):
    return np.sum(np.choose(K, [x, [x[0], x[1], x[2], x[3]], x**2]) ** 2)


def by_a_method(x):
    return np.sum(K.choose(([x[0]], x, x[1])) ** 2)


def an_array_in_a_list(x):
    return np.sum(np.choose(K, (x[:1], x, [x])) ** 2)


def selected(x):
    default = [x[1]]
    return np.sum(np.select([x > 0.5, x > 0.35], [x, [x[0]]], default) ** 2)


def by_default(x):
    return np.sum(np.select([x > 0.5], [x**3], default=[x[0] * x[1]]) ** 2)


PROGRAMS = [of_one_item, of_all_items, by_a_method, an_array_in_a_list, selected, by_default]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_choices(program):
    """Of a list of one item, the adjoint was that of the first element alone."""
    check(program, X)
