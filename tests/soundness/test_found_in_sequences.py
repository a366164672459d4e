"""Programs with lists and displays that once gave a wrong gradient or crashed, each cut down to what it takes."""

import numpy as np
import pytest

from tests.differences import check

VECTOR = np.array([0.3, -0.4, 0.5])


def display_with_a_number(x):
    t = 0.0
    for part in (x[:1], 1, np.outer(x, x)):
        t = np.tanh(t + np.sum(part))
    return np.sin(t)


def steps_on_one_line(x):
    t = x; t = t + 1.0; t = np.sin(t) * x; t = t * 2.0 - x  # fmt: skip  # noqa: E702
    return np.sum(t)


def products_on_one_line(x):
    s = np.sum(x)
    t = s; t = t * x[0]; t = t / x[1]; t = np.tanh(t + 1)  # fmt: skip  # noqa: E702
    return t * s


def arrays_and_integers(x):
    t = 0.0
    for part in [x, np.arange(3)]:
        t = np.tanh(t + np.sum(part * part))
    return t


def arrays_and_integers_by_index(x):
    parts = [x, np.arange(3)]
    parts.append(x * 2)
    t = 0.0
    for k in range(3):
        t = t + np.sum(parts[k] * parts[k])
    return t


def integers_among_what_is_appended(x):
    parts = []
    for k in range(3):
        if k == 1:
            parts.append(x)
        else:
            parts.append(np.arange(3))
    return sum(np.sum(p * p) for p in parts)


def an_integer_array_until_a_branch(x):
    a = np.arange(3)
    if x[0] > 0.2:
        a = x
    b = 1.0 * a[0]
    for k in range(2):
        b = b + a[k] * b
    return b * a[1]


PROGRAMS = [
    display_with_a_number,
    steps_on_one_line,
    products_on_one_line,
    arrays_and_integers,
    arrays_and_integers_by_index,
    integers_among_what_is_appended,
    an_integer_array_until_a_branch,
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_what_random_programs_found(program, sign: float) -> None:
    check(program, VECTOR * sign)
