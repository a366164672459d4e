"""Triangular factors of a matrix in ``scipy.linalg``: Cholesky's, and those of elimination."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.analysis.infer.broadcasting import Fresh, minimum
from s2sgrad.analysis.infer.effects import note_fresh
from s2sgrad.analysis.infer.table import FALSE, TRUE, infers
from s2sgrad.rules.registry import adjoint, refuse_where, tangent
from s2sgrad.rules.scipy_linalg import MATRIX, matrix, precision, same_shape, several, shaped
from s2sgrad.rules.when import all_of, given

note_fresh(linalg.cholesky, linalg.lu, linalg.lu_factor)


@infers(linalg.cholesky)
def _cholesky(fresh: Fresh, a: Fact, lower: Fact = FALSE, *, check_finite: Fact = TRUE) -> Fact:
    return same_shape(fresh, a)


@infers(linalg.lu)
def _lu(fresh: Fresh, a: Fact, *, check_finite: Fact = TRUE) -> Fact:
    x = matrix(a, fresh)
    assert x.shape is not None
    (m, n), dtype = x.shape, precision(x)
    k = minimum(m, n, fresh)
    return several(*(Num(dtype, "array", shape) for shape in ((m, m), (m, k), (k, n))))


@infers(linalg.lu_factor)
def _lu_factor(fresh: Fresh, a: Fact, *, check_finite: Fact = TRUE) -> Fact:
    x = matrix(a, fresh)
    assert x.shape is not None
    m, n = x.shape
    places = Num(np.dtype(np.int32), "array", (minimum(m, n, fresh),))
    return several(Num(precision(x), "array", x.shape), places)


# ---- Cholesky's ----


@adjoint(linalg.cholesky, when=all_of(MATRIX, given("lower", True)), exact=True)
def cholesky(dy: Any, y: Any, a: Any, lower: Any = False, *, check_finite: Any = True) -> Any:
    """Of the lower factor: lower triangular, since SciPy reads no element above the diagonal."""
    inner = y.T @ dy
    middle = (np.tril(inner) + np.tril(inner, -1)) / 2
    half = linalg.solve_triangular(y, middle.T, trans=1, lower=True)
    total = linalg.solve_triangular(y, half.T, trans=1, lower=True)
    return (np.tril(total + total.T) + np.tril(total + total.T, -1)) / 2


@tangent(linalg.cholesky, when=all_of(MATRIX, given("lower", True)))
def cholesky_dot(y: Any, a: Any, lower: Any = False, *, check_finite: Any = True, da: Any) -> Any:
    """Of the lower factor: SciPy reads no element above the diagonal."""
    symmetric = np.tril(da) + np.tril(da, -1).T
    half = linalg.solve_triangular(y, symmetric, lower=True)
    inner = linalg.solve_triangular(y, half.T, lower=True)
    return y @ (np.tril(inner) + np.tril(inner, -1)) / 2


@adjoint(linalg.cholesky, when=all_of(MATRIX, given("lower", False)), exact=True)
def cholesky_of_upper(dy: Any, y: Any, a: Any, lower: Any = False, *, check_finite: Any = True) -> Any:
    """Of the upper factor: upper triangular, since SciPy reads no element below the diagonal."""
    inner = y @ dy.T
    middle = (np.tril(inner) + np.tril(inner, -1)) / 2
    half = linalg.solve_triangular(y, middle.T)
    total = linalg.solve_triangular(y, half.T)
    return (np.triu(total + total.T) + np.triu(total + total.T, 1)) / 2


@tangent(linalg.cholesky, when=all_of(MATRIX, given("lower", False)))
def cholesky_of_upper_dot(y: Any, a: Any, lower: Any = False, *, check_finite: Any = True, da: Any) -> Any:
    """Of the upper factor: SciPy reads no element below the diagonal."""
    symmetric = np.triu(da) + np.triu(da, 1).T
    half = linalg.solve_triangular(y, symmetric, trans=1)
    inner = linalg.solve_triangular(y, half.T, trans=1)
    return (np.triu(inner) + np.triu(inner, 1)) @ y / 2


# ---- of elimination with its rows in another order ----

refuse_where(
    linalg.lu, linalg.lu_factor,
    when=lambda facts: not shaped("square")(facts),
    reason="the matrix is not square",
    instead="use np.linalg.qr",
)  # fmt: skip
SQUARE = all_of(MATRIX, shaped("square"))


@adjoint(linalg.lu, results=3, when=SQUARE)
def lu(dp: Any, dl: Any, du: Any, p: Any, l: Any, u: Any, a: Any, *, check_finite: Any = True) -> Any:  # noqa: E741
    """Of the triangular factors of ``p @ l @ u``; the order of the rows is constant."""
    inner = np.tril(l.T @ dl, -1) + np.triu(du @ u.T)
    half = linalg.solve_triangular(u, inner.T).T
    return p @ linalg.solve_triangular(l, half, trans=1, lower=True)


@tangent(linalg.lu, results=3, when=SQUARE)
def lu_dot(p: Any, l: Any, u: Any, a: Any, *, check_finite: Any = True, da: Any) -> Any:  # noqa: E741
    """Of the triangular factors of ``p @ l @ u``; the order of the rows is constant."""
    half = linalg.solve_triangular(l, p.T @ da, lower=True)
    inner = linalg.solve_triangular(u, half.T, trans=1).T
    return None, l @ np.tril(inner, -1), np.triu(inner) @ u


@adjoint(linalg.lu_factor, results=2, when=SQUARE)
def lu_factor(dlu: Any, dpiv: Any, lu: Any, piv: Any, a: Any, *, check_finite: Any = True) -> Any:
    """Of both triangular factors in one matrix; the order of the rows is constant."""
    lower = np.tril(lu, -1) + np.eye(len(lu), dtype=lu.dtype)
    inner = np.tril(lower.T @ dlu, -1) + np.triu(dlu @ np.triu(lu).T)
    return linalg.lu_solve((lower, piv), linalg.solve_triangular(lu, inner.T).T, trans=1)


@tangent(linalg.lu_factor, results=2, when=SQUARE)
def lu_factor_dot(lu: Any, piv: Any, a: Any, *, check_finite: Any = True, da: Any) -> Any:
    """Of both triangular factors in one matrix; the order of the rows is constant."""
    lower = np.tril(lu, -1) + np.eye(len(lu), dtype=lu.dtype)
    half = linalg.lu_solve((lower, piv), da)
    inner = linalg.solve_triangular(lu, half.T, trans=1).T
    return lower @ np.tril(inner, -1) + np.triu(inner) @ np.triu(lu), None
