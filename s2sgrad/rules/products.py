"""Sums of products over named axes: einsum, tensordot, Kronecker products, traces and diagonals of stacks."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, Num, Static
from s2sgrad.analysis.infer.products import explicit
from s2sgrad.analysis.infer.table import Unknown, numpy_functions
from s2sgrad.rules.macros import mT
from s2sgrad.rules.pulled import known_contraction, pulled, pulled_dot, pulled_inner, pulled_tensordot
from s2sgrad.rules.registry import When, adjoint, linear, multilinear, ranks, tangent
from s2sgrad.rules.when import all_of, given, integer, ranks_from, real, settled

TENSORDOT = numpy_functions("tensordot") + numpy_functions("tensordot", module=np.linalg)
VECDOT = numpy_functions("vecdot") + numpy_functions("vecdot", module=np.linalg)


def _spelled(facts: dict[str, Fact]) -> bool:
    """True where it is known which axis of which operand the subscripts of an einsum name."""
    subscripts, *operands = (fact for name, fact in facts.items() if name != "optimize")
    if not isinstance(subscripts, Static) or not isinstance(subscripts.value, str):
        return False
    known = [fact.rank for fact in operands if isinstance(fact, Num) and fact.rank is not None]
    try:
        return len(known) == len(operands) and bool(explicit(subscripts.value, known))
    except Unknown:
        return False


@adjoint(np.einsum, when=_spelled)
def einsum_of_one(dy: Any, y: Any, subscripts: Any, a: Any, *, optimize: Any = False) -> Any:
    """Of a sum over axes of one array."""
    return None, pulled(0, subscripts, dy, a)


@adjoint(np.einsum, when=_spelled)
def einsum_of_two(dy: Any, y: Any, subscripts: Any, a: Any, b: Any, *, optimize: Any = False) -> Any:
    """Of sums of products of two arrays."""
    return None, pulled(0, subscripts, dy, a, b), pulled(1, subscripts, dy, a, b)


@adjoint(np.einsum, when=_spelled)
def einsum_of_three(dy: Any, y: Any, subscripts: Any, a: Any, b: Any, c: Any, *, optimize: Any = False) -> Any:
    """Of sums of products of three arrays."""
    return (
        None,
        pulled(0, subscripts, dy, a, b, c),
        pulled(1, subscripts, dy, a, b, c),
        pulled(2, subscripts, dy, a, b, c),
    )


@adjoint(np.einsum, when=_spelled)
def einsum_of_four(dy: Any, y: Any, subscripts: Any, a: Any, b: Any, c: Any, d: Any, *, optimize: Any = False) -> Any:
    """Of sums of products of four arrays."""
    return (
        None,
        pulled(0, subscripts, dy, a, b, c, d),
        pulled(1, subscripts, dy, a, b, c, d),
        pulled(2, subscripts, dy, a, b, c, d),
        pulled(3, subscripts, dy, a, b, c, d),
    )


@tangent(np.einsum, when=_spelled)
def tangent_of_einsum_of_one(y: Any, subscripts: Any, a: Any, *, optimize: Any = False, da: Any) -> Any:
    """The same sum of the tangent."""
    return np.einsum(subscripts, da, optimize=optimize)


@tangent(np.einsum, when=_spelled)
def tangent_of_einsum_of_two(
    y: Any, subscripts: Any, a: Any, b: Any, *, optimize: Any = False, da: Any, db: Any
) -> Any:
    """The same sums with the tangent of each in its place."""
    return np.einsum(subscripts, da, b, optimize=optimize), np.einsum(subscripts, a, db, optimize=optimize)


@tangent(np.einsum, when=_spelled)
def tangent_of_einsum_of_three(
    y: Any, subscripts: Any, a: Any, b: Any, c: Any, *, optimize: Any = False, da: Any, db: Any, dc: Any
) -> Any:
    """The same sums with the tangent of each in its place."""
    return (
        np.einsum(subscripts, da, b, c, optimize=optimize),
        np.einsum(subscripts, a, db, c, optimize=optimize),
        np.einsum(subscripts, a, b, dc, optimize=optimize),
    )


@tangent(np.einsum, when=_spelled)
def tangent_of_einsum_of_four(
    y: Any,
    subscripts: Any,
    a: Any,
    b: Any,
    c: Any,
    d: Any,
    *,
    optimize: Any = False,
    da: Any,
    db: Any,
    dc: Any,
    dd: Any,
) -> Any:
    """The same sums with the tangent of each in its place."""
    return (
        np.einsum(subscripts, da, b, c, d, optimize=optimize),
        np.einsum(subscripts, a, db, c, d, optimize=optimize),
        np.einsum(subscripts, a, b, dc, d, optimize=optimize),
        np.einsum(subscripts, a, b, c, dd, optimize=optimize),
    )


@adjoint(*TENSORDOT, when=known_contraction)
def tensordot(dy: Any, y: Any, a: Any, b: Any, axes: Any = 2) -> Any:
    """Of sums of products over some axes of two arrays."""
    return pulled_tensordot(0, axes, dy, a, b), pulled_tensordot(1, axes, dy, a, b)


@tangent(*TENSORDOT)
def tangent_of_tensordot(y: Any, a: Any, b: Any, axes: Any = 2, *, da: Any, db: Any) -> Any:
    """The same sums with the tangent of each in its place."""
    return np.tensordot(da, b, axes), np.tensordot(a, db, axes)


@adjoint(np.dot, when=ranks_from(1, 1))
def dot_of_any_ranks(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of every row of one array with every column of another."""
    return pulled_dot(0, dy, a, b), pulled_dot(1, dy, a, b)


def _is_inner(facts: dict[str, Fact]) -> bool:
    return all(isinstance(fact, Num) and fact.rank for fact in facts.values())


@adjoint(np.inner, when=_is_inner)
def inner_of_any_ranks(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of every row of one array with every row of another."""
    return pulled_inner(0, dy, a, b), pulled_inner(1, dy, a, b)


@adjoint(np.kron, when=ranks(1, 1))
def kron_of_vectors(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of all products of two vectors in one row."""
    blocks = np.reshape(dy, (len(a), len(b)))
    return blocks @ b, a @ blocks


@adjoint(np.kron, when=ranks(2, 2))
def kron(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of a matrix of blocks, each a multiple of ``b``."""
    blocks = np.reshape(dy, (len(a), len(b), a.shape[1], b.shape[1]))
    return np.tensordot(blocks, b, axes=((1, 3), (0, 1))), np.tensordot(a, blocks, axes=((0, 1), (0, 2)))


@adjoint(*VECDOT, when=all_of(given("axis", -1), real("x1", "x2"), ranks(1, 1)))
def vecdot_of_vectors(dy: Any, y: Any, x1: Any, x2: Any, axis: Any = -1) -> Any:
    """Of the inner product of two real vectors."""
    return dy * x2, dy * x1


@adjoint(*VECDOT, when=all_of(given("axis", -1), real("x1", "x2"), ranks_from(1, 1)))
def vecdot_of_rows(dy: Any, y: Any, x1: Any, x2: Any, axis: Any = -1) -> Any:
    """Of the inner products of the rows of two real arrays of known ranks."""
    return pulled(0, "...i,...i->...", dy, x1, x2), pulled(1, "...i,...i->...", dy, x1, x2)


@adjoint(*VECDOT, when=all_of(given("axis", -1), real("x1", "x2")))
def vecdot(dy: Any, y: Any, x1: Any, x2: Any, axis: Any = -1) -> Any:
    """Of the inner products of the rows of two real arrays."""
    rows = np.expand_dims(dy, -1)
    return rows * x2, rows * x1


def _side_by_side(facts: dict[str, Fact]) -> bool:
    """True where both operands have the same number of axes, so that an axis is the same one in both."""
    x1, x2 = facts["x1"], facts["x2"]
    return isinstance(x1, Num) and isinstance(x2, Num) and bool(x1.rank) and x1.rank == x2.rank


@adjoint(*VECDOT, when=all_of(integer("axis"), real("x1", "x2"), _side_by_side))
def vecdot_along_axis(dy: Any, y: Any, x1: Any, x2: Any, axis: Any = -1) -> Any:
    """Of the inner products along one axis of two real arrays."""
    slope = np.expand_dims(dy, axis)
    return slope * x2, slope * x1


@adjoint(*numpy_functions("matvec"), when=all_of(ranks(2, 1), settled("x1", "x2")))
def matvec_of_matrix(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    """Of a matrix times a vector."""
    return np.outer(dy, x2), x1.T @ dy


@adjoint(*numpy_functions("matvec"), when=all_of(ranks(2, 2), real("x1", "x2")))
def matvec_of_rows(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    """Of one matrix times each row of another."""
    return dy.T @ x2, dy @ x1


@adjoint(*numpy_functions("matvec"), when=all_of(ranks_from(2, 1), real("x1", "x2")))
def matvec(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    """Of stacked matrices times stacked vectors."""
    return dy[..., None] * x2[..., None, :], np.vecmat(dy, x1)


@adjoint(*numpy_functions("vecmat"), when=all_of(ranks(1, 2), real("x1", "x2")))
def vecmat_of_matrix(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    """Of a vector times a matrix."""
    return x2 @ dy, np.outer(x1, dy)


@adjoint(*numpy_functions("vecmat"), when=all_of(ranks(2, 2), real("x1", "x2")))
def vecmat_of_rows(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    """Of each row of one matrix times another matrix."""
    return dy @ x2.T, x1.T @ dy


@adjoint(*numpy_functions("vecmat"), when=all_of(ranks_from(1, 2), real("x1", "x2")))
def vecmat(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    """Of stacked vectors times stacked matrices."""
    return np.matvec(x2, dy), x1[..., None] * dy[..., None, :]


@adjoint(*numpy_functions("matrix_transpose"), *numpy_functions("matrix_transpose", module=np.linalg))
def matrix_transpose(dy: Any, y: Any, x: Any) -> Any:
    """Of each matrix of a stack transposed."""
    return mT(dy)


@adjoint(np.trace, when=all_of(ranks_from(3), given("axis1", 0), given("axis2", 1)), selects=True)
def trace_of_stack(dy: Any, y: Any, a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    """Of sums over the diagonals of the first two axes."""
    return np.tensordot(np.eye(len(a), a.shape[1], offset, a.dtype), dy, axes=0)


@adjoint(*numpy_functions("trace", module=np.linalg), when=ranks(2), selects=True)
def trace_of_matrix(dy: Any, y: Any, x: Any, *, offset: Any = 0) -> Any:
    """Of the sum over a diagonal of a matrix."""
    return dy * np.eye(len(x), x.shape[1], offset, x.dtype)


@adjoint(*numpy_functions("trace", module=np.linalg), when=ranks_from(2), selects=True)
def trace_of_matrices(dy: Any, y: Any, x: Any, *, offset: Any = 0) -> Any:
    """Of sums over the diagonals of the last two axes."""
    return np.expand_dims(dy, (-2, -1)) * np.eye(x.shape[-2], x.shape[-1], offset, x.dtype)


def _ends_equal(first: bool) -> When:
    """True where the first, or last, two axes are proven to have the same length."""

    def fits(facts: dict[str, Fact]) -> bool:
        fact = next(iter(facts.values()))
        if not isinstance(fact, Num) or fact.shape is None or len(fact.shape) < 2:
            return False
        i, j = fact.shape[:2] if first else fact.shape[-2:]
        return i.equals(j)

    return fits


IN_FRONT = all_of(given("offset", 0), given("axis1", 0), given("axis2", 1))


@adjoint(np.diagonal, when=all_of(ranks_from(3), IN_FRONT, _ends_equal(first=True)), selects=True)
def diagonal_of_squares(dy: Any, y: Any, a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    """Of the diagonals of the first two axes, which are of one length."""
    return pulled(0, "ii...->...i", dy, a)


@adjoint(*numpy_functions("diagonal", module=np.linalg), when=all_of(given("offset", 0), _ends_equal(first=False)))
def diagonal_of_square_matrices(dy: Any, y: Any, x: Any, *, offset: Any = 0) -> Any:
    """Of the diagonals of square matrices."""
    return pulled(0, "...ii->...i", dy, x)


@adjoint(*numpy_functions("diagonal", module=np.linalg), when=all_of(given("offset", 0), ranks(2)))
def diagonal_of_one_matrix(dy: Any, y: Any, x: Any, *, offset: Any = 0) -> Any:
    """Of the diagonal of any matrix."""
    places = np.arange(len(y))
    dx = np.zeros_like(x)
    dx[places, places] = dy
    return dx


@adjoint(*numpy_functions("diagonal", module=np.linalg), when=all_of(given("offset", 0), ranks_from(2)))
def diagonal_of_matrices(dy: Any, y: Any, x: Any, *, offset: Any = 0) -> Any:
    """Of the diagonals of any matrices."""
    places = np.arange(y.shape[-1])
    dx = np.zeros_like(x)
    dx[..., places, places] = dy
    return dx


multilinear(np.kron, *VECDOT, *numpy_functions("matvec vecmat"))
linear(np.trace, np.diagonal, *numpy_functions("matrix_transpose"))
linear(*numpy_functions("trace diagonal matrix_transpose", module=np.linalg))
