"""NumPy reads what it has written already in some stores and calls; rows behind loops, powers in place, two buffers.

Where NumPy guards overlap, it is followed; where it does not, in any version, the store is refused.
"""

import numpy as np
import pytest

from tests.differences import check, refused, right_or_refused

x = np.array([0.1, 0.2, 0.5, 0.3, 0.25, 0.7])
A = np.array([[0.1, 0.2, 0.4], [0.5, 0.3, 0.6], [0.7, 0.9, 0.15]])
MASK = np.array([True, False, True, True, False, True])


def joined(y):
    np.concatenate((y[1:], y[:1]), out=y)


def joined_by_position(y):
    np.concatenate((y[1:], y[:1]), 0, y)


def chosen(y):
    np.choose([0, 1, 0, 1, 0, 1], [y, y[::-1]], out=y, mode="clip")


def flat_slice(y):
    y.flat[1:] = y[:-1]


def flat_reversed(y):
    y.flat[:] = y.ravel()[::-1]


def flat_indices(y):
    y.flat[[0, 1]] = y[1::-1]


def masked(y):
    y[MASK] = y[3::-1]


def placed(y):
    np.place(y, MASK, y[3::-1])


def spread_out(y):
    y[::2] = y[:3]


def spread_out_by_name(y):
    v = y[:3]
    y[::2] = v


def squeezed(y):
    y[1:4] = y[::2]


def copied_to(y):
    np.copyto(y[::2], y[:3])


def picked(y):
    y[[0, 1]] = y[1::-1]


@pytest.mark.parametrize(
    "change",
    [
        joined, joined_by_position, chosen, flat_slice, flat_reversed, flat_indices, masked, placed, picked,
        spread_out, spread_out_by_name, squeezed, copied_to,
    ],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_a_store_that_may_read_what_it_has_written_is_refused(change):
    def f(x):
        y = np.exp(x)
        change(y)
        return (y * y * x).sum()

    refused(f, x, match="read")


def diagonal_reversed(B):
    np.fill_diagonal(B, np.diag(B)[::-1])


def diagonal_of_a_row(B):
    np.fill_diagonal(B, B[0, ::-1])


def ranges(B):
    np.ptp(B, axis=0, out=B[0])


def largest(B):
    np.max(B, axis=0, out=B[1])


def largest_by_method(B):
    B.min(axis=0, out=B[1])


def column_of_a_row(B):
    B[:, 2] = B[1]


def rows_stacked(B):
    np.stack([B[0], B[2], B[1]], out=B)


@pytest.mark.parametrize(
    "change",
    [diagonal_reversed, diagonal_of_a_row, ranges, largest, largest_by_method, column_of_a_row, rows_stacked],
    ids=lambda f: f.__name__,
)
def test_so_is_one_into_a_matrix(change):
    def f(A):
        B = np.exp(A)
        change(B)
        return (B * B * A).sum()

    refused(f, A, match="read")


def test_stores_that_numpy_guards_are_followed():
    def f(x):
        y = np.exp(x)
        y[1:] = y[:-1]
        y[:3] = y[3:] * y[:3]
        y[:] = y[::-1]
        y[1:] += y[:-1]
        y[::2] += y[:3]
        y.flat[:2] += y[2:4]
        y.flat[1:] = y[:-1].copy()
        y[MASK] = y[MASK] * 0.5
        y[::2] = y[:3].copy()
        np.concatenate((y[3:] * 1, y[:3] * 2), out=y)
        np.multiply(y[::2], y[:3], out=y[:3])
        np.stack([y[1], y[0]], out=y[:2])  # of numbers, which are read first
        return (y * y * x).sum()

    check(f, x)


def test_parts_of_a_matrix_that_numpy_guards_are_followed():
    def f(A):
        B = np.exp(A)
        for i in range(3):
            B[i, i:] = B[i:, i]
        row = B[1]
        B[0] = row
        B[...] = B.T
        B[1:, 1:] = B[:-1, :-1]
        B[:, 0] = B[:, 1]
        return (B * B * A).sum()

    check(f, A)


def test_two_buffers_may_be_stored_into_each_other():
    def f(x):
        old, new = np.exp(x), np.zeros(6)
        for _ in range(3):
            new[:] = old * 0.5
            new[::2] = old[:3]
            old, new = new, old
        return (old * x).sum()

    check(f, x)


# ---- rows ----


def last_row_in_else(A):
    B = np.exp(A)
    row = A[0]
    for row in B:
        row *= row
    else:
        s = row.sum()
    return (B * A).sum() * s


def last_row_in_else_alone(A):
    B = np.exp(A)
    for _k, row in enumerate(B):
        row *= row
    else:
        s = row.sum()
    return (B * A).sum() * s


def last_row_of_two(A):
    B = np.exp(A)
    C = B * 2
    row = A[0]
    for r, row in zip(B, C, strict=True):
        r *= row
    else:
        s = row.sum()
    return (B * A).sum() * s


def last_row_behind(A):
    B = np.exp(A)
    row = A[0]
    for row in B:
        row *= row
        if row[0] > 2:
            break
    return (B * A).sum() * row.sum()


@pytest.mark.parametrize(
    "f", [last_row_in_else, last_row_in_else_alone, last_row_of_two, last_row_behind], ids=lambda f: f.__name__
)
def test_the_last_row_is_not_the_value_before_the_loop(f):
    refused(f, A, match="may share its memory")


def test_an_else_without_the_row():
    def f(A):
        B = np.exp(A)
        s = 1.0
        for row in B:
            if row[0] > 9:
                break
            row *= row
        else:
            s = A[1].sum()
        return (B * A).sum() * s

    check(f, A)


# ---- powers in place ----


def test_powers_stored_in_place():
    def f(x):
        y = np.exp(x)
        y[0] **= x[1]
        for k in range(2, 4):
            y[k:] **= x[k] + y[0]
        return y.sum()

    check(f, x)


def test_powers_of_attributes_and_items_of_lists():
    class State:
        def __init__(self, y):
            self.y = y

    def f(x):
        state, parts = State(np.exp(x)), [x[0] * 2, x[1] * 3]
        state.y[1] **= x[2]
        parts[0] **= x[1]
        return state.y.sum() + parts[0] * parts[1]

    right_or_refused(f, x)


# ---- two buffers that are added to ----


def test_buffers_that_are_added_to_and_exchanged():
    def f(x):
        a, b, c = np.exp(x), np.zeros(6), x * 2
        for _ in range(3):
            b += a * c * 0.1
            a, b, c = b, c, a
            c -= a * 0.1
        return (a * x).sum() + b.sum() + c[0]

    check(f, x)


def one_array(x):
    a = np.exp(x)
    b = a
    for _ in range(3):
        b += a * a * 0.1
        a, b = b, a
    return (a * x).sum() + b.sum()


def a_view_of_the_other(x):
    a, b = np.exp(x), np.zeros(6)
    for k in range(3):
        b *= a
        if k == 1:
            a = b[:]
        a += 1
        a, b = b, a
    return (a * x).sum() + b.sum()


def held_by_a_third(x):
    a, b = np.exp(x), np.zeros(6)
    first = a
    for _ in range(3):
        b += a * 0.1
        a, b = b, a
    return (a * x).sum() + first.sum()


@pytest.mark.parametrize("f", [one_array, a_view_of_the_other, held_by_a_third], ids=lambda f: f.__name__)
def test_buffers_that_share_memory_are_refused(f):
    refused(f, x, match="may share its memory")


def test_sums_of_einsum_are_no_views():
    def f(A):
        B = np.exp(A)
        s, rows = np.einsum("ij,ij->", B, B.T), np.einsum("ij->i", B)
        B *= B
        return (B * A).sum() * s * rows.prod()

    check(f, A)


def test_a_transpose_by_einsum_is_a_view():
    def f(A):
        B = np.exp(A)
        C = np.einsum("ij->ji", B)
        C *= B
        return (B * A).sum() * C[0].sum()

    right_or_refused(f, A)
