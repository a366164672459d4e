"""Row 17: Python's order of evaluation, and views on the right-hand side of a tuple assignment."""

import numpy as np
import pytest

from tests.differences import check, check_pullback, refused, right_or_refused

A = np.array([[1.0, 2.0], [3.0, 4.0]])
x = np.array([0.5, -0.7, 1.1, 0.9])


def rows_swapped(A):
    B = A.copy()
    B[0], B[1] = B[1], B[0]
    return (B * np.array([[1.0, 2.0], [3.0, 4.0]])).sum()


def test_swapped_rows_are_equal():
    check(rows_swapped, A, wrt=0, expect=np.array([[0.0, 0.0], [4.0, 6.0]]))


M = np.array([[0.1, 1.2, 0.3], [2.0, -0.4, 0.5], [0.7, 0.8, -1.5]])
W = np.arange(9.0).reshape(3, 3)


def weighed(B):
    return (B * W).sum() + B[0, 0] ** 2 * B[1, 1]


def rows_in_a_loop(A):
    B = A.copy()
    for i in range(3):
        for j in range(i):
            if B[i, i] > B[j, j]:
                B[i], B[j] = B[j], B[i]
    return weighed(B)


def exchange(A, i, j):
    A[i], A[j] = 2 * A[j], A[i]


def rows_in_a_helper(A):
    B = A.copy()
    exchange(B, 0, 2)
    exchange(B, 1, 2)
    return weighed(B)


def columns(A):
    B = A.copy()
    B[:, 0], B[:, 1] = B[:, 1], B[:, 0]
    return weighed(B)


def three_rows(A):
    B = A.copy()
    [B[0], B[1], B[2]] = B[1], B[2], B[0]
    return weighed(B)


def overlapping(A):
    B = A.copy()
    B[:2], B[1:] = B[1:], B[:2]
    return weighed(B)


def through_a_view(A):
    B = A.copy()
    C = B[1:]
    B[0], B[1] = C[1], C[0]
    return weighed(B)


def half_copied(A):
    B = A.copy()
    B[0, :], B[1, :] = B[1, :], B[0, :].copy()
    return weighed(B)


def numbers_in_between(A):
    B = A.copy()
    B[0], B[1, 1], B[2] = B[2], B[0, 0] * B[2, 2], B[0]
    return weighed(B)


@pytest.mark.parametrize(
    "program",
    [
        rows_in_a_loop, rows_in_a_helper, columns, three_rows, overlapping, through_a_view, half_copied,
        numbers_in_between,
    ],
)  # fmt: skip
def test_stores_of_views_run_one_after_the_other(program):
    check(program, M)
    check(program, M.astype(np.float32))
    check_pullback(lambda A: exchanged_twice(A), M)


def exchanged_twice(A):
    B = A.copy()
    B[0], B[1] = B[1], B[0]
    B[1], B[2] = B[2] * B[0], B[1]
    return B


def of_changing_rank(A):
    y = A.copy()
    for _ in range(2):
        y[0], y[1] = y[1], y[0]
        y = y.sum(axis=0)
    return y * 2.0


def by_an_index_that_is_stored_to(A):
    B, p = A.copy(), np.array([0, 1, 2])
    p[0], B[p[0]] = 2, B[1]
    return weighed(B)


def in_a_display_of_displays(A):
    B = A.copy()
    B[0], (B[1], B[2]) = B[1], (B[2], B[0])
    return weighed(B)


@pytest.mark.parametrize("program", [of_changing_rank, by_an_index_that_is_stored_to, in_a_display_of_displays])
def test_other_stores_that_read_what_an_earlier_one_changed(program):
    refused(program, M, match="a later one reads what an earlier one has changed")


def rows_swapped_by_copies(A):
    B = A.copy()
    B[0], B[1] = B[1].copy(), B[0].copy()
    return (B * np.array([[1.0, 2.0], [3.0, 4.0]])).sum()


def rows_swapped_by_index(A):
    B = A.copy()
    B[[0, 1]] = B[[1, 0]]
    return (B * np.array([[1.0, 2.0], [3.0, 4.0]])).sum()


def slices_swapped(A):
    B = A.copy()
    B[:, 0], B[:, 1] = B[:, 1], B[:, 0]
    return (B * np.array([[1.0, 2.0], [3.0, 4.0]])).sum()


def elements_swapped(A):
    B = A.copy()
    B[0, 0], B[1, 1] = B[1, 1], B[0, 0]
    return (B * np.array([[1.0, 2.0], [3.0, 4.0]])).sum()


@pytest.mark.parametrize("program", [rows_swapped_by_copies, rows_swapped_by_index, slices_swapped, elements_swapped])
def test_swaps(program):
    right_or_refused(program, A)


def new_index(x):
    a = x.copy()
    i = 0
    i, a[i] = 1, 2.0 * x[2]
    return (a**2).sum() * i


def index_from_value(x):
    a = x.copy()
    i = 2
    a[i], i = x[0] ** 2, 1
    return (a**2).sum() * i


def swapped_names(x):
    a, b = x[0], x[1]
    a, b = b, a
    a, b = a * b, a
    return a * a + b


def rotated(x):
    a, b, c = x[0], x[1], x[2]
    for _ in range(4):
        a, b, c = c * 0.5, a, a * b
    return a + b * c


def chained(x):
    a = b = x * 2
    a = a * b
    return (a + b).sum()


def chained_mutable(x):
    a = b = x * 2
    a[0] = 5.0 * x[1]
    return (a * b).sum()


def chained_targets(x):
    y = x.copy()
    i = 3
    i = y[i] = 1
    return (y**2).sum() * i


def nested_unpacking(x):
    (a, b), c = (x[0], x[1]), x[2]
    [d, e] = [a * b, c]
    return d * e + a


def starred(x):
    a, *rest = x[0], x[1], x[2]
    return a * rest[0] + rest[1] ** 2


def unpacked_array(x):
    a, b, c, d = x
    return a * b + c**2 * d


def subscript_on_both_sides(x):
    y = x.copy()
    y[0] = y[0] * y[1]
    y[1] = y[0] * y[1]
    y[0] += y[1]
    return (y**2).sum()


def augmented_with_itself(x):
    y = x.copy()
    y += y
    y *= y
    return y.sum()


def right_side_first(x):
    y = x.copy()
    y[bump(y)] = y[0] * 3
    return (y**2).sum()


def bump(y):
    y[0] = 2.0
    return 1


def call_order(x):
    a = []
    s = first(a, x) + second(a, x)
    return s


def first(a, x):
    a.append(x[0])
    return x[1]


def second(a, x):
    return a[0] * x[2]


def old_and_new(x):
    h = x[0]
    c = x[1]
    for k in range(3):
        h, c = np.tanh(h + c), h * c + x[k]
    return h * c


PROGRAMS = [
    new_index, index_from_value, swapped_names, rotated, chained, chained_mutable, chained_targets, nested_unpacking,
    starred, unpacked_array, subscript_on_both_sides, augmented_with_itself, right_side_first, call_order, old_and_new,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_order(program):
    right_or_refused(program, x)
