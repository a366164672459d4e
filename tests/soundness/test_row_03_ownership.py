"""Row 3: the result of a call is not always ours, and lending an adjoint ends ownership on both sides."""

import numpy as np
import pytest

from tests.differences import check, right_or_refused

rng = np.random.default_rng(3)
A, C, v = rng.normal(size=(3, 4)), rng.normal(size=(4, 3)), rng.normal(size=4)


def transposed(A, C):
    B = A.T
    return (B * C).sum() + (B**2).sum() + A.sum()


def ravelled(A):
    r = A.ravel()
    s = A.reshape(-1)
    return (r * s).sum() + (r**2).sum() + r.sum()


def squeezed(A):
    s = np.squeeze(A[None])
    return (s * A).sum() + (s**3).sum()


def diagonal(A):
    d = np.diag(A[:, :3])
    return (d**2).sum() + (np.diag(d) * A[:, :3]).sum()


def broadcast(v):
    b = np.broadcast_to(v, (3, 4))
    return (b**2).sum() + (b[0] * v).sum() + v.sum()


def real_part(v):
    r = v.real
    return (r**2).sum() + (v * r).sum()


def conjugated(v):
    c = v.conj()
    return (c**2).sum() + (v * np.conj(c)).sum()


def nan_to_num(v):
    u = v * 1.0
    w = np.nan_to_num(u, copy=False)
    return (w**2).sum() + (u * v).sum()


def atleast(v):
    w = np.atleast_2d(v)
    return (w * v).sum() + (w**2).sum()


def as_array(v):
    w = np.asarray(v)
    return (w * v).sum() + (w**2).sum()


def swapped(A):
    B = np.swapaxes(A, 0, 1)
    c = np.moveaxis(B, 0, 1)
    return (B**2).sum() + (c * A).sum()


def expanded(v):
    row, column = v[None, :], np.expand_dims(v, 1)
    return (row * column).sum() + (row**2).sum() + (column**3).sum()


@pytest.mark.parametrize(
    ("program", "args"),
    [
        (transposed, (A, C)), (ravelled, (A,)), (squeezed, (A,)), (diagonal, (A,)), (broadcast, (v,)),
        (real_part, (v,)), (conjugated, (v,)), (nan_to_num, (v,)), (atleast, (v,)), (as_array, (v,)),
        (swapped, (A,)), (expanded, (v,)),
    ],
    ids=lambda p: getattr(p, "__name__", ""),
)  # fmt: skip
def test_views_of_adjoints(program, args):
    right_or_refused(program, *args)


def fibonacci(a, b, n):
    for _ in range(n):
        a, b = b, a + b
    return np.sum(a)


def fibonacci_squared(a, b, n):
    for _ in range(n):
        a, b = b, a + b
    return np.sum(a * b)


def test_fibonacci():
    da, db = check(fibonacci, np.ones(4), np.ones(4), 5, wrt=(0, 1))
    assert np.allclose((da.sum(), db.sum()), (12.0, 20.0), atol=1e-9)


@pytest.mark.parametrize("n", [0, 1, 2, 5])
@pytest.mark.parametrize("args", [(v, v + 1), (0.5, 0.25), (np.float64(0.5), np.float64(2.0)), (A, A + 1)])
@pytest.mark.parametrize("program", [fibonacci, fibonacci_squared])
def test_fibonacci_of_everything(program, args, n):
    right_or_refused(program, *args, n, wrt=(0, 1))


def one_adjoint_for_two(x, y):
    z = x + y
    return (z**2).sum() + 3.0 * x.sum()


def one_adjoint_for_three(x, y, w):
    z = x + y
    u = z + w
    return (u**2).sum() + (3.0 * x * y).sum() + w.sum()


def renamed(x):
    a = x
    b = a
    c = b + a
    return (c * c).sum() + (b * v).sum()


def carried(x, y):
    for _ in range(3):
        old = x
        x = y
        y = old + 0.5 * y
    return (x * y).sum() + x.sum()


def negated_twice(x, y):
    p = x - y
    q = p + x
    return (p * q).sum() + (p**2).sum()


def stacked(x, y):
    z = np.stack([x, y])
    w = np.concatenate([x, y])
    return (z**2).sum() + (w**3).sum() + (x * y).sum()


def selected(x, y):
    if x[0] > 100.0:
        z = x
    else:
        z = y
    z = z + x
    return (z * z).sum() + (y * 2.0).sum()


@pytest.mark.parametrize("program", [one_adjoint_for_two, carried, negated_twice, stacked, selected])
def test_lending(program):
    right_or_refused(program, v, v[::-1] + 1.0)


def test_lending_to_many():
    right_or_refused(one_adjoint_for_three, v, v + 1.0, v - 1.0)
    right_or_refused(renamed, v)


def identity(x):
    return x.sum()


def inner(x, y):
    return x @ y


def constant(x):
    return (x * v).sum()


def constant_through_names(x):
    w = v
    y = x * w
    return y.sum()


@pytest.mark.parametrize(("program", "args"), [(identity, (v,)), (inner, (v, v + 1)), (constant, (v,))])
def test_returned_gradients_are_ours(program, args):
    assert right_or_refused(program, *args) == "right"
    right_or_refused(constant_through_names, v)


def same_for_both(x, y):
    return (x + y).sum() + ((x + y) * v).sum()


def matrix_and_transpose(x, y):
    return ((x + y.T) * A).sum()


def test_gradients_of_two_arguments_are_two_arrays():
    right_or_refused(same_for_both, v, v + 1)
    right_or_refused(matrix_and_transpose, A, C)
