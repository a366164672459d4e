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


def function_made_in_a_case(x):
    match int(3 * abs(x[0])):
        case 0 | 1 | 2:

            def g(v, q=x[0]):
                if np.sum(v) > 0.1:
                    v = v * q
                return np.tanh(v * q)

            x = g(x)
        case _:
            g = lambda v: v * x
            x = g(x)
    return np.sum(x)


def function_made_in_a_loop_in_a_case(x):
    match int(3 * abs(x[0])):
        case 2:
            for _ in range(2):

                def g(v, q=x[0]):
                    return np.tanh(v * q)

                x = g(x)
    return np.sum(x)


PROGRAMS = [
    function_made_in_a_case,
    function_made_in_a_loop_in_a_case,
    number_or_item_least_along_an_axis,
    number_or_item_largest_along_an_axis,
    number_or_array_least_along_an_axis,
    array_or_number_least_along_an_axis,
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_what_random_programs_found(program, sign: float) -> None:
    check(program, VECTOR * sign)
