"""Variables that hold an array on one path and something else on another: what is not known is refused where it counts.

Of an array met by a tuple nothing is known, and nothing of it reached what it was stored into; a number that an array
meets was taken for an array of its rank by rules that look at ranks.
"""

import numpy as np
import pytest

from s2sgrad import Refusal, grad
from tests.differences import check, refused

X = np.array([0.3, 0.7, 1.2])


def stored(x):
    o = x[:2] if x[0] < 0.1 else (x[1], x[2])
    a = np.zeros((3, 3))
    a[0, :2] = o
    return np.sum(a @ x)


def added(x):
    o = [x[1], x[2]] if x[0] > 0.1 else x[:2]
    a = np.zeros(2)
    a[:] += o
    return a[0] * a[1]


def none_or_a_list(x):
    o = None if x[0] < 0.1 else [x[1], x[2]]
    a = np.zeros(2)
    a[:] = o
    return np.sum(a * a)


def kept_in_a_list(x):
    o = x[:2] if x[0] < 0.1 else [x[1], x[2]]
    held = [0, 0]
    held[0] = o
    a = np.zeros(2)
    a[:] = held[0]
    return np.sum(a * a)


def under_another_name(x):
    o = x[:2] if x[0] < 0.1 else [x[1], x[2]]
    other = o
    a = np.zeros(2)
    a[:] = other
    return a[0] * a[1]


def a_text_or_an_array(x):
    o = "a" if x[0] < 0.1 else x[1:]
    a = np.zeros(2)
    a[:] = o
    return a[0] * a[1]


def an_item(x):
    o = [x[0], (x[1], x[2])] if x[0] < 0.1 else [x[0:2], x[1:]]
    a = np.zeros(2)
    a[:] = o[1]
    return a[0] * a[1]


def picked(x):
    if x[0] < 0.1:
        return x[:2]
    return [x[1], x[2]]


def given_by_a_helper(x):
    a = np.zeros(2)
    a[:] = picked(x)
    return a[0] * a[1]


class Box:
    def __init__(self, v):
        self.v = v


def held_by_an_object(x):
    box = Box(x)
    if x[0] > 0.1:
        box.v = [x[0] * 2, x[1]]
    a = np.zeros(2)
    a[:] = box.v[:2]
    return a[0] * a[1]


def bound_in_a_loop(x):
    o = None
    for k in range(3):
        o = [x[k]] if o is None else x
    a = np.zeros(3)
    a[:] = o
    return a[0] * a[1]


def captured(x):
    o = x[:2] if x[0] < 0.1 else (x[1], x[2])

    def made():
        a = np.zeros(2)
        a[:] = o
        return a

    return np.sum(made() ** 2)


def as_an_output(x):
    o = x[:2] if x[0] < 0.1 else (x[1], x[2])
    a = np.zeros(2)
    np.add(a, o, out=a)
    return a[0] * a[1]


def one_by_one(x):
    o = x[:2] if x[0] < 0.1 else (x[1], x[2])
    a = np.zeros(2)
    a[0], a[1] = o
    return a[0] * a[1]


UNKNOWN = [
    stored,
    added,
    none_or_a_list,
    kept_in_a_list,
    under_another_name,
    a_text_or_an_array,
    an_item,
    given_by_a_helper,
    held_by_an_object,
    bound_in_a_loop,
    captured,
    as_an_output,
    one_by_one,
]


@pytest.mark.parametrize("program", UNKNOWN, ids=lambda p: p.__name__)
def test_what_is_not_known_is_not_stored(program):
    refused(program, X, match="what this holds is not known")


def beside_a_tuple_that_is_not_read(x):
    o = x[:2] if x[0] < 0.1 else (x[1], x[2])
    return np.sum(x**2) * len(o)


def test_what_does_not_count_is_no_matter():
    assert np.allclose(grad(beside_a_tuple_that_is_not_read)(X), 4 * X)


def table(x):
    total, o = 0.0, x[:1]
    for _ in range(2):
        r = np.add.outer(o, x)
        total = total + np.sum(r) * np.sum(np.sin(r))
        o = 3
    return total


def table_behind(x):
    v = x * 2
    if x[0] < 5:
        v = 3
    return np.sum(np.subtract.outer(np.outer(x, x), v) ** 2)


def products(x):
    v = 2.5 if x[0] < 5 else x
    return np.sum(np.inner(np.outer(x, x), v) ** 2)


def products_by_a_method(x):
    v = 2.5 if x[0] < 5 else x
    return np.sum(np.outer(x, x).dot(v) ** 2)


def put_in(x):
    o = 3 if x[0] < 5 else x
    r = np.insert(o, 0, x[0])
    return np.sum(r) * np.sum(np.sin(r))


NUMBERS = [table, table_behind, products, products_by_a_method, put_in]


@pytest.mark.parametrize("program", NUMBERS, ids=lambda p: p.__name__)
def test_a_number_is_not_taken_for_an_array(program):
    """Right or refused: all of them gave another number, or a gradient of another shape."""
    try:
        check(program, X)
    except Refusal as refusal:
        assert "for operands of these ranks" in refusal.reason


def filled_like(x):
    o = x[:2] if x[0] > 5 else x[None, :]
    return np.sum(np.full_like(x, o) * np.sin(x))


def filled(x):
    o = x[:2] if x[0] > 5 else x[None, :]
    return np.sum(np.full((2, 3), o) * np.sin(x))


def filled_with_a_number(x):
    o = x[:2] if x[0] > 5 else x[2]
    return np.sum(np.full_like(x, o) ** 2 * x)


@pytest.mark.parametrize("program", [filled_like, filled, filled_with_a_number], ids=lambda p: p.__name__)
def test_arrays_filled_with_what_may_have_more_axes(program):
    check(program, X)


def at_none(x):
    k = np.array([0, 1]) if x[0] < 0.1 else None
    a = np.outer(x, x)
    a[k] = x * 2
    return np.sum(a**3)


def test_an_index_that_may_be_none_is_refused_in_a_store():
    refused(at_none, X, match="may be None")


def filled_where_it_is_an_array(x):
    o = x if x[0] > 5 else x[0]
    a = o * 1.0
    a.fill(x[1])
    return np.sum(a * x)


def test_a_method_that_changes_a_copy_of_a_number():
    """NumPy's numbers have the methods of arrays; there they change nothing."""
    refused(filled_where_it_is_an_array, X)


def summed(x):
    total = 0.0
    for k in range(3):
        total = total + x * x[k]
    return np.sum(total) * total[0] + total @ x


def test_a_sum_that_starts_as_a_number_may_be_used_as_the_array_that_it_becomes():
    check(summed, X)
