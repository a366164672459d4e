"""Statements with several stores: by two names of one memory, to places that may be the same, of values that are views.

Python computes all values first and stores them one after the other, from left to right.
"""

from types import SimpleNamespace

import numpy as np
import pytest

from s2sgrad import hvp, jvp
from tests.differences import check, refused

VECTOR = np.array([0.1, 0.2, 0.5])
MATRIX = np.array([[0.1, 0.2, -0.3], [0.5, 0.3, 0.4], [-0.2, 0.6, 0.7]])


def swap(a, b):
    a[0], b[0] = b[0], a[0]


# ---- two names of one memory ----


def another_name(x):
    y = np.exp(x)
    z = y
    y[0], z[1] = z[1], y[0]
    return (y * x).sum()


def a_chain(x):
    y = np.exp(x)
    z = y[::-1]
    y[0] = z[0] = x[0]
    return (y * x).sum()


def two_rows(x):
    y = np.outer(np.exp(x), x)
    r, q = y[0], y[1]
    r[0], q[0] = q[0], r[0]
    return (y * x).sum()


def rows_in_a_helper(x):
    y = np.outer(np.exp(x), x)
    swap(y[0], y[1])
    return (y * x).sum()


def overlapping_in_a_helper(x):
    y = np.exp(x)
    swap(y, y[1:])
    return (y * x).sum()


def an_attribute(x):
    o = SimpleNamespace(a=np.exp(x))
    b = o.a
    o.a[0], b[-1] = b[1] * 2, o.a[0] * 3
    return (o.a * x).sum()


def two_keys(x):
    d = {"a": np.exp(x)}
    d["b"] = d["a"]
    d["a"][0], d["b"][-1] = d["b"][1] * 2, d["a"][0] * 3
    return (d["a"] * x).sum()


WRITTEN_AS_PARTS = [
    another_name, a_chain, two_rows, rows_in_a_helper, overlapping_in_a_helper, an_attribute, two_keys,
]  # fmt: skip


@pytest.mark.parametrize("program", WRITTEN_AS_PARTS, ids=lambda f: f.__name__)
def test_two_names_of_one_memory_are_written_as_parts_of_it(program):
    check(program, VECTOR)


def two_lists(x):
    xs = [a * a for a in x]
    ys = xs
    xs[0], ys[1] = ys[1] * 3, xs[0] * 2
    return xs[0] * x[0] + ys[1] * x[1]


def a_flat_view(x):
    u = np.outer(np.exp(x), x)
    v = u.ravel()
    u[0, 0], v[1] = v[1], u[0, 0] * 2
    return (u * x).sum()


def one_of_two(x):
    a = np.exp(x)
    b = a if x[0] > 0 else np.sin(x)
    a[0], b[1] = b[1] * 2, a[0] * 3
    return (a * b * x).sum()


@pytest.mark.parametrize("program", [two_lists, a_flat_view, one_of_two], ids=lambda f: f.__name__)
def test_what_cannot_be_written_so_is_refused_by_both_names(program):
    refused(program, VECTOR, match="at once, and they may share memory")


def two_arrays_that_a_loop_exchanges(x):
    a, b = np.exp(x), np.sin(x)
    for _ in range(3):
        a[0], b[1] = b[1] * a[0], a[0] + b[1]
        a, b = b, a
    return (a * b * x).sum()


def test_arrays_that_are_not_the_same_are_stored_into_as_before():
    check(two_arrays_that_a_loop_exchanges, VECTOR)


# ---- places that may be the same ----


def values_of_both(x, i, j):
    y = np.exp(x)
    y[i], y[j] = y[j] * 2, y[i] + y[j]
    return (y * x).sum()


def sum_and_product(x, i, j):
    y = np.exp(x)
    y[i], y[j], y[2] = y[2] + y[i], y[i] + y[j], y[j] * y[2]
    return (y * x).sum()


def items_of_a_list(x, i, j):
    ys = [a * a for a in x]
    ys[i], ys[j] = ys[j] * ys[i], ys[j] + ys[i]
    return sum(a * a for a in ys)


def slices(x, i, j):
    y = np.exp(x)
    y[i : i + 2], y[j : j + 2] = y[j] * 2, y[j : j + 2] + x[1:]
    return (y * x).sum()


PLACES = [values_of_both, sum_and_product, items_of_a_list, slices]


@pytest.mark.parametrize("program", PLACES, ids=lambda f: f.__name__)
@pytest.mark.parametrize("i, j", [(0, 0), (0, 1)])
def test_a_place_that_is_stored_twice_keeps_its_last_value(program, i, j):
    check(program, VECTOR, i, j, wrt=0)


def one_place_by_two_indices(x):
    y = np.outer(np.exp(x), x)
    y[-1], y[2] = x * 2, y[2] + x
    y[..., 0], y[0] = y[..., 0] + y[1], y[0] + x
    y[0], y[0, None] = y[1], y[0] + y[2]
    return (y * x).sum()


def an_exchange_behind_a_store(x):
    y = np.exp(x)
    y[0], y[[0, 1]] = x[0] * 2, y[[1, 0]]
    y[[0, 1]], y[0] = y[[1, 0]], x[2] * 3
    return (y * x).sum()


@pytest.mark.parametrize("program", [one_place_by_two_indices, an_exchange_behind_a_store], ids=lambda f: f.__name__)
def test_the_same_place_in_two_spellings(program):
    check(program, VECTOR)


# ---- a place that hangs on what is stored before ----


def place_in_an_array(x):
    n, y = np.array([0, 1]), np.exp(x)
    n[0], y[n[0]] = 1, x[0] * 2
    return (y * x).sum()


def place_in_a_list(x):
    n, y = [0, 1], np.exp(x)
    n[0], y[n[0]] = 1, y[n[0]] + x[2]
    return (y * x).sum()


def place_in_itself(x):
    y = np.exp(x)
    y[0], y[int(y[0])] = 2.0, y[1] * x[1]
    return (y * x).sum()


def row_in_itself(x):
    y = np.outer(np.exp(x), x)
    y[0, 0], y[int(y[0, 0])][1] = 1.0, y[0, 0] * 2
    return (y * x).sum()


@pytest.mark.parametrize(
    "program", [place_in_an_array, place_in_a_list, place_in_itself, row_in_itself], ids=lambda f: f.__name__
)
def test_a_place_that_an_earlier_store_changes_is_refused(program):
    refused(program, VECTOR, match="which an earlier store of the statement changes")


def place_that_is_read_before(x):
    n, y = np.array([0, 1]), np.exp(x)
    y[n[0]], n[0] = x[0] * 2, 1
    y[0], y[len(y) - 1] = y[len(y) - 1] * 2, y[0] + x[0]
    return (y * x).sum() + y[n[0]]


def test_a_place_that_a_later_store_changes_is_not():
    check(place_that_is_read_before, VECTOR)


# ---- views that are read when they are stored, and values that are not ----


class Chooser:
    def __init__(self, y, c):
        self.y, self.c = y, c

    @property
    def first(self):
        return self.y[0] if self.c > 0 else self.y[0] * 2

    @property
    def place(self):
        return 0 if self.y[0, 0] > 1 else 2


def a_view_in_one_case(a):
    y = np.exp(a)
    y[1], y[2] = y[2], (y[1] * 2 if a[0, 0] > 0 else y[0])
    return (y * a).sum()


def an_index_in_one_case(a):
    y = np.exp(a)
    y[0], y[1] = y[1], y[0 if y[0, 0] > 1 else 2]
    return (y * a).sum()


def a_view_by_a_function(a):
    y = np.exp(a)

    def first(v):
        return v[0] if a[0, 0] < 0 else v[0] * 2

    y[0], y[1] = y[1], first(y)
    return (y * a).sum()


def a_view_by_a_property(a):
    p = Chooser(np.exp(a), -a[0, 0])
    p.y[0], p.y[1] = p.y[1], p.first
    return (p.y * a).sum()


def an_index_by_a_property(a):
    p = Chooser(np.exp(a), a[0, 0])
    p.y[0], p.y[1] = p.y[1], p.y[p.place]
    return (p.y * a).sum()


IN_ONE_CASE = [
    a_view_in_one_case, an_index_in_one_case, a_view_by_a_function, a_view_by_a_property, an_index_by_a_property,
]  # fmt: skip


@pytest.mark.parametrize("program", IN_ONE_CASE, ids=lambda f: f.__name__)
def test_what_is_a_view_in_one_case_only_is_refused(program):
    refused(program, MATRIX, match="a later one reads what an earlier one has changed")


def views_of_all_kinds(a):
    p = Chooser(np.exp(a), a[0, 0])
    p.y[0], p.y[1] = p.y[1], p.y[0]
    p.y[0], p.y[2] = p.y[1], p.y[p.y.shape[0] - 3]
    y = p.y * a
    y[1], y[len(a) - 1] = y[0, :], y[len(a) - 2]
    return (y * a).sum()


def test_what_is_a_view_in_every_case_is_not():
    check(views_of_all_kinds, MATRIX)


# ---- forward mode: tangents that are bare views ----


def plus_one(v):
    return v + 1


def rows_plus_numbers(a):
    y = np.exp(a)
    y[0], y[1] = y[1] + 1, y[0] + 2
    return (y * y * a).sum()


def whole_arrays(a):
    u, v = np.exp(a), np.sin(a)
    for _ in range(2):
        u[:], v[:] = v + 1, u - 1
    return (u * v * v * a).sum()


def overlapping_parts(a):
    y = np.exp(a)
    y[1:], y[:-1] = y[:-1] + 1, y[1:] + 2
    y[0], y[1] = y[1] * 1.0, +y[0]
    return (y * a).sum()


def reshaped_and_transposed(a):
    y = np.exp(a)
    y[0], y[1] = y[1].reshape(-1) + 1, y[0].reshape(-1) + 2
    y.T[0], y.T[1] = y.T[1] + 1, y.T[0] + 2
    return (y * a).sum()


def by_helpers(a):
    y = np.exp(a)
    y[0], y[1] = plus_one(y[1]), plus_one(y[0])
    other = lambda v: v - 1
    y[1], y[2] = other(y[2]), other(y[1])
    return (y * a).sum()


def chosen(a):
    y = np.exp(a)
    y[0], y[1] = (y[1] + 1, y[0] + 2) if a[0, 0] > 0 else (y[1] * 1, y[0] * 2)
    y[1], y[2] = (y[2] if a[0, 0] < 0 else y[2] + 1), (y[1] + 1 if a[0, 0] > 0 else y[0] * 2)
    return (y * a).sum()


def by_another_name(a):
    u, v = np.exp(a), np.sin(a)
    w = u.T
    u[0], v[0] = v[0] * 2, w[0] * 3
    w = u
    u[1], v[1] = v[1] * 2, w[1] + 1
    return (u * v * a).sum()


def arrays_in_lists(a):
    xs = [np.exp(a[0]), np.sin(a[1])]
    xs[0][:], xs[1][:] = xs[1] + 1, xs[0] + 2
    xs[0], xs[1] = xs[1] + 1, xs[0] - 1
    return (xs[0] * xs[1] * a[2]).sum()


FORWARD = [
    rows_plus_numbers, whole_arrays, overlapping_parts, reshaped_and_transposed, by_helpers, by_another_name,
    arrays_in_lists,
]  # fmt: skip


@pytest.mark.parametrize("program", FORWARD, ids=lambda f: f.__name__)
def test_views_are_read_before_they_are_overwritten(program):
    check(program, MATRIX)


def test_a_view_in_some_cases_may_be_read_too_late():
    refused(chosen, MATRIX, match="NumPy may read here what this store has changed already")


def test_second_derivatives_read_them_before_too():
    direction = np.cos(np.arange(9.0)).reshape(3, 3)
    step = 1e-5 * direction
    slopes = [jvp(rows_plus_numbers)(MATRIX + s, tangents=np.eye(3))[1] for s in (step, -step)]
    second = hvp(rows_plus_numbers)(MATRIX, vectors=direction)
    assert np.trace(second) == pytest.approx((slopes[0] - slopes[1]) / 2e-5, rel=1e-7)


def rows_of_numbers(x):
    y = np.exp(x)
    y[0], y[1] = y[1] + 1, y[0] + 2
    return (y * x).sum()


def test_numbers_are_not_copied():
    derivative = jvp(rows_of_numbers)
    derivative(VECTOR, tangents=VECTOR)
    assert "y_dot[0], y_dot[1] = y_dot[1], y_dot[0]\n" in derivative.source
