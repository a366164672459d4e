"""Stars that unpack what a call gives."""

import numpy as np
import pytest

from tests.differences import check

x = np.array([0.31, 0.42, 0.53, 1.2])
A = np.diag([4.0, 3.0, 2.0, 3.0])


def first_of_several_results(x):
    c, *_ = np.linalg.lstsq(A + np.outer(x, x), x, rcond=None)
    return (c**2).sum()


def parts(x):
    return x[0], x[1:], x * 2


def first_and_last_in_rounds(x):
    s = 0.0
    for k in range(2):
        a, *b, c = parts(x * (k + 1))
        s = s + a * b[0].sum() + c.sum()
    return s


@pytest.mark.parametrize("program", [first_of_several_results, first_and_last_in_rounds])
def test_the_call_is_made_once(program):
    check(program, x)
