"""Arrays put together and taken apart."""

import numpy as np
import pytest

from tests.differences import check, refused
from tests.rules.samples import between


def halves(x):
    a, b = np.split(x, 2)
    return (a**2).sum() + (a * b).sum()


def at_places(x):
    a, _, c = np.split(x, [1, 3], axis=1)
    return (a**2).sum() + (c**3).sum()


def one_of_them(x):
    return (np.hsplit(x, 2)[0] ** 2).sum()


def uneven(x):
    a, b = np.array_split(x, 2)
    return (a[:1] * b**2).sum()


def upright(x):
    a, b = np.vsplit(x, 2)
    return (a * b**2).sum()


def in_a_loop(x):
    t = 0.0
    for p in np.split(x, 3):
        t += (p**2).sum() * p[0]
    return t


def by_index(x):
    parts = np.split(x, 3)
    return (parts[0] * parts[2] ** 2).sum()


def unstacked(x):
    a, b = np.unstack(x, axis=1)
    return (a * b**2).sum()


def grid(x, y):
    X, Y = np.meshgrid(x, y)
    return (X * Y**2).sum()


def grid_ij(x, y, z):
    X, Y, Z = np.meshgrid(x, y, z, indexing="ij")
    return (X * Y**2 * np.sin(Z)).sum()


def broadcast(x, y):
    a, b = np.broadcast_arrays(x, y)
    return (a * b**2).sum()


def blocks(x, y):
    return (np.block([[x, y], [y * 2, x]]) ** 2 * 0.5).sum()


def row_of_blocks(x, y):
    return (np.block([x, y]) ** 3).sum()


def rows(x, y):
    return (np.vstack([x, y, x * 2]) ** 2 * np.arange(4.0)[:, None]).sum()


def columns(x, y):
    return (np.column_stack((x, y, x)) ** 2 * np.arange(4.0)).sum()


def depth(x, y):
    return (np.dstack([x, y]) ** 2 * np.arange(2.0)).sum()


def in_one_row(x, y):
    return (np.concatenate([x, y], axis=None) ** 3).sum()


def chain(a, b, v):
    return (np.linalg.multi_dot([a, b, a, v]) ** 2).sum()


def three(a, b):
    return (np.linalg.multi_dot([a, b, a]) ** 2).sum()


CASES = [
    (halves, (4,)), (halves, (2, 3)), (halves, (0,)), (at_places, (2, 5)), (at_places, (1, 4)), (one_of_them, (2, 4)),
    (uneven, (3,)), (upright, (4, 2)), (in_a_loop, (6,)), (in_a_loop, (3,)), (by_index, (6,)), (grid, (3,), (2,)),
    (grid, (1,), (2,)), (grid_ij, (3,), (2,), (4,)), (broadcast, (3,), (2, 1)), (broadcast, (2, 3), (2, 3)),
    (blocks, (2, 3), (2, 2)), (row_of_blocks, (2,), (3,)), (row_of_blocks, (2, 2), (2, 1)), (rows, (3,), (2, 3)),
    (columns, (2,), (2, 2)), (depth, (2, 3), (2, 3)), (depth, (3,), (3,)), (in_one_row, (2, 3), (2,)),
    (chain, (3, 3), (3, 3), (3,)), (three, (3, 3), (3, 3)),
    *([(unstacked, (3, 2))] if hasattr(np, "unstack") else []),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0].__name__}{case[1:]}")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_against_differences(case, dtype):
    f, *shapes = case
    check(f, *(between(-1, 1, *shape).astype(dtype) for shape in shapes), tol=1e-7 if dtype is np.float64 else 2e-3)


def test_a_grid_that_is_sparse_or_not_copied():
    def f(x, y):
        X, Y = np.meshgrid(x, y, sparse=True)
        return (X * Y).sum()

    def g(x, y):
        X, Y = np.meshgrid(x, y, copy=False)
        return (X * Y).sum()

    check(f, between(-1, 1, 3), between(-1, 1, 2))
    refused(g, between(-1, 1, 3), between(-1, 1, 2))


def test_blocks_of_several_ranks_are_refused():
    def f(x, y):
        return np.block([[x], [y]]).sum()

    refused(f, between(-1, 1, 2, 3), between(-1, 1, 3), match="rank")


def ends(x):
    return (x**2 + np.concatenate((x[1:], [0.0])) * np.concatenate(([0.0], x[:-1]))).sum()


def numbers_of_the_function(x):
    return (np.concatenate(([x[0], 2 * x[1]], x, (x[-1],))) ** 3).sum() + (np.hstack(([1.0], x)) ** 2).sum()


def appended(x):
    return (np.append(x, [0.0, 1.0]) ** 2).sum() + (np.append([0.5], x) ** 3).sum()


def grown(x):
    squares = []
    for v in x:
        squares.append(v * v)
    return (np.concatenate((squares, x)) ** 2).sum() + (np.concatenate((x, [])) ** 2).sum()


def rows_and_columns(x):
    a = np.concatenate((x[None], [[1.0, 2.0, 3.0]]))
    b = np.concatenate(([[1.0], [2.0]], a, [[x[0]], [x[1] * 2]]), axis=1)
    return (b**3).sum() + (np.vstack(([1.0, 2.0, 3.0], x)) ** 2).sum() + (np.column_stack(([1, 2, 3], x)) ** 2).sum()


@pytest.mark.parametrize("f", [ends, numbers_of_the_function, appended, grown, rows_and_columns])
def test_lists_among_the_arrays(f):
    check(f, np.array([0.3, 0.5, -0.2]))
