"""``x[mask][0]``: a mask or an array of indices gives a copy; the adjoint of a part of it comes back from there."""

import numpy as np
import pytest

from tests.differences import check

x = np.array([2.1, 1.4, 1.9])
SOME = np.array([True, False, True])
K = np.arange(9.0).reshape(3, 3) + 1


def parts_of_a_selection(x):
    return x[x > 1.5][0] ** 2 + x[x > 0][1:].sum() * x[np.array([2, 0])][0]


def columns_in_another_order(x):
    f = np.outer(x, x)
    return (f[:, SOME][[0, 2, 1], :] ** 3 * K[:, :2]).sum()


def bounced_back(x):
    f = np.outer(x, x)
    b = f[:, SOME][[0, 2, 1], :]
    f += 1.0
    f[:, SOME] = b
    return (f**2 * K).sum()


def rows_and_items(x):
    A = np.outer(x, x)
    first = A[x > 0][0, 1] * A[:, SOME][0, 1]
    return first + (A[[0, 2]][1:] ** 2).sum() + (A[[0, 2]][:, [1, 1]] ** 3).sum()


def looped_over(x):
    A = np.outer(x, x)
    s = 0.0
    for row in A[x > 0]:
        s = s + row[0] ** 2 * row.sum()
    for i in range(2):
        s = s + A[x > 0][i].sum() * x[[2, 1]][i]
    return s


PROGRAMS = [parts_of_a_selection, columns_in_another_order, bounced_back, rows_and_items, looped_over]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_right(program):
    check(program, x)
