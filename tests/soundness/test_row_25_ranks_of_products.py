"""Row 25: products of matrices and vectors of every rank, batch axes of size 1 included."""

import numpy as np
import pytest

from tests.differences import right_or_refused

rng = np.random.default_rng(25)
SHAPES = [
    ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((3, 3), (3,)), ((3,), (3, 3)), ((3, 3), (3, 3)),
    ((1, 3), (3,)), ((3,), (3, 1)), ((1, 1), (1,)), ((1,), (1, 1)), ((1,), (1,)), ((5, 2, 3), (3,)), ((3,), (5, 3, 2)),
    ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4)), ((5, 2, 3), (5, 3, 4)), ((1, 2, 3), (5, 3, 4)), ((5, 2, 3), (1, 3, 4)),
    ((1, 2, 3), (1, 3, 4)), ((1, 2, 3), (3,)), ((3,), (1, 3, 2)), ((3, 3, 3), (3,)), ((3,), (3, 3, 3)),
    ((3, 3, 3), (3, 3)), ((2, 1, 2, 3), (5, 3, 2)), ((1, 2, 3), (5, 1, 3, 2)), ((0, 3), (3, 2)), ((2, 0), (0, 3)),
]  # fmt: skip


def squared_product(a, b):
    return np.sum((a @ b) ** 2)


def squared_matmul(a, b):
    return np.sum(np.matmul(a, b) ** 2)


def squared_dot(a, b):
    return np.sum(np.dot(a, b) ** 2)


def method_dot(a, b):
    return np.sum(a.dot(b) ** 3)


@pytest.mark.parametrize("shapes", SHAPES, ids=str)
@pytest.mark.parametrize("program", [squared_product, squared_matmul])
def test_products(program, shapes):
    a, b = (rng.normal(size=shape) for shape in shapes)
    right_or_refused(program, a, b)
    right_or_refused(program, a, b, wrt=0)
    right_or_refused(program, a, b, wrt=1)


@pytest.mark.parametrize(
    "shapes", [s for s in SHAPES if len(s[0]) < 3 and len(s[1]) < 3] + [((), (2, 3)), ((2,), ())], ids=str
)
@pytest.mark.parametrize("program", [squared_dot, method_dot])
def test_dots(program, shapes):
    a, b = (rng.normal(size=shape) for shape in shapes)
    right_or_refused(program, np.asarray(a), np.asarray(b))


def gradient_of_a_sum(a, b):
    return (a @ b).sum()


def mean_of_product(a, b):
    return np.mean(a @ b)


@pytest.mark.parametrize("shapes", SHAPES[:24], ids=str)
def test_products_with_a_compact_seed(shapes):
    a, b = (rng.normal(size=shape) for shape in shapes)
    for program in (gradient_of_a_sum, mean_of_product):
        right_or_refused(program, a, b)


def unknown_rank(a, b, flag):
    if flag > 0:
        c = b
    else:
        c = b[:, None]
    return ((a @ c) ** 2).sum()


@pytest.mark.parametrize("flag", [1.0, -1.0])
def test_rank_that_depends_on_a_value(flag):
    right_or_refused(unknown_rank, rng.normal(size=(3, 3)), rng.normal(size=3), flag, wrt=(0, 1))


def rank_changes_in_a_loop(a, b):
    c = b
    for k in range(2):
        c = a @ c
        if k == 0:
            c = c[:, None] * b
    return (c**2).sum()


def test_rank_that_changes_in_a_loop():
    right_or_refused(rank_changes_in_a_loop, rng.normal(size=(3, 3)), rng.normal(size=3))


def outer(a, b):
    return (np.outer(a, b) ** 2).sum()


def inner(a, b):
    return np.sum(np.inner(a, b) ** 2)


def tensordot(a, b):
    return np.sum(np.tensordot(a, b, axes=1) ** 2)


def einsum(a, b):
    return np.sum(np.einsum("i,i->", a, b) ** 2)


def vdot(a, b):
    return np.vdot(a, b) ** 2


def kron(a, b):
    return (np.kron(a, b) ** 2).sum()


def cross(a, b):
    return (np.cross(a, b) ** 2).sum()


@pytest.mark.parametrize("program", [outer, inner, tensordot, einsum, vdot, kron, cross])
def test_other_products(program):
    right_or_refused(program, rng.normal(size=3), rng.normal(size=3))


def augmented(a, b):
    c = a * 1.0
    c @= b
    return (c**2).sum()


def test_product_in_place():
    right_or_refused(augmented, rng.normal(size=(3, 3)), rng.normal(size=(3, 3)))
