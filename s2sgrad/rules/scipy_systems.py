"""Linear systems of ``scipy.linalg``: of any matrix, and of triangular ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.analysis.infer.arraylike import number
from s2sgrad.analysis.infer.broadcasting import Fresh, minimum
from s2sgrad.analysis.infer.effects import note_fresh
from s2sgrad.analysis.infer.table import FALSE, NONE, TRUE, ZERO, Unknown, infers
from s2sgrad.printed import pinv_of_rank
from s2sgrad.rules.registry import adjoint, ranks, refuse_where, tangent
from s2sgrad.rules.scipy_linalg import (
    VECTOR_OR_MATRIX,
    against,
    double,
    inside_triangle,
    is_known_lower,
    matrix,
    of_system,
    several,
    triangle,
)
from s2sgrad.rules.when import all_of, any_of, given, negligible, real

GENERAL = all_of(given("assume_a", None, "gen", "general"), given("transposed", False))
note_fresh(linalg.solve, linalg.solve_triangular, linalg.lstsq)


@infers(linalg.solve)
def _solve(
    fresh: Fresh, a: Fact, b: Fact, *, check_finite: Fact = TRUE, assume_a: Fact = NONE, transposed: Fact = FALSE
) -> Fact:
    return of_system(fresh, a, b)


@infers(linalg.solve_triangular)
def _solve_triangular(
    fresh: Fresh,
    a: Fact,
    b: Fact,
    trans: Fact = ZERO,
    lower: Fact = FALSE,
    unit_diagonal: Fact = FALSE,
    *,
    check_finite: Fact = TRUE,
) -> Fact:
    return of_system(fresh, a, b)


# ---- systems ----


@adjoint(linalg.solve, when=all_of(VECTOR_OR_MATRIX, GENERAL))
def solve(
    dy: Any, y: Any, a: Any, b: Any, *, check_finite: Any = True, assume_a: Any = None, transposed: Any = False
) -> Any:
    """Of the solution of ``a @ y == b``."""
    db = linalg.solve(a.T, dy)
    return -against(db, y), db


@tangent(linalg.solve, when=all_of(VECTOR_OR_MATRIX, GENERAL))
def solve_dot(
    y: Any,
    a: Any,
    b: Any,
    *,
    check_finite: Any = True,
    assume_a: Any = None,
    transposed: Any = False,
    da: Any,
    db: Any,
) -> Any:
    """Of the solution of ``a @ y == b``."""
    return linalg.solve(a, db - da @ y)


READS_DIAGONAL, READS_NO_DIAGONAL = given("unit_diagonal", False), given("unit_diagonal", True)
STRAIGHT = all_of(VECTOR_OR_MATRIX, is_known_lower, given("trans", 0, "N"))
TURNED = all_of(VECTOR_OR_MATRIX, is_known_lower, given("trans", 1, "T"))


@adjoint(linalg.solve_triangular, when=all_of(STRAIGHT, READS_DIAGONAL))
def solve_triangular(
    dy: Any,
    y: Any,
    a: Any,
    b: Any,
    trans: Any = 0,
    lower: Any = False,
    unit_diagonal: Any = False,
    *,
    check_finite: Any = True,
) -> Any:
    """Of the solution of ``a @ y == b``, of whose matrix one triangle is read."""
    db = linalg.solve_triangular(a, dy, trans=1, lower=lower)
    return -triangle(against(db, y), lower), db


@adjoint(linalg.solve_triangular, when=all_of(TURNED, READS_DIAGONAL))
def solve_triangular_turned(
    dy: Any,
    y: Any,
    a: Any,
    b: Any,
    trans: Any = 0,
    lower: Any = False,
    unit_diagonal: Any = False,
    *,
    check_finite: Any = True,
) -> Any:
    """Of the solution of ``a.T @ y == b``, of whose matrix one triangle is read."""
    db = linalg.solve_triangular(a, dy, lower=lower)
    return -triangle(against(y, db), lower), db


@tangent(linalg.solve_triangular, when=all_of(STRAIGHT, READS_DIAGONAL))
def solve_triangular_dot(
    y: Any,
    a: Any,
    b: Any,
    trans: Any = 0,
    lower: Any = False,
    unit_diagonal: Any = False,
    *,
    check_finite: Any = True,
    da: Any,
    db: Any,
) -> Any:
    """Of the solution of ``a @ y == b``, of whose matrix one triangle is read."""
    return (
        -linalg.solve_triangular(a, triangle(da, lower) @ y, lower=lower),
        linalg.solve_triangular(a, db, lower=lower),
    )


@tangent(linalg.solve_triangular, when=all_of(TURNED, READS_DIAGONAL))
def solve_triangular_turned_dot(
    y: Any,
    a: Any,
    b: Any,
    trans: Any = 0,
    lower: Any = False,
    unit_diagonal: Any = False,
    *,
    check_finite: Any = True,
    da: Any,
    db: Any,
) -> Any:
    """Of the solution of ``a.T @ y == b``, of whose matrix one triangle is read."""
    return (
        -linalg.solve_triangular(a, triangle(da, lower).T @ y, trans=1, lower=lower),
        linalg.solve_triangular(a, db, trans=1, lower=lower),
    )


@adjoint(linalg.solve_triangular, when=all_of(STRAIGHT, READS_NO_DIAGONAL))
def solve_unit_triangular(
    dy: Any,
    y: Any,
    a: Any,
    b: Any,
    trans: Any = 0,
    lower: Any = False,
    unit_diagonal: Any = False,
    *,
    check_finite: Any = True,
) -> Any:
    """Of the solution of ``a @ y == b``, of whose matrix one triangle is read, but for the ones on its diagonal."""
    db = linalg.solve_triangular(a, dy, trans=1, lower=lower, unit_diagonal=True)
    return -inside_triangle(against(db, y), lower), db


@adjoint(linalg.solve_triangular, when=all_of(TURNED, READS_NO_DIAGONAL))
def solve_unit_triangular_turned(
    dy: Any,
    y: Any,
    a: Any,
    b: Any,
    trans: Any = 0,
    lower: Any = False,
    unit_diagonal: Any = False,
    *,
    check_finite: Any = True,
) -> Any:
    """Of the solution of ``a.T @ y == b``, of whose matrix one triangle is read, but for the ones on its diagonal."""
    db = linalg.solve_triangular(a, dy, lower=lower, unit_diagonal=True)
    return -inside_triangle(against(y, db), lower), db


@tangent(linalg.solve_triangular, when=all_of(STRAIGHT, READS_NO_DIAGONAL))
def solve_unit_triangular_dot(
    y: Any,
    a: Any,
    b: Any,
    trans: Any = 0,
    lower: Any = False,
    unit_diagonal: Any = False,
    *,
    check_finite: Any = True,
    da: Any,
    db: Any,
) -> Any:
    """Of the solution of ``a @ y == b``, of whose matrix one triangle is read, but for the ones on its diagonal."""
    return (
        -linalg.solve_triangular(a, inside_triangle(da, lower) @ y, lower=lower, unit_diagonal=True),
        linalg.solve_triangular(a, db, lower=lower, unit_diagonal=True),
    )


@tangent(linalg.solve_triangular, when=all_of(TURNED, READS_NO_DIAGONAL))
def solve_unit_triangular_turned_dot(
    y: Any,
    a: Any,
    b: Any,
    trans: Any = 0,
    lower: Any = False,
    unit_diagonal: Any = False,
    *,
    check_finite: Any = True,
    da: Any,
    db: Any,
) -> Any:
    """Of the solution of ``a.T @ y == b``, of whose matrix one triangle is read, but for the ones on its diagonal."""
    return (
        -linalg.solve_triangular(a, inside_triangle(da, lower).T @ y, trans=1, lower=lower, unit_diagonal=True),
        linalg.solve_triangular(a, db, trans=1, lower=lower, unit_diagonal=True),
    )


# ---- least squares ----

ALL_COUNT = all_of(negligible("cond"), given("lapack_driver", None, "gelsd", "gelss"))
refuse_where(
    linalg.lstsq,
    when=lambda facts: not ALL_COUNT(facts),
    reason="`cond=` may cut off singular values that are not 0, and what is left of the matrix has another derivative",
    instead="leave it out, or write it with the singular values: "
    "`u, s, vt = np.linalg.svd(a, full_matrices=False)`, `vt[:k].T @ ((u[:, :k].T @ b) / s[:k])`",
)


@infers(linalg.lstsq)
def _lstsq(
    fresh: Fresh, a: Fact, b: Fact, cond: Fact = NONE, *, lapack_driver: Fact = NONE, check_finite: Fact = TRUE
) -> Fact:
    x, y = matrix(a, fresh), number(b, fresh)
    if y.rank not in (1, 2) or y.shape is None or x.shape is None:
        raise Unknown
    dtype, (m, n) = double(x, y), x.shape
    error, order = Num(dtype, "array", None), Num(np.dtype(np.intp), "any", ())
    values = Num(dtype, "array", (minimum(m, n, fresh),))
    return several(Num(dtype, "array", (n, *y.shape[1:])), error, order, values)


@adjoint(linalg.lstsq, results=4, when=all_of(ranks(2, 1), real("a", "b"), ALL_COUNT))
def lstsq_of_vector(
    dx: Any,
    dfit: Any,
    dorder: Any,
    ds: Any,
    x: Any,
    fit: Any,
    order: Any,
    s: Any,
    a: Any,
    b: Any,
    cond: Any = None,
    *,
    lapack_driver: Any = None,
) -> Any:
    """Of the shortest vector that solves ``a @ x == b`` best, its squared error, and the singular values of ``a``."""
    inverse = pinv_of_rank(a, order)
    u, _, vt = np.linalg.svd(a, full_matrices=False)
    spread = inverse.T @ dx
    slope = 2 * np.sum(dfit) * (b - a @ x)
    turned = np.outer(b - a @ x, inverse @ spread) + np.outer(inverse.T @ x, dx - a.T @ spread)
    return turned - np.outer(spread + slope, x) + u * ds @ vt, spread + slope


@adjoint(linalg.lstsq, results=4, when=all_of(ranks(2, 2), real("a", "b"), ALL_COUNT))
def lstsq(
    dx: Any,
    dfit: Any,
    dorder: Any,
    ds: Any,
    x: Any,
    fit: Any,
    order: Any,
    s: Any,
    a: Any,
    b: Any,
    cond: Any = None,
    *,
    lapack_driver: Any = None,
) -> Any:
    """Of the shortest vectors that solve ``a @ x == b`` best: no error is given where there is no more than one way."""
    inverse = pinv_of_rank(a, order)
    u, _, vt = np.linalg.svd(a, full_matrices=False)
    spread = inverse.T @ dx
    slope = 2 * np.resize(dfit, b.shape[1]) * (b - a @ x)
    turned = (b - a @ x) @ (inverse @ spread).T + inverse.T @ x @ (dx - a.T @ spread).T
    return turned - (spread + slope) @ x.T + u * ds @ vt, spread + slope


@tangent(linalg.lstsq, results=4, when=all_of(any_of(ranks(2, 1), ranks(2, 2)), real("a", "b"), ALL_COUNT))
def lstsq_dot(
    x: Any,
    fit: Any,
    order: Any,
    s: Any,
    a: Any,
    b: Any,
    cond: Any = None,
    *,
    lapack_driver: Any = None,
    da: Any,
    db: Any,
) -> Any:
    """Of the shortest vectors that solve ``a @ x == b`` best."""
    inverse = pinv_of_rank(a, order)
    turned = da.T @ (inverse.T @ x)
    x_dot = inverse @ (db - da @ x + inverse.T @ (da.T @ (b - a @ x)) - a @ turned) + turned
    rates = ((b - a @ x) * (db - da @ x)).sum(axis=0)
    u, _, vt = np.linalg.svd(a, full_matrices=False)
    return x_dot, 2 * np.resize(rates, np.shape(fit)), None, (u * (da @ vt.T)).sum(axis=0)
