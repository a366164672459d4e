"""Calls that change an array: ``out=``, methods and functions in place, ``np.add.at``."""

import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import check, refused, right_or_refused

x = np.array([0.5, -1.0, 2.0, 0.7])
A = np.linspace(-1.0, 1.3, 9).reshape(3, 3) ** 3 + np.eye(3)


def out_keyword(x):
    y = np.zeros_like(x)
    np.exp(x, out=y)
    np.multiply(y, x, out=y)
    return (y * np.sin(x)).sum()


def out_positional(x):
    y = np.empty(4)
    np.multiply(x, x, y)
    np.add(y, x[::-1], y)
    np.tanh(y, y)
    return (y**2).sum()


def out_named(x):
    y = np.zeros_like(x)
    y = np.exp(x, out=y)
    z = np.maximum(y, 1.0, out=y)
    return (y * z).sum() + (z**2).sum()


def out_returned(x):
    y = np.zeros(())
    return np.sum(x * x, out=y)


def out_tuple(x):
    y = x.copy()
    np.sin(y, out=(y,))
    return (y * x).sum()


def out_of_a_slice(x):
    y = x * 2.0
    np.exp(x[:2], out=y[1:3])
    np.sqrt(y[1:2], out=y[:1])
    return (y**3).sum()


def out_of_reductions(x):
    s = np.zeros(2)
    z = x.reshape(2, 2)
    np.sum(z, axis=0, out=s)
    m = np.zeros(2)
    z.mean(axis=1, out=m)
    return (s * m).sum() + (s**2).sum()


def out_of_products(A):
    B = np.zeros((3, 3))
    v = np.zeros(3)
    for k in range(2):
        np.matmul(A, A + k, out=B)
        np.dot(B, A[0], out=v)
        np.dot(B, v, v)
    return (v**2).sum()


def out_reads_its_result(x):
    h = np.tanh(x)
    np.exp(h, out=h)
    np.exp(h, out=h)
    h *= 2
    return h.sum()


def out_in_a_branch(x):
    y = np.ones(4)
    for i in range(3):
        if x[i] > 0:
            np.multiply(y, x, out=y)
        else:
            np.subtract(y, x, out=y)
    return (y * y).sum()


def clipped(x):
    y = x * 1.5
    np.clip(y, -1.0, 1.0, out=y)
    y.clip(-0.9, 0.9, out=y)
    return (y * x).sum()


def filled(x):
    y = x.copy()
    y[1:].fill(x[0] ** 2)
    y[:0].fill(3.0)
    z = np.zeros(3)
    z.fill(x[1] * x[2])
    return (y * y).sum() + (z * x[:3]).sum()


def filled_in_a_loop(x):
    y = np.zeros(3)
    s = 0.0
    for v in x:
        y.fill(v * v)
        s += (y * x[0]).sum()
    return s


def copied_to(x):
    y = np.zeros((2, 4))
    np.copyto(y, x)
    np.copyto(y[0], x[::-1] * 2)
    np.copyto(y, 0.5, where=y > 0.9)
    return (y**2).sum()


def put(x):
    y = x.copy()
    np.put(y, [0, 2], x[1] * x[3])
    y.put(np.array([1, 1]), x[0])
    np.putmask(y, y > 0.6, x[1])
    return (y**2).sum()


def diagonal_filled(A):
    B = A @ A
    np.fill_diagonal(B, A[0, 1] * A[1, 2])
    return (B**2).sum()


def sorted_in_place(x):
    y = x * x
    y.sort()
    return (y * np.arange(4.0)).sum()


def operators(x):
    y = x.copy()
    y **= 2
    y /= x + 3.0
    y -= x
    y *= y
    return (y * x).sum()


def matrix_operator(A):
    B = A.copy()
    B @= A
    B @= B
    return (B * A).sum()


def single_precision(x):
    y = np.zeros(4, dtype=np.float32)
    np.copyto(y, x.astype(np.float32))
    y += np.float32(0.5)
    return (y * x).sum()


def at_add(x):
    h = np.zeros(3)
    np.add.at(h, np.array([0, 0, 2, 0]), x * x)
    np.subtract.at(h, [1, 1], x[:2])
    return (h**3).sum()


def at_in_a_loop(x):
    h = np.zeros((3, 2))
    idx = np.array([0, 2, 2, 0])
    for k in range(2):
        np.add.at(h, (idx, k), x * h[0, k] + x[k])
    return (h**2).sum()


def at_scalar(x):
    h = np.ones(3)
    np.add.at(h, np.array([1, 1, 1]), x[0] * x[1])
    np.add.at(h, 2, x[3])
    return (h**3).sum()


def at_rows(A):
    H = np.zeros((2, 3))
    np.add.at(H, np.array([0, 1, 0]), A)
    return (H**2).sum()


PROGRAMS = [
    out_keyword, out_positional, out_named, out_returned, out_tuple, out_of_a_slice, out_of_reductions,
    out_reads_its_result, out_in_a_branch, clipped, filled, filled_in_a_loop, copied_to, put, operators, at_add,
    at_in_a_loop, at_scalar,
]  # fmt: skip
OF_MATRICES = [out_of_products, diagonal_filled, matrix_operator, at_rows]


@pytest.mark.parametrize("program", PROGRAMS)
def test_right(program):
    check(program, x)


@pytest.mark.parametrize("program", OF_MATRICES)
def test_right_of_matrices(program):
    check(program, A)


def test_sorted_in_place():
    right_or_refused(sorted_in_place, x)


def test_a_buffer_of_single_precision():
    x = np.array([0.5, -1.0, 2.0, 0.75], dtype=np.float32)
    check(single_precision, x, expect=(2 * x + 0.5,), kink=True, tol=1e-6)


@pytest.mark.parametrize("program", [out_keyword, out_positional, clipped, copied_to, at_add])
def test_inside_a_helper(program):
    def outer(x):
        return program(x * 2.0) + program(x) ** 2

    right_or_refused(outer, x)


def out_where(x):
    y = x.copy()
    np.exp(x, out=y, where=x > 0)
    return y.sum()


def out_inside(x):
    y = x.copy()
    return np.exp(x, out=y).sum()


def resized(x):
    y = x.copy()
    y.resize(2)
    return y.sum()


def shape_assigned(x):
    y = x.copy()
    y.shape = (2, 2)
    return (y[0] * y[1]).sum()


def flat_assigned(x):
    y = x.copy()
    y.flat[0] = x[1]
    return y.sum()


def at_multiply(x):
    y = x.copy()
    np.multiply.at(y, [0, 0], x[:2])
    return y.sum()


def put_cycles(x):
    y = x.copy()
    np.put(y, [0, 1, 2], x[:2])
    return (y**2).sum()


def shuffled(x):
    y = x.copy()
    np.random.default_rng(0).shuffle(y)
    return (y * np.arange(4.0)).sum()


@pytest.mark.parametrize("program", [out_where, put_cycles, shuffled, flat_assigned, resized])
def test_stores_of_several_values(program):
    check(program, x)


@pytest.mark.parametrize("program", [out_inside, shape_assigned, at_multiply])
def test_refused(program):
    refused(program, x)


def test_the_users_own_text_is_printed():
    gradient = grad(out_keyword)
    gradient(x)
    assert "np.exp(x, out=y)" in gradient.source
    gradient = grad(at_add)
    gradient(x)
    assert "np.add.at(h, np.array([0, 0, 2, 0]), x * x)" in gradient.source


def in_a_case(x):
    t = x * 2
    match int(3 * abs(x[0])):
        case 0:
            np.copyto(t, np.sin(x))
        case 1 | 2:
            np.multiply(t, x, out=t)
        case _:
            t.fill(x[1])
    return np.sum(t * t)


def in_the_parts_of_try(x):
    t = x * 2
    try:
        np.copyto(t, np.sin(x))
    except ValueError as error:
        t.fill(0.0)
        raise RuntimeError from error
    else:
        np.multiply(t, x, out=t)
    finally:
        np.add(t, x, out=t)
    return np.sum(t * t)


@pytest.mark.parametrize("scale", [0.1, 0.5, 0.9, 2.0])
@pytest.mark.parametrize("f", [in_a_case, in_the_parts_of_try], ids=lambda f: f.__name__)
def test_calls_that_write_in_every_kind_of_block(f, scale: float) -> None:
    check(f, np.array([1.0, 0.7, -1.3]) * scale)
