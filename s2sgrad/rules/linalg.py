"""Products of matrices and vectors, linear systems, inverses, determinants and factors.

A matrix product has one rule per pair of ranks: ``dy @ b.T`` with a one-dimensional ``b`` would be a number.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.analysis.infer.promotion import BY_VALUE
from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.printed import cofactors, pinv_of_rank
from s2sgrad.rules.macros import mT, shape_of
from s2sgrad.rules.registry import adjoint, multilinear, ranks, refuse_where, tangent
from s2sgrad.rules.when import all_of, any_of, given, integer, negligible, number, rank, ranks_from, real

MATMUL = (np.matmul, operator.matmul, *numpy_functions("matmul", module=np.linalg))
OUTER = (np.outer, *numpy_functions("outer", module=np.linalg))
multilinear(*MATMUL, *OUTER, np.dot, np.inner, np.vdot, np.cross)
multilinear(*numpy_functions("cross", module=np.linalg))


@adjoint(*MATMUL, np.dot, np.inner, when=ranks(1, 1), unstretched=True)
def vector_vector(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of the inner product of two vectors."""
    return dy * b, dy * a


@adjoint(*MATMUL, np.dot, when=ranks(1, 2), unstretched=True)
def vector_matrix(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of a row times a matrix."""
    return dy @ b.T, np.outer(a, dy)


@adjoint(*MATMUL, np.dot, np.inner, when=ranks(2, 1), unstretched=True)
def matrix_vector(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of a matrix times a column."""
    return np.outer(dy, b), a.T @ dy


@adjoint(*MATMUL, np.dot, when=ranks(2, 2), unstretched=True)
def matrix_matrix(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of the product of two matrices."""
    return dy @ b.T, a.T @ dy


@adjoint(*MATMUL, when=ranks_from(2, 2))
def stack_stack(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of products of stacked matrices."""
    return dy @ mT(b), mT(a) @ dy


@adjoint(*MATMUL, np.dot, when=all_of(rank("a", 1), ranks_from(1, 3)))
def vector_stack(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of a row times stacked matrices."""
    return (b @ dy[..., None])[..., 0], a[:, None] * dy[..., None, :]


@adjoint(*MATMUL, np.dot, when=all_of(ranks_from(3, 1), rank("b", 1)))
def stack_vector(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of stacked matrices times a column."""
    return dy[..., None] * b, (mT(a) @ dy[..., None])[..., 0]


@adjoint(np.dot, np.inner, when=any_of(rank("a", 0), rank("b", 0)))
def scaled(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of a product with a number."""
    return dy * b, dy * a


@adjoint(*OUTER, when=ranks(1, 1), unstretched=True)
def outer(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of all products of the elements of two vectors."""
    return dy @ b, a @ dy


@adjoint(np.outer)
def outer_of_all(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of all products of the elements of two arrays."""
    return np.reshape(dy @ np.ravel(b), shape_of(a)), np.reshape(np.ravel(a) @ dy, shape_of(b))


@adjoint(np.vdot, when=all_of(ranks(1, 1), real("a", "b")), unstretched=True)
def vdot(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of the inner product of two real vectors."""
    return dy * b, dy * a


@adjoint(np.vdot, when=real("a", "b"))
def vdot_of_all(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of the sum of the products of the elements of two real arrays in order."""
    return dy * np.reshape(b, shape_of(a)), dy * np.reshape(a, shape_of(b))


def _side_by_side(facts: dict[str, Fact]) -> bool:
    """True where both operands have the same number of axes, so that an axis is the same one in both."""
    first, second, *_ = facts.values()
    return isinstance(first, Num) and isinstance(second, Num) and bool(first.rank) and first.rank == second.rank


LINALG_CROSS = numpy_functions("cross", module=np.linalg)
IN_SPACE, IN_OLD_SPACE = ([np.cross], []) if LINALG_CROSS else ([], [np.cross])
"""The product of two vectors of two numbers each has an axis less, and could be taken for a vector of three numbers:
both rules raise for vectors of two. Of vectors that are arguments the length is asked for, and is in the call key."""


@adjoint(*IN_SPACE, when=all_of(given("axis", None), ranks_from(1, 1)))
def cross_in_space(dy: Any, y: Any, a: Any, b: Any, *, axis: Any = None) -> Any:
    """Of the vector product in three dimensions."""
    return np.linalg.cross(b, dy), np.linalg.cross(dy, a)


@adjoint(*IN_OLD_SPACE, when=all_of(given("axis", None), ranks_from(1, 1)))
def cross_before_2(dy: Any, y: Any, a: Any, b: Any, *, axis: Any = None) -> Any:
    """Of the vector product in three dimensions, for NumPy before 2.0."""
    slope = np.reshape(dy, (*np.broadcast_shapes(a.shape[:-1], b.shape[:-1]), 3))
    return np.cross(b, slope), np.cross(slope, a)


@adjoint(*IN_SPACE, when=all_of(integer("axis"), _side_by_side))
def cross_along_axis(dy: Any, y: Any, a: Any, b: Any, *, axis: Any = None) -> Any:
    """Of the vector product in three dimensions, the vectors along one axis."""
    return np.linalg.cross(b, dy, axis=axis), np.linalg.cross(dy, a, axis=axis)


@adjoint(*LINALG_CROSS, when=given("axis", -1))
def cross_of_vectors(dy: Any, y: Any, x1: Any, x2: Any, *, axis: Any = -1) -> Any:
    """Of the vector product in three dimensions."""
    return np.cross(x2, dy), np.cross(dy, x1)


@adjoint(*LINALG_CROSS, when=all_of(integer("axis"), _side_by_side))
def cross_of_vectors_along_axis(dy: Any, y: Any, x1: Any, x2: Any, *, axis: Any = -1) -> Any:
    """Of the vector product in three dimensions, the vectors along one axis."""
    return np.cross(x2, dy, axis=axis), np.cross(dy, x1, axis=axis)


@adjoint(np.linalg.solve, when=ranks(2, 1), unstretched=True)
def solve_vector(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of the solution of ``a @ y == b``."""
    db = np.linalg.solve(a.T, dy)
    return -np.outer(db, y), db


@adjoint(np.linalg.solve, when=ranks(2, 2), unstretched=True)
def solve_matrix(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of the solutions of ``a @ y == b``."""
    db = np.linalg.solve(a.T, dy)
    return -db @ y.T, db


def _right_sides_are_matrices(facts: dict[str, Fact]) -> bool:
    """NumPy before 2.0 takes a right side with one axis less than the left one for stacked vectors."""
    a, b = facts["a"], facts["b"]
    known = isinstance(a, Num) and isinstance(b, Num) and a.rank is not None
    return known and (not BY_VALUE or b.rank != a.rank - 1)  # type: ignore[union-attr,operator]


@adjoint(np.linalg.solve, when=all_of(ranks_from(2, 2), _right_sides_are_matrices))
def solve_stack(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of the solutions of stacked systems."""
    db = np.linalg.solve(mT(a), dy)
    return -db @ mT(y), db


@adjoint(np.linalg.solve, when=all_of(ranks_from(3, 1), rank("b", 1)))
def solve_stack_vector(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of the solutions of stacked systems with one right side."""
    db = np.linalg.solve(mT(a), dy[..., None])[..., 0]
    return -db[..., None] * y[..., None, :], db


@adjoint(np.linalg.inv, when=ranks_from(2))
def inv(dy: Any, y: Any, a: Any) -> Any:
    """Of the inverse."""
    return -mT(y) @ dy @ mT(y)


@adjoint(np.linalg.det, when=rank("a", 2))
def det(dy: Any, y: Any, a: Any) -> Any:
    """Of the determinant, of a singular matrix as well."""
    return dy * cofactors(a)


@adjoint(np.linalg.cholesky, when=all_of(ranks_from(2), real("a"), given("upper", False)))
def cholesky(dy: Any, y: Any, a: Any, *, upper: Any = False) -> Any:
    """Of the lower factor: lower triangular, since NumPy reads no element above the diagonal."""
    inner = mT(y) @ dy
    middle = (np.tril(inner) + np.tril(inner, -1)) / 2
    half = np.linalg.solve(mT(y), mT(np.linalg.solve(mT(y), mT(middle))))
    total = half + mT(half)
    return (np.tril(total) + np.tril(total, -1)) / 2


@tangent(np.linalg.solve, when=all_of(ranks_from(3, 1), rank("b", 1)))
def solve_stack_vector_dot(y: Any, a: Any, b: Any, *, da: Any, db: Any) -> Any:
    """Of the solutions of stacked systems with one right side."""
    return -np.linalg.solve(a, da @ y[..., None])[..., 0], np.linalg.solve(a, db)


@tangent(np.linalg.solve, when=any_of(ranks(2, 1), ranks_from(2, 2)))
def solve_dot(y: Any, a: Any, b: Any, *, da: Any, db: Any) -> Any:
    """Of the solutions of ``a @ y == b``."""
    return np.linalg.solve(a, db - da @ y)


@tangent(np.linalg.inv, when=ranks_from(2))
def inv_dot(y: Any, a: Any, *, da: Any) -> Any:
    """Of the inverse."""
    return -y @ da @ y


@tangent(np.linalg.det, when=rank("a", 2))
def det_dot(y: Any, a: Any, *, da: Any) -> Any:
    """Of the determinant, of a singular matrix as well."""
    return (cofactors(a) * da).sum()


@tangent(np.linalg.cholesky, when=all_of(ranks_from(2), real("a"), given("upper", False)))
def cholesky_dot(y: Any, a: Any, *, upper: Any = False, da: Any) -> Any:
    """Of the lower factor: NumPy reads no element above the diagonal."""
    symmetric = np.tril(da) + mT(np.tril(da, -1))
    inner = np.linalg.solve(y, mT(np.linalg.solve(y, symmetric)))
    return y @ (np.tril(inner) + np.tril(inner, -1)) / 2


@tangent(np.linalg.cholesky, when=all_of(ranks_from(2), real("a"), given("upper", True)))
def cholesky_of_upper_dot(y: Any, a: Any, *, upper: Any = False, da: Any) -> Any:
    """Of the upper factor: NumPy reads no element below the diagonal."""
    symmetric = np.triu(da) + mT(np.triu(da, 1))
    inner = np.linalg.solve(mT(y), mT(np.linalg.solve(mT(y), symmetric)))
    return (np.triu(inner) + np.triu(inner, 1)) @ y / 2


ALL_COUNT = negligible("rcond")
refuse_where(
    np.linalg.lstsq,
    when=lambda facts: not ALL_COUNT(facts),
    reason="`rcond=` may cut off singular values that are not 0, and what is left of the matrix has another derivative",
    instead="use `rcond=None`, or write it with the singular values: "
    "`u, s, vt = np.linalg.svd(a, full_matrices=False)`, `vt[:k].T @ ((u[:, :k].T @ b) / s[:k])`",
)


@tangent(np.linalg.lstsq, results=4, when=all_of(ranks_from(2, 1), real("a", "b"), ALL_COUNT))
def lstsq_dot(x: Any, fit: Any, order: Any, s: Any, a: Any, b: Any, rcond: Any = None, *, da: Any, db: Any) -> Any:
    """Of the shortest vectors that solve ``a @ x == b`` best."""
    inverse = pinv_of_rank(a, order)
    turned = da.T @ (inverse.T @ x)
    x_dot = inverse @ (db - da @ x + inverse.T @ (da.T @ (b - a @ x)) - a @ turned) + turned
    rates = ((b - a @ x) * (db - da @ x)).sum(axis=0)
    u, _, vt = np.linalg.svd(a, full_matrices=False)
    return x_dot, 2 * np.resize(rates, len(fit)), None, (u * (da @ vt.T)).sum(axis=0)


@tangent(np.linalg.tensorsolve)
def tensorsolve_dot(y: Any, a: Any, b: Any, axes: Any = None, *, da: Any, db: Any) -> Any:
    """Of the solution of ``np.tensordot(a, y, np.ndim(y)) == b``."""
    return np.linalg.tensorsolve(a, db - np.tensordot(da, y, np.ndim(y)))


@tangent(np.linalg.tensorinv)
def tensorinv_dot(y: Any, a: Any, ind: Any = 2, *, da: Any) -> Any:
    """Of the inverse with respect to ``np.tensordot``."""
    n = np.prod(a.shape[:ind], dtype=int)
    inverse = np.reshape(y, (n, n))
    return np.reshape(-inverse @ np.reshape(da, (n, n)) @ inverse, shape_of(y))


@adjoint(np.linalg.cholesky, when=all_of(ranks_from(2), real("a"), given("upper", True)))
def cholesky_of_upper(dy: Any, y: Any, a: Any, *, upper: Any = False) -> Any:
    """Of the upper factor: upper triangular, since NumPy reads no element below the diagonal."""
    inner = y @ mT(dy)
    middle = (np.tril(inner) + np.tril(inner, -1)) / 2
    half = np.linalg.solve(y, mT(np.linalg.solve(y, mT(middle))))
    total = half + mT(half)
    return (np.triu(total) + np.triu(total, 1)) / 2


@adjoint(np.linalg.lstsq, results=4, when=all_of(ranks(2, 1), real("a", "b"), ALL_COUNT))
def lstsq_of_vector(
    dx: Any, dfit: Any, dorder: Any, ds: Any, x: Any, fit: Any, order: Any, s: Any, a: Any, b: Any, rcond: Any = None
) -> Any:
    """Of the shortest vector that solves ``a @ x == b`` best, its squared error, and the singular values of ``a``."""
    inverse = pinv_of_rank(a, order)
    u, _, vt = np.linalg.svd(a, full_matrices=False)
    spread = inverse.T @ dx
    slope = 2 * np.sum(dfit) * (b - a @ x)
    turned = np.outer(b - a @ x, inverse @ spread) + np.outer(inverse.T @ x, dx - a.T @ spread)
    return turned - np.outer(spread + slope, x) + u * ds @ vt, spread + slope


@adjoint(np.linalg.lstsq, results=4, when=all_of(ranks(2, 2), real("a", "b"), ALL_COUNT))
def lstsq(
    dx: Any, dfit: Any, dorder: Any, ds: Any, x: Any, fit: Any, order: Any, s: Any, a: Any, b: Any, rcond: Any = None
) -> Any:
    """Of the shortest vectors that solve ``a @ x == b`` best: no error is given where there is no more than one way."""
    inverse = pinv_of_rank(a, order)
    u, _, vt = np.linalg.svd(a, full_matrices=False)
    spread = inverse.T @ dx
    slope = 2 * np.resize(dfit, b.shape[1]) * (b - a @ x)
    turned = (b - a @ x) @ (inverse @ spread).T + inverse.T @ x @ (dx - a.T @ spread).T
    return turned - (spread + slope) @ x.T + u * ds @ vt, spread + slope


@adjoint(np.linalg.tensorsolve, when=all_of(given("axes", None), number("a"), number("b")), exact=True)
def tensorsolve(dy: Any, y: Any, a: Any, b: Any, axes: Any = None) -> Any:
    """Of the solution of ``np.tensordot(a, y, np.ndim(y)) == b``."""
    matrix = np.reshape(a, (b.size, b.size))
    db = np.reshape(np.linalg.solve(matrix.T, np.ravel(dy)), shape_of(b))
    return -np.tensordot(db, y, axes=0), db


@adjoint(np.linalg.tensorinv, when=number("a"), exact=True)
def tensorinv(dy: Any, y: Any, a: Any, ind: Any = 2) -> Any:
    """Of the inverse with respect to ``np.tensordot``."""
    n = np.prod(a.shape[:ind], dtype=int)
    inverse = np.reshape(y, (n, n)).T
    return np.reshape(-inverse @ np.reshape(dy, (n, n)) @ inverse, shape_of(a))
