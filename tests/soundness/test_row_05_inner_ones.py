"""Row 5: axes that turn out to have length 1 inside the function."""

import numpy as np
import pytest

from tests.differences import right_or_refused

rng = np.random.default_rng(5)
y = np.arange(1.0, 6.0)
A = rng.normal(size=(4, 3))


def times(n, dt, y):
    t = np.arange(1, n + 1) * dt
    return ((t + t.mean()) * y).sum()


def test_arange_of_one():
    right_or_refused(times, 5, 0.1, y, wrt="dt", tol=1e-7)
    right_or_refused(times, 1, 0.1, y, wrt="dt", expect=30.0)
    right_or_refused(times, 1, 0.1, y, wrt=("dt", "y"))


def tail(x, y):
    return (x[1:] * y).sum()


def middle(x, y):
    return ((x[1:-1] + y) ** 2).sum()


def masked(x, y):
    return ((x[x > 0.5] + y) ** 2).sum()


def reshaped(x, y):
    z = x.reshape(-1, 2)
    return (z * y[:2]).sum() + (z * y[:1]).sum()


def zeros(x, y):
    z = np.zeros(len(x) - 1) + x[1:]
    return (z * y).sum()


def joined(x, y):
    z = np.concatenate([x[2:], x[:1]])
    return (z * y).sum()


def taken(x, y):
    z = x[np.arange(len(x) - 1)]
    return (z + y).prod()


def summed(x, y):
    z = x[:, None] * y[None, : len(x)]
    return (z.sum(axis=1) * y[: len(x)]).sum()


@pytest.mark.parametrize("program", [tail, middle, zeros, taken])
@pytest.mark.parametrize("lengths", [(6, 5), (2, 5), (3, 5), (7, 5)])
def test_slices_of_any_length(program, lengths):
    x, w = rng.uniform(0.6, 1.5, lengths[0]), y[: lengths[1]]
    try:
        program(x, w)
    except ValueError:
        pytest.skip("these lengths do not broadcast")
    right_or_refused(program, x, w)


@pytest.mark.parametrize("x", [np.array([0.1, 0.9, 0.2]), np.array([0.1, 0.9, 0.2, 0.7, 0.8, 0.6, 1.0])])
def test_masks(x):
    right_or_refused(masked, x, y)


@pytest.mark.parametrize("n", [2, 4])
def test_reshape(n):
    right_or_refused(reshaped, rng.normal(size=n), y)


@pytest.mark.parametrize("n", [2, 3, 6])
def test_concatenate(n):
    right_or_refused(joined, rng.normal(size=n), y[:2] if n == 3 else y)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_outer(n):
    right_or_refused(summed, rng.normal(size=n), y)


def matrix_tail(A, b):
    return (A[1:] * b[:, None] + A[:1]).sum() + (A[:, 1:] ** 2 * b[:2]).sum()


def rows(A, w):
    s = 0.0
    for i in range(len(A)):
        s = s + (A[i : i + 1] * w).sum() + ((A[: i + 1] + w) ** 2).sum()
    return s


def test_matrices():
    right_or_refused(matrix_tail, A, np.ones(3))
    right_or_refused(matrix_tail, A[:2, :2], np.ones(1))
    right_or_refused(rows, A, rng.normal(size=(1, 3)))
    right_or_refused(rows, A, rng.normal(size=3))


def add(a, b):
    return ((a + b) ** 2).sum()


@pytest.mark.parametrize(
    "shapes", [((3, 1), (1, 3)), ((1,), (3,)), ((1, 1), (3,)), ((2, 1, 3), (4, 1)), ((3,), (1, 1, 1))]
)
def test_arguments_with_ones(shapes):
    a, b = (rng.normal(size=shape) for shape in shapes)
    assert right_or_refused(add, a, b) == "right"
    assert right_or_refused(add, np.ones((3, 3)), np.ones((3, 3))) == "right"
    assert right_or_refused(add, b, a) == "right"


def two_lengths(x, n, m):
    a = x[:n]
    b = x[m:]
    return ((a + b) ** 2).sum()


@pytest.mark.parametrize(("n", "m"), [(5, 1), (1, 1), (5, 5), (2, 4), (1, 5)])
def test_slices_by_arguments(n, m):
    right_or_refused(two_lengths, np.arange(1.0, 7.0), n, m, wrt=0)


def grid(lo, hi, n, w):
    t = np.linspace(0.0, 1.0, n) * (hi - lo) + lo
    return (np.sin(t) * w).sum()


@pytest.mark.parametrize("n", [5, 1])
def test_linspace(n):
    right_or_refused(grid, 0.2, 0.9, n, y, wrt=(0, 1, 3))


def ones_column(x, k):
    Z = np.ones((3, k)) * x
    return (Z * np.ones((3, 4))).sum() + (Z.sum(axis=0) * x).sum()


@pytest.mark.parametrize("k", [4, 1])
def test_ones_by_argument(k):
    right_or_refused(ones_column, rng.normal(size=4), k, wrt=0)
