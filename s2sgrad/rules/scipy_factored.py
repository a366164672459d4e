"""Linear systems of ``scipy.linalg`` by the factors of their matrix, and banded ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from s2sgrad.analysis.facts import Fact, Seq
from s2sgrad.analysis.forms import Args, Passed, forms
from s2sgrad.analysis.infer.broadcasting import Fresh
from s2sgrad.analysis.infer.effects import note_fresh
from s2sgrad.analysis.infer.spelling import UNPACKED
from s2sgrad.analysis.infer.table import TRUE, ZERO, infers, truth
from s2sgrad.rules.registry import adjoint, tangent
from s2sgrad.rules.scipy_linalg import against, of_system
from s2sgrad.rules.when import all_of, given, rank

# ---- by Cholesky's factor ----


def cho_solve(c: Any, lower: Any, b: Any) -> Any:
    """``linalg.cho_solve``, its tuple unpacked."""
    return linalg.cho_solve((c, lower), b)


UNPACKED[id(linalg.cho_solve)] = cho_solve
note_fresh(cho_solve)
FACTORED = all_of(rank("c", 2), rank("b", 1, 2))


@infers(cho_solve)
def _cho_solve_of(fresh: Fresh, c: Fact, lower: Fact, b: Fact) -> Fact:
    return of_system(fresh, c, b)


@adjoint(cho_solve, when=all_of(FACTORED, given("lower", True)), operands=("c", "b"))
def cho_solve_of_lower(dy: Any, y: Any, c: Any, lower: Any, b: Any) -> Any:
    """Of the solution of ``c @ c.T @ y == b``, of whose factor the lower triangle is read."""
    db = linalg.cho_solve((c, True), dy)
    return -np.tril((against(db, y) + against(y, db)) @ np.tril(c)), db


@adjoint(cho_solve, when=all_of(FACTORED, given("lower", False)), operands=("c", "b"))
def cho_solve_of_upper(dy: Any, y: Any, c: Any, lower: Any, b: Any) -> Any:
    """Of the solution of ``c.T @ c @ y == b``, of whose factor the upper triangle is read."""
    db = linalg.cho_solve((c, False), dy)
    return -np.triu(np.triu(c) @ (against(db, y) + against(y, db))), db


@tangent(cho_solve, when=all_of(FACTORED, given("lower", True)))
def cho_solve_of_lower_dot(y: Any, c: Any, lower: Any, b: Any, *, dc: Any, db: Any) -> Any:
    """Of the solution of ``c @ c.T @ y == b``, of whose factor the lower triangle is read."""
    half = np.tril(dc) @ np.tril(c).T
    return -linalg.cho_solve((c, True), (half + half.T) @ y), linalg.cho_solve((c, True), db)


@tangent(cho_solve, when=all_of(FACTORED, given("lower", False)))
def cho_solve_of_upper_dot(y: Any, c: Any, lower: Any, b: Any, *, dc: Any, db: Any) -> Any:
    """Of the solution of ``c.T @ c @ y == b``, of whose factor the upper triangle is read."""
    half = np.triu(c).T @ np.triu(dc)
    return -linalg.cho_solve((c, False), (half + half.T) @ y), linalg.cho_solve((c, False), db)


# ---- by the factors of a matrix with its rows in another order ----


def lu_solve(lu: Any, piv: Any, b: Any, trans: Any = 0) -> Any:
    """``linalg.lu_solve``, its tuple unpacked."""
    return linalg.lu_solve((lu, piv), b, trans)


UNPACKED[id(linalg.lu_solve)] = lu_solve
note_fresh(lu_solve)
IN_ORDER = all_of(rank("lu", 2), rank("b", 1, 2), given("trans", 0))
TURNED = all_of(rank("lu", 2), rank("b", 1, 2), given("trans", 1))


@infers(lu_solve)
def _lu_solve_of(fresh: Fresh, lu: Fact, piv: Fact, b: Fact, trans: Fact = ZERO, *, check_finite: Fact = TRUE) -> Fact:
    return of_system(fresh, lu, b)


@adjoint(lu_solve, when=IN_ORDER, operands=("lu", "b"))
def lu_solve_in_order(dy: Any, y: Any, lu: Any, piv: Any, b: Any, trans: Any = 0) -> Any:
    """Of the solution of ``a @ y == b`` by the two triangular factors of ``a``."""
    upper = linalg.solve_triangular(lu, dy, trans=1)
    lower = linalg.solve_triangular(lu, upper, trans=1, lower=True, unit_diagonal=True)
    dlu = -np.tril(against(lower, np.triu(lu) @ y, y), -1) - np.triu(against(upper, y))
    return dlu, linalg.lu_solve((lu, piv), dy, trans=1)


@adjoint(lu_solve, when=TURNED, operands=("lu", "b"))
def lu_solve_turned(dy: Any, y: Any, lu: Any, piv: Any, b: Any, trans: Any = 0) -> Any:
    """Of the solution of ``a.T @ y == b`` by the two triangular factors of ``a``."""
    db = linalg.lu_solve((lu, piv), dy)
    upper = linalg.solve_triangular(lu, b, trans=1)
    lower = linalg.solve_triangular(lu, upper, trans=1, lower=True, unit_diagonal=True)
    return -np.tril(against(lower, np.triu(lu) @ db, y), -1) - np.triu(against(upper, db, y)), db


@tangent(lu_solve, when=IN_ORDER)
def lu_solve_in_order_dot(y: Any, lu: Any, piv: Any, b: Any, trans: Any = 0, *, dlu: Any, db: Any) -> Any:
    """Of the solution of ``a @ y == b`` by the two triangular factors of ``a``."""
    moved = np.tril(dlu, -1) @ (np.triu(lu) @ y)
    inner = linalg.solve_triangular(lu, moved, lower=True, unit_diagonal=True) + np.triu(dlu) @ y
    return -linalg.solve_triangular(lu, inner), linalg.lu_solve((lu, piv), db)


@tangent(lu_solve, when=TURNED)
def lu_solve_turned_dot(y: Any, lu: Any, piv: Any, b: Any, trans: Any = 0, *, dlu: Any, db: Any) -> Any:
    """Of the solution of ``a.T @ y == b`` by the two triangular factors of ``a``."""
    upper = linalg.solve_triangular(lu, b, trans=1)
    lower = linalg.solve_triangular(lu, upper, trans=1, lower=True, unit_diagonal=True)
    moved = np.triu(lu).T @ (np.tril(dlu, -1).T @ lower) + np.triu(dlu).T @ upper
    return -linalg.lu_solve((lu, piv), moved, trans=1), linalg.lu_solve((lu, piv), db, trans=1)


# ---- banded ----


def solve_banded(below: Any, above: Any, ab: Any, b: Any) -> Any:
    """``linalg.solve_banded``, its tuple unpacked."""
    return linalg.solve_banded((below, above), ab, b)


UNPACKED[id(linalg.solve_banded)] = solve_banded
note_fresh(solve_banded)
BANDED = rank("ab", 2)


@infers(solve_banded)
def _solve_banded_of(fresh: Fresh, below: Fact, above: Fact, ab: Fact, b: Fact, *, check_finite: Fact = TRUE) -> Fact:
    return of_system(fresh, ab, b)


@adjoint(solve_banded, when=all_of(BANDED, rank("b", 1)), operands=("ab", "b"))
def solve_banded_of_vector(dy: Any, y: Any, below: Any, above: Any, ab: Any, b: Any) -> Any:
    """Of the solution of a system whose matrix has so many diagonals below the main one, and above it."""
    rows = np.arange(len(y)) + np.arange(-above, below + 1)[:, None]
    columns = np.arange(len(y)) + np.arange(-below, above + 1)[:, None]
    db = linalg.solve_banded((above, below), np.take_along_axis(ab[::-1], columns % len(y), axis=1), dy)
    inside = (rows >= 0) & (rows < len(y))
    return -np.where(inside, db[rows % len(y)] * y, 0), db


@adjoint(solve_banded, when=all_of(BANDED, rank("b", 2)), operands=("ab", "b"))
def solve_banded_of_matrix(dy: Any, y: Any, below: Any, above: Any, ab: Any, b: Any) -> Any:
    """Of the solutions of systems whose matrix has so many diagonals below the main one, and above it."""
    rows = np.arange(len(y)) + np.arange(-above, below + 1)[:, None]
    columns = np.arange(len(y)) + np.arange(-below, above + 1)[:, None]
    db = linalg.solve_banded((above, below), np.take_along_axis(ab[::-1], columns % len(y), axis=1), dy)
    inside = (rows >= 0) & (rows < len(y))
    return -np.where(inside, (db[rows % len(y)] * y).sum(axis=2), 0), db


@tangent(solve_banded, when=all_of(BANDED, rank("b", 1)))
def solve_banded_of_vector_dot(y: Any, below: Any, above: Any, ab: Any, b: Any, *, dab: Any, db: Any) -> Any:
    """Of the solution of a system whose matrix has so many diagonals below the main one, and above it."""
    columns = np.arange(len(y)) + np.arange(above, -below - 1, -1)[:, None]
    inside = (columns >= 0) & (columns < len(y))
    moved = np.where(inside, np.take_along_axis(dab, columns % len(y), axis=1), 0)
    return linalg.solve_banded((below, above), ab, db - (moved * y[columns % len(y)]).sum(axis=0))


@tangent(solve_banded, when=all_of(BANDED, rank("b", 2)))
def solve_banded_of_matrix_dot(y: Any, below: Any, above: Any, ab: Any, b: Any, *, dab: Any, db: Any) -> Any:
    """Of the solutions of systems whose matrix has so many diagonals below the main one, and above it."""
    columns = np.arange(len(y)) + np.arange(above, -below - 1, -1)[:, None]
    inside = (columns >= 0) & (columns < len(y))
    moved = np.where(inside, np.take_along_axis(dab, columns % len(y), axis=1), 0)
    return linalg.solve_banded((below, above), ab, db - (moved[..., None] * y[columns % len(y)]).sum(axis=0))


# ---- calls that are written with others ----


@forms(linalg.cho_factor)
def _cho_factor(args: Args, passed: Passed) -> str | None:
    """The factor without what SciPy leaves in the other triangle, which nobody may read."""
    if len(args) != 1 or not set(passed) <= {"lower"}:
        return None
    lower = "lower" in passed and truth(passed["lower"])
    return f"({{x}}.cholesky({{0}}{', lower=True' if lower else ''}), {bool(lower)})"


@forms(linalg.cho_solve, linalg.lu_solve, linalg.solve_banded)
def _in_sight(args: Args, passed: Passed) -> str | None:
    """The first argument with its two items in sight."""
    if len(args) < 2 or not isinstance(args[0], Seq) or len(args[0].items or ()) != 2:
        return None
    rest = [f"{{{k}}}" for k in range(1, len(args))] + [f"{word}={{{word}}}" for word in passed]
    return f"{{f}}(({{0}}[0], {{0}}[1]), {', '.join(rest)})"
