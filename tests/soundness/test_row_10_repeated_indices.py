"""Row 10: of repeated indices in a store only the last counts; in a load every one does."""

import numpy as np
import pytest

from s2sgrad import grad, hvp
from tests.differences import check, right_or_refused

x, e = np.array([0.5, -1.0, 2.0, 0.7]), np.array([0.3, 0.9, -0.4])
REPEATED, UNIQUE = np.array([0, 0, 2]), np.array([3, 0, 2])


def added_literal(x, e):
    y = x.copy()
    y[[0, 0, 2]] += e
    return (y**2).sum()


def stored_literal(x, e):
    y = x.copy()
    y[[0, 0, 2]] = e
    return (y**2).sum()


@pytest.mark.parametrize("program", [added_literal, stored_literal])
def test_literal_indices(program):
    right_or_refused(program, x, e)


def added(x, e, idx):
    y = x.copy()
    y[idx] += e
    return (y**2).sum()


def stored(x, e, idx):
    y = x.copy()
    y[idx] = e
    return (y**2).sum()


def spelled_out(x, e, idx):
    y = x * 1.0
    y[idx] = y[idx] + e
    return (y**3).sum()


def multiplied(x, e, idx):
    y = x.copy()
    y[idx] *= e
    return (y**2).sum()


def added_at(x, e, idx):
    y = x.copy()
    np.add.at(y, idx, e)
    return (y**2).sum()


def loaded(x, e, idx):
    return (x[idx] * e).sum() + (x[idx] ** 2).sum()


def loaded_twice(x, e, idx):
    y = np.append(x, x)[idx]
    z = np.append(y, x)[idx]
    return (z * e).sum() + (y * x[idx]).sum()


def in_a_loop(x, e, idx):
    y = x.copy()
    for k in range(3):
        y[idx] = y[idx] * e
        y[idx[k]] += e[k]
    return (y**2).sum()


def taken(x, e, idx):
    return (np.take(x, idx) * e).sum()


PROGRAMS = [added, stored, spelled_out, multiplied, added_at, loaded, loaded_twice, in_a_loop, taken]


@pytest.mark.parametrize("idx", [REPEATED, UNIQUE, np.array([-1, 3, 3]), np.array([1, 1, 1]), [0, 0, 2]])
@pytest.mark.parametrize("program", PROGRAMS)
def test_index_arrays(program, idx):
    right_or_refused(program, x, e, idx, wrt=(0, 1))


def test_stated_case():
    right_or_refused(stored, x, e, REPEATED, wrt=1, expect=np.array([0.0, 1.8, -0.8]))


def masked(x, e, mask):
    y = x.copy()
    y[mask] = e
    y[mask] *= 2
    return (y**2).sum()


def masked_scalar(x, s, mask):
    y = x.copy()
    y[mask] += s
    y[~mask] = s * s
    return (y**2).sum()


def test_masks():
    mask = np.array([True, False, True, True])
    right_or_refused(masked, x, e, mask, wrt=(0, 1))
    right_or_refused(masked_scalar, x, 0.7, mask, wrt=(0, 1))
    right_or_refused(masked_scalar, x, 0.7, np.zeros(4, bool), wrt=(0, 1))


def crossed(A, e, i, j):
    return (A[i, j] ** 3 * e).sum()


def crossed_by_name(A, e, i, j):
    both = (i, j)
    return (np.exp(A[both]) * e).sum()


def in_one_row_of(A, e, i, j):
    return (A[-1, j] ** 2 * e).sum()


@pytest.mark.parametrize("program", [crossed, crossed_by_name, in_one_row_of])
@pytest.mark.parametrize(("i", "j"), [([0, 0, 2], [1, 1, 0]), ([-1, 2, -3], [-4, 0, 3]), ([1, -2, 1], [3, -1, 3])])
@pytest.mark.parametrize("order", ["C", "F"])
def test_pairs_of_indices_add_up(program, i, j, order):
    A = np.array(np.linspace(0.5, 1.6, 12).reshape(3, 4), order=order)
    i, j = np.array(i, dtype=np.int8), np.array(j)
    check(program, A, e, i, j, wrt=(0, 1))
    single = grad(program)(A.astype(np.float32), e, i, j)
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, grad(program)(A, e, i, j), rtol=1e-5)
    second = hvp(program)(A, e, i, j, vectors=np.ones((3, 4)))
    slope = grad(program)
    np.testing.assert_allclose(grad(lambda A: slope(A, e, i, j).sum())(A), second, rtol=1e-12)
    step = 1e-6
    differences = (grad(program)(A + step, e, i, j) - grad(program)(A - step, e, i, j)) / (2 * step)
    np.testing.assert_allclose(second, differences, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("shape", [(3, 4), (0, 4), (3, 0)])
def test_no_pairs_of_indices(shape):
    nothing = np.zeros(0, int)
    np.testing.assert_array_equal(grad(crossed)(np.ones(shape), e[:0], nothing, nothing), np.zeros(shape))


def pairs(A, e, i, j):
    B = A * 1.0
    B[i, j] = e
    return (B**2).sum() + (A[i, j] * e).sum() + (A[i] ** 2).sum()


def test_two_index_arrays():
    A = np.arange(12.0).reshape(4, 3) / 7
    right_or_refused(pairs, A, e, np.array([0, 0, 1]), np.array([2, 2, 1]), wrt=(0, 1))
    right_or_refused(pairs, A, e, np.array([0, 0, 1]), np.array([2, 1, 1]), wrt=(0, 1))


def broadcast_store(x, s, idx):
    y = x.copy()
    y[idx] = s
    return (y**3).sum()


def test_scalar_into_repeated():
    right_or_refused(broadcast_store, x, 0.7, REPEATED, wrt=(0, 1))


def looked_up(x, table, w):
    return ((x[table] * w).sum(axis=1) ** 2).sum() + (x[table] ** 2).sum() + x[table].sum()


def looked_up_in_expression(x, table, w):
    return ((x * x)[table] * w).sum() + (x * x)[table].sum()


TABLES = [np.array([[0, 0, 2], [3, -1, 0]]), np.array([[1], [1]]), np.array([[0, 1, 1]]), np.zeros((0, 3), int)]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.shape))
@pytest.mark.parametrize("program", [looked_up, looked_up_in_expression])
def test_tables_of_indices(program, table):
    w = np.arange(1.0, 1.0 + table.size).reshape(table.shape)
    check(program, x, table, w, wrt=("x", "w"))
    check(program, x, table, 1.5, wrt=("x", "w")) if program is looked_up_in_expression else None
    check(program, x, table, w[:1], wrt=("x", "w")) if len(w) else None
