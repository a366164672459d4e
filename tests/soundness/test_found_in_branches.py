"""Programs whose values differ between branches that once went wrong, each cut down to what it takes."""

import numpy as np
import pytest

from tests.differences import check

VECTOR = np.array([-0.93596061, 0.9572495, 0.84227155])


def number_or_item_least_along_an_axis(x):
    t = 1
    if x[0] < 0.0:
        t = x[1]
    return np.mean(np.min(t * np.ones((3, 4)), axis=-2))


def number_or_item_largest_along_an_axis(x):
    t = 1 and x[1]
    return np.mean(np.max(np.ones((3, 4)) + t * x[0], axis=-1))


def number_or_array_least_along_an_axis(x):
    t = 1
    if x[0] < 2.0:
        t = x
    return np.mean(np.min(t * np.ones((2, 3)), axis=-2))


def array_or_number_least_along_an_axis(x):
    t = x
    if x[0] > 2.0:
        t = 1
    return np.mean(np.min(t[1:] * np.outer(np.ones(3), x[:2]), axis=0))


PROGRAMS = [
    number_or_item_least_along_an_axis,
    number_or_item_largest_along_an_axis,
    number_or_array_least_along_an_axis,
    array_or_number_least_along_an_axis,
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_what_random_programs_found(program, sign: float) -> None:
    check(program, VECTOR * sign)
