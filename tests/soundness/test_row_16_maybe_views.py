"""Row 16: a result that is a view or a copy, depending on the layout of what it was made of."""

import numpy as np
import pytest

from tests.differences import check, refused, right_or_refused

rng = np.random.default_rng(16)
X = np.arange(6.0).reshape(2, 3) + 1


def transposed_and_flattened(X):
    Y = X * 1.0
    v = Y.T.reshape(-1)
    v[0] = v[1] * v[2]
    return (Y**2).sum() + (v * v).sum()


def flattened(X):
    Y = X * 1.0
    v = Y.reshape(-1)
    v[0] = v[1] * v[2]
    return (Y**2).sum() + (v * v).sum()


def ravelled(X):
    Y = X.copy()
    v = Y.ravel()
    v[1:] = v[:-1] * 2
    return (Y**2).sum()


def ravelled_transpose(X):
    Y = X.copy()
    v = Y.T.ravel()
    v[0] = 5.0 * v[3]
    return (Y**2).sum() + v.sum()


def copied(X):
    Y = X.copy()
    v = Y.flatten()
    v[0] = v[1] * v[2]
    return (Y**2).sum() + (v * v).sum()


def transposed(X):
    Y = X.copy()
    T = Y.T
    T[0] = T[1] * T[2]
    return (Y**2).sum() + (T**3).sum()


def sliced(X):
    Y = X.copy()
    v = Y[1:]
    v[0, 0] = Y[0, 1] * v[0, 1]
    v *= 2
    return (Y**2).sum() + (v**3).sum()


def base_written(X):
    Y = X.copy()
    v = Y[0]
    Y[0, 1] = v[2] * v[0]
    return (v**2).sum() + Y.sum()


def newaxis(X):
    Y = X.copy()
    v = Y[:, None]
    v[0, 0, 1] = 3.0 * Y[1, 1]
    return (Y**2).sum() + (v * v).sum()


def view_of_view(X):
    Y = X.copy()
    v = Y[:, 1:]
    w = v[1]
    w[0] = v[0, 0] * 2
    return (Y**2).sum() + (v * 3).sum()


def asarray(X):
    Y = X * 1.0
    v = np.asarray(Y)
    v[0] = v[1] * 2
    return (Y**2).sum()


def ascontiguous(X):
    Y = X * 1.0
    v = np.ascontiguousarray(Y.T)
    v[0] = v[1] * 2
    return (Y**2).sum() + (v**2).sum()


def squeezed(X):
    Y = X[:1] * 1.0
    v = np.squeeze(Y)
    v[0] = v[1] * 2
    return (Y**2).sum()


def fancy(X):
    Y = X * 1.0
    v = Y[[1, 0]]
    v[0] = v[1] * 2
    return (Y**2).sum() + (v**2).sum()


def scalar_of_row(X):
    Y = X * 1.0
    row = Y[0]
    a = row[1]
    row[1] = a * a
    return (Y**2).sum() * a


def in_a_loop(X):
    Y = X * 1.0
    for i in range(len(Y)):
        row = Y[i]
        row[0] = row[1] * row[2]
    return (Y**2).sum()


def loop_over_views(X):
    Y = X * 1.0
    for row in Y:
        row *= row[1]
    return (Y**2).sum()


def split(X):
    Y = X * 1.0
    a, c = np.split(Y, 2)
    a[0, 0] = c[0, 1] ** 2
    return (Y**2).sum()


def diagonal(X):
    Y = X[:, :2] * 1.0
    d = np.diagonal(Y)
    Y[0, 0] = 7.0 * Y[1, 1]
    return (d**2).sum() + Y.sum()


def filled(X):
    Y = X * 1.0
    v = Y[1:]
    v.fill(2.0)
    return (Y**2).sum()


def sorted_in_place(X):
    Y = X * 1.0
    v = Y[0]
    v.sort()
    return (Y * np.arange(3.0)).sum()


PROGRAMS = [
    transposed_and_flattened, flattened, ravelled, ravelled_transpose, copied, transposed, sliced, base_written,
    newaxis, view_of_view, asarray, ascontiguous, squeezed, fancy, scalar_of_row, in_a_loop, loop_over_views, split,
    diagonal, filled, sorted_in_place,
]  # fmt: skip


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_writes_through_what_may_be_a_view(program, order):
    right_or_refused(program, np.asarray(X, order=order))
    right_or_refused(program, np.asarray(rng.normal(size=(2, 3)), order=order))


@pytest.mark.parametrize("program", PROGRAMS)
def test_strided_arguments(program):
    right_or_refused(program, np.arange(12.0).reshape(2, 6)[:, ::2] + 0.5)


def stated(X):
    Y = X * 1.0
    v = Y.T.reshape(-1)
    v[0] = 0.0
    return (Y * Y).sum() / 2 + v.sum()


def test_layout_decides():
    for order in ("C", "F"):
        right_or_refused(stated, np.asarray(X, order=order))


# ---- where it is proven to be a view ----


def diagonal_by_step(x):
    n = len(x)
    A = np.zeros((n, n))
    v = A.reshape(-1)
    v[:: n + 1] += x
    return (A**3).sum() + A[0, 1] * v[0]


def in_a_row(x):
    n = len(x)
    A = np.empty((n, n))
    A.reshape(-1)[:n] = x
    A.ravel()[n : 2 * n] = np.sin(x)
    np.ravel(A)[-n:] = x**2
    A.flat[0] *= x[1]
    return (A**3).sum()


def element_by_element(x):
    n = len(x)
    A = np.zeros((n, n))
    v = A.ravel()
    for k in range(3):
        v[k * (n + 1)] = x[k] ** 2
        v[1::2] += x[0] * v[0]
        A[0, 1] *= 2.0
    return (A**3).sum() + v[0] * A[1, 1] + (v[1:] * v[:-1]).sum()


def repeated(x):
    A = np.zeros((3, 3))
    A.reshape(-1)[np.array([0, 3, 3])] = x
    A.flat[-1] = x[0]
    return (A**3).sum()


def copy_of_a_transpose(x):
    B = np.outer(x, x).T.copy()
    v = B.reshape(-1)
    v[1] = 7 * v[2]
    return (B**3 * np.arange(9.0).reshape(3, 3)).sum() + (v**2).sum()


def any_layout(x):
    A = np.outer(x, 2 * x).T
    A.flat[1::3] = x
    A.flat[2] += x[0] * A[1, 1]
    return (A**3 * np.arange(9.0).reshape(3, 3)).sum()


PROVEN = [diagonal_by_step, in_a_row, element_by_element, repeated, copy_of_a_transpose, any_layout]


@pytest.mark.parametrize("program", PROVEN)
def test_proven(program):
    check(program, X[1])


def told_another_order(x):
    A = np.zeros((3, 3), order="F")
    v = A.reshape(-1)
    v[1] = x[0]
    return (A**3 + A * x).sum() + v.sum()


def keeps_the_order(x):
    B = np.copy(np.outer(x, x).T)
    v = B.reshape(-1)
    v[1] = 7 * v[2]
    return (B**3 + B * x).sum()


def bound_to_another(x):
    A = np.zeros((3, 3))
    for _ in range(2):
        v = A.reshape(-1)
        v[1] = x[0]
        A = (A + x).T
    return (A**3).sum()


@pytest.mark.parametrize("program", [told_another_order, keeps_the_order, bound_to_another])
def test_not_proven(program):
    refused(program, X[1], match="may share its memory")
