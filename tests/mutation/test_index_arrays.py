"""Stores through index arrays: of several values for one element only the last remains."""

import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import check, refused, right_or_refused

x = np.array([0.5, -1.0, 2.0, 0.7])
A = np.linspace(-1.0, 1.3, 12).reshape(4, 3) ** 3
REPEATED = np.array([0, 0, 2, 0])
INDICES = [REPEATED, np.array([3, 0, 2, 1]), np.array([-1, 3, 3, 2]), np.array([1, 1, 1, 1]), [0, 0, 2, 2]]


def added(x, idx):
    y = x * 2
    y[idx] += x * x
    return (y**2).sum()


def subtracted(x, idx):
    y = x * 2
    y[idx] = y[idx] - x * x
    return (y**2).sum()


def stored(x, idx):
    y = x * 2
    y[idx] = np.exp(x)
    return (y**2).sum()


def multiplied(x, idx):
    y = x * 2
    y[idx] *= x
    y[idx] /= x + 4
    return (y**2).sum()


def of_itself(x, idx):
    y = x.copy()
    y[idx] = y[::-1] * x[0]
    return (y**3).sum()


def scalar(x, idx):
    y = x.copy()
    y[idx] = x[0] * x[1]
    return (y**3).sum()


def part_of_the_index(x, idx):
    y = x.copy()
    y[idx[1:]] = x[:3] ** 2
    y[idx[::-1]] += x[::-1]
    return (y**3).sum()


def looped(x, idx):
    y = x.copy()
    for k in range(3):
        if x[k] > 0:
            y[idx] = y * x[k]
        y[idx[k]] += x[k]
    return (y**2).sum()


def infinite_slope(x, idx):
    y = x * 2
    z = np.array([0.0, 1.0, 4.0, 9.0]) * (x[0] * 2) ** 2
    y[idx] = np.sqrt(z)
    return (y**2).sum()


@pytest.mark.parametrize("idx", INDICES)
@pytest.mark.parametrize(
    "program", [added, subtracted, stored, multiplied, of_itself, scalar, part_of_the_index, looped]
)
def test_repeated_and_unique(program, idx):
    if isinstance(idx, list) and program is part_of_the_index:
        idx = np.array(idx)
    check(program, x, idx, wrt=0)


def test_a_replaced_value_of_infinite_slope():
    right_or_refused(infinite_slope, x, np.array([2, 2, 1, 3]), wrt=0)


def test_empty_index():
    for program in (added, stored):
        check(program, x[:0], np.array([], dtype=int), wrt=0)


def pairs(A, i, j):
    B = A.copy()
    B[i, j] = A[0, 0] * A[i, j]
    B[i, 1] += A[j, 2]
    B[1, j] *= A[2, 0]
    return (B**2).sum()


def rows(A, i, j):
    B = A.copy()
    B[i] = A[j] * A[0]
    B[i, 1:] += A[j][:, 1:] ** 2
    B[:, j] = B[:, j] * A[:, :1]
    return (B**2).sum()


@pytest.mark.parametrize("program", [pairs, rows])
def test_two_index_arrays(program):
    check(program, A, np.array([0, 0, 1]), np.array([2, 2, 1]), wrt=0)
    check(program, A, np.array([0, 3, 1]), np.array([2, 1, 1]), wrt=0)


def unique_pairs(A, y):
    P = np.exp(A)
    P[np.arange(len(y)), y] -= 1.0
    P[np.arange(4), 0] *= A[:, 1]
    return (P**2).sum()


def masks(A, k):
    B = A.copy()
    B[B[:, 0] > 0.0, k] = A[:, 2].sum()
    B[B > 0.2] *= A[0, 0]
    B[A[:, 1] < 0, 1:] = A[0, 1:] ** 2
    B[np.flatnonzero(A[:, 1] < 0)] += A[3]
    B[np.nonzero(A > 0.3)] = A[1, 1]
    return (B**2).sum()


def ordered(A):
    B = A.copy()
    B[np.argsort(A[:, 0])] = A * A[0, 0]
    order = np.argsort(A[:, 1])
    B[order[1:]] += A[1:]
    return (B**3).sum()


def constant_lists(A):
    B = A.copy()
    B[[0, 2]] = B[[2, 1]] * A[0]
    B[[-1, -2], [0, 1]] *= A[0, 0]
    B[:, [1, 0]] = B[:, [0, 1]] * 2
    B[np.ix_([0, 2], [1, 2])] *= A[:2, :2]
    return (B**2).sum()


def test_proven_unique():
    check(unique_pairs, A, np.array([0, 2, 1, 1]), wrt=0)
    check(masks, A, 1, wrt=0)
    check(ordered, A)
    check(constant_lists, A)
    for program, args in [(unique_pairs, (A, np.array([0, 2, 1, 1]))), (ordered, (A,)), (constant_lists, (A,))]:
        gradient = grad(program)
        gradient(*args)
        assert "last" not in gradient.source


def exchanged(A, k, p):
    B = A * 1.0
    B[[k, p]] = B[[p, k]]
    B[:, [0, 1]] *= A[0, 0]
    return (B * np.arange(12.0).reshape(4, 3)).sum() + (B[0] ** 2).sum()


@pytest.mark.parametrize("k,p", [(0, 2), (1, 1), (-1, 3), (3, -1)])
def test_exchanged_rows(k, p):
    check(exchanged, A, k, p, wrt=0)


def of_two_axes(x, idx):
    y = x.copy()
    y[idx] = np.ones((2, 1)) * x[:2]
    return (y**2).sum()


def test_index_arrays_of_two_axes():
    right_or_refused(of_two_axes, x, np.array([[0, 1], [0, 1]]), wrt=0)
    refused(of_two_axes, x, np.asfortranarray([[0, 1], [0, 1]]), wrt=0)


def two_axes_of_a_display(x):
    y = x.copy()
    y[[[0, 1], [0, 1]]] = np.array([[1.0], [2.0]]) * x[:2]
    return (y**2).sum()


def test_a_display_of_two_axes():
    right_or_refused(two_axes_of_a_display, x)


def index_from_the_array(x):
    y = x.copy()
    y[np.argmax(y)] = 0.5 * y.sum()
    y[: len(y) // 2] = 3 * y[: len(y) // 2]
    y[y.shape[0] - 1] *= x[0]
    y[int(y[2] > 5), ...] = x[1]
    return (y**2).sum()


def test_an_index_from_the_array_itself():
    check(index_from_the_array, x)


def through_a_transpose(A):
    B = A.copy()
    B.T[0] = A[:, 1] ** 2
    B.T[1:][0] *= A[:, 0]
    B[1:][0][1] = B[1][0] * 2
    B.swapaxes(0, 1)[2, 1:] += A[1:, 0]
    B.T[[0, 0]] += A[:, 0]
    return (B**2).sum()


def test_views_written_on_the_left():
    check(through_a_transpose, A)


def helper(x, idx):
    y = x.copy()
    y[idx] += x
    y[idx] *= y[0]
    return y


def calls_a_helper(x, idx):
    return (helper(x, idx) * helper(x * x, idx)).sum()


def test_inside_a_helper():
    check(calls_a_helper, x, REPEATED, wrt=0)
