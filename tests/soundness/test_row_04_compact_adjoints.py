"""Row 4: an adjoint kept at its shape before broadcasting must be spread before it is summed, viewed or indexed."""

import numpy as np
import pytest

from tests.differences import right_or_refused

rng = np.random.default_rng(4)
A, b = rng.normal(size=(4, 3)), rng.normal(size=3)


def kept(A, b, w):
    Z = A + b
    y = Z.sum(0, keepdims=True)
    return (y * w).sum()


def kept_squared(A, b, w):
    Z = A + b
    y = Z.sum(0, keepdims=True)
    return (y**2 * w).sum()


def everything(A, b, w):
    Z = A * w + b
    return Z.sum()


def mean_of_all(A, b, w):
    Z = A @ np.diag(b) + w
    return Z.mean()


def column_sum(A, b, w):
    Z = A * w + b
    return (Z.sum(axis=0) * b).sum()


def row_mean(A, b, w):
    Z = np.tanh(A + b)
    return (Z.mean(axis=1, keepdims=True) * A).sum() + w.sum()


def transposed_sum(A, b, w):
    Z = (A + b).T
    return (Z.sum(axis=1) * w).sum()


def sliced_sum(A, b, w):
    Z = A + b
    Z = Z[1:]
    return Z.sum() + (w * Z.sum(0)).sum()


def reshaped_sum(A, b, w):
    Z = (A + b).reshape(-1)
    return Z.sum() * w[0]


def multiplied_sum(A, b, w):
    Z = A + b
    return (Z @ w).sum()


def looped_sum(A, b, w):
    s = 0.0
    for t in range(3):
        Z = A + b * t
        s = s + Z.sum()
    return s * w[1]


def branched_sum(A, b, w):
    Z = A + b
    if A[0, 0] > 100:
        s = Z.sum()
    else:
        s = Z.sum() * 2
    return s + w.sum()


def written_sum(A, b, w):
    Z = A + b
    Z[0] = w
    return Z.sum()


def carried_sum(A, b, w):
    Z = A
    for _ in range(3):
        Z = Z + b
    return Z.sum() + w.sum()


def divided_sum(A, b, w):
    Z = A / (b * b + 1.0)
    Q = Z - w
    return Q.mean(axis=0).sum() + Q.mean()


def stacked_sum(A, b, w):
    Z = np.concatenate([A + b, A * w])
    return Z.sum()


def where_sum(A, b, w):
    Z = np.where(A > 0, A + b, w)
    return Z.sum()


def through_helper(A, b, w):
    return total(A + b) * w.sum()


def total(Z):
    return Z.sum()


PROGRAMS = [
    kept, kept_squared, everything, mean_of_all, column_sum, row_mean, transposed_sum, sliced_sum, reshaped_sum,
    multiplied_sum, looped_sum, branched_sum, written_sum, carried_sum, divided_sum, stacked_sum, where_sum,
    through_helper,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_reductions_of_broadcasts(program):
    right_or_refused(program, A, b, b[::-1] + 0.5)


@pytest.mark.parametrize("program", [kept, kept_squared, everything, column_sum, row_mean, carried_sum])
@pytest.mark.parametrize("shape", [(1, 3), (4, 1), (1, 1), (4, 3), (0, 3)])
def test_one_sized_and_empty_axes(program, shape):
    right_or_refused(program, np.ones(shape), b, b + 1.0)


def test_stated_sum():
    ones = np.ones((7, 3))
    assert (
        right_or_refused(kept, ones, b, np.full(3, 4.0), expect=(4.0 * ones, np.full(3, 28.0), 7 * (1 + b))) == "right"
    )


def scalar_total(a, s):
    Z = a + s
    return Z.sum() + (Z * s).sum()


@pytest.mark.parametrize("s", [0.5, np.float64(0.5), np.array(0.5), np.array([0.5]), np.array([[0.5]])])
@pytest.mark.parametrize("a", [b, A, np.ones((1, 3)), np.ones(1)])
def test_scalars_of_every_kind(a, s):
    right_or_refused(scalar_total, a, s)
