"""Orthogonal factors in ``scipy.linalg``: eigenvectors of symmetric matrices, singular vectors, QR, Schur's, polar.

Where singular values or eigenvalues are equal, or may be but for rounding errors, a gradient is NaN as with NumPy's
factors, whose rules are those of singular vectors and of QR here, too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from s2sgrad.analysis.facts import Fact, Num, Record, Static
from s2sgrad.analysis.infer.broadcasting import Fresh
from s2sgrad.analysis.infer.effects import note_fresh
from s2sgrad.analysis.infer.table import FALSE, NONE, TRUE, Unknown, handler_of, infers, truth
from s2sgrad.printed import inverse_or_nan, nan_if_close
from s2sgrad.rules import factors
from s2sgrad.rules.registry import adjoint, refuse_where, tangent
from s2sgrad.rules.scipy_linalg import (
    MATRIX,
    inside_triangle,
    is_known_lower,
    matrix,
    precision,
    same_shape,
    several,
    shaped,
    triangle,
)
from s2sgrad.rules.stacks import skew_over
from s2sgrad.rules.when import all_of, given, rank, real

note_fresh(linalg.eigh, linalg.eigvalsh, linalg.qr, linalg.svd, linalg.svdvals, linalg.schur, linalg.polar)


@infers(linalg.eigh)
def _eigh(
    fresh: Fresh,
    a: Fact,
    b: Fact = NONE,
    *,
    lower: Fact = TRUE,
    eigvals_only: Fact = FALSE,
    check_finite: Fact = TRUE,
) -> Fact:
    x = same_shape(fresh, a)
    assert x.shape is not None
    values = Num(x.dtype, "array", x.shape[:1])
    alone = truth(eigvals_only)
    if alone is None:
        raise Unknown
    return values if alone else several(values, x)


@infers(linalg.eigvalsh)
def _eigvalsh(fresh: Fresh, a: Fact, b: Fact = NONE, *, lower: Fact = TRUE, check_finite: Fact = TRUE) -> Fact:
    return _eigh(fresh, a, lower=lower, eigvals_only=TRUE)


@infers(linalg.svd)
def _svd(
    fresh: Fresh, a: Fact, full_matrices: Fact = TRUE, compute_uv: Fact = TRUE, *, check_finite: Fact = TRUE
) -> Fact:
    return _as_numpy_has_it(np.linalg.svd, fresh, a, full_matrices, compute_uv)


def _as_numpy_has_it(function: Any, fresh: Fresh, a: Fact, *args: Fact) -> Fact:
    """The fact of NumPy's function, of double precision or not known; a tuple where NumPy's has names."""
    x = matrix(a, fresh)
    known = handler_of(function)
    assert known is not None
    fact = known(fresh, x, *args)
    if isinstance(fact, Record):
        return several(*(_in_precision(x, slot) for _, slot in fact.slots))
    return _in_precision(x, fact)


def _in_precision(x: Num, fact: Fact) -> Fact:
    assert isinstance(fact, Num)
    return Num(precision(x), "array", fact.shape)


@infers(linalg.svdvals)
def _svdvals(fresh: Fresh, a: Fact, *, check_finite: Fact = TRUE) -> Fact:
    return _as_numpy_has_it(np.linalg.svd, fresh, a, FALSE, FALSE)


_FULL, _REAL, _RIGHT = Static("full"), Static("real"), Static("right")
_MODES = {"full": "complete", "economic": "reduced"}


@infers(linalg.qr)
def _qr(fresh: Fresh, a: Fact, *, mode: Fact = _FULL, pivoting: Fact = FALSE, check_finite: Fact = TRUE) -> Fact:
    if not isinstance(mode, Static) or mode.value not in _MODES or truth(pivoting) is None:
        raise Unknown
    found = _as_numpy_has_it(np.linalg.qr, fresh, a, Static(_MODES[mode.value]))
    if not truth(pivoting):
        return found
    n = matrix(a, fresh).shape[1]  # type: ignore[index]
    return several(*found.items, Num(np.dtype(np.int32), "array", (n,)))  # type: ignore[union-attr,misc]


@infers(linalg.schur)
def _schur(fresh: Fresh, a: Fact, output: Fact = _REAL, *, check_finite: Fact = TRUE) -> Fact:
    x = same_shape(fresh, a)
    return several(x, x)


@infers(linalg.polar)
def _polar(fresh: Fresh, a: Fact, side: Fact = _RIGHT) -> Fact:
    x = matrix(a, fresh)
    if not isinstance(side, Static) or x.shape is None:
        raise Unknown
    n = x.shape[1 if side.value == "right" else 0]
    return several(Num(precision(x), "array", x.shape), Num(precision(x), "array", (n, n)))


# ---- eigenvalues of symmetric matrices: SciPy reads one triangle ----

SYMMETRIC = all_of(MATRIX, given("b", None), is_known_lower)
BESIDE_VECTORS, ALONE = given("eigvals_only", False), given("eigvals_only", True)


@adjoint(linalg.eigh, results=2, when=all_of(SYMMETRIC, BESIDE_VECTORS))
def eigh(
    dw: Any, dv: Any, w: Any, v: Any, a: Any, b: Any = None, *, lower: Any = True, eigvals_only: Any = False
) -> Any:
    """Of the eigenvalues and eigenvectors of a symmetric matrix: triangular; NaN as with NumPy's."""
    gaps = np.where(np.eye(len(w)) > 0, 1, nan_if_close(w - w[:, None], w))
    inner = v.T @ dv
    turned = skew_over(inner, gaps, dw)
    total = (v * dw + v @ turned) @ v.T
    return triangle(total, lower) + inside_triangle(total, lower)


@tangent(linalg.eigh, results=2, when=all_of(SYMMETRIC, BESIDE_VECTORS))
def eigh_dot(w: Any, v: Any, a: Any, b: Any = None, *, lower: Any = True, eigvals_only: Any = False, da: Any) -> Any:
    """Of the eigenvalues and eigenvectors of a symmetric matrix, of which SciPy reads one triangle."""
    symmetric = triangle(da, lower) + inside_triangle(da, lower).T
    inner = v.T @ symmetric @ v
    gaps = nan_if_close(w - w[:, None], w)
    turns = nan_if_close(inner, np.abs(inner).sum(axis=-1))
    still = np.isnan(gaps) & np.isnan(turns) | np.eye(len(w), dtype=bool)
    return np.diag(inner), v @ (inner / np.where(still, np.inf, gaps))


@adjoint(linalg.eigvalsh, when=SYMMETRIC)
@adjoint(linalg.eigh, when=all_of(SYMMETRIC, ALONE))
def eigvalsh_of_triangle(
    dy: Any, y: Any, a: Any, b: Any = None, *, lower: Any = True, eigvals_only: Any = False
) -> Any:
    """Of the eigenvalues of a symmetric matrix: triangular."""
    _, vectors = linalg.eigh(a, lower=lower)
    total = vectors * dy @ vectors.T
    return triangle(total, lower) + inside_triangle(total, lower)


@tangent(linalg.eigvalsh, when=SYMMETRIC)
@tangent(linalg.eigh, when=all_of(SYMMETRIC, ALONE))
def eigvalsh_of_triangle_dot(
    y: Any, a: Any, b: Any = None, *, lower: Any = True, eigvals_only: Any = False, da: Any
) -> Any:
    """Of the eigenvalues of a symmetric matrix, of which SciPy reads one triangle."""
    _, vectors = linalg.eigh(a, lower=lower)
    symmetric = triangle(da, lower) + inside_triangle(da, lower).T
    return (vectors * (symmetric @ vectors)).sum(axis=0)


# ---- singular vectors and QR: NumPy's but for the names of their keywords ----

THIN = all_of(MATRIX, factors.WITH_VECTORS, given("full_matrices", False))
for _when, _adjoint, _tangent in (
    (THIN, factors.svd, factors.svd_dot),
    (all_of(MATRIX, factors.WITH_VECTORS), factors.svd_in_full, factors.svd_in_full_dot),
):
    adjoint(linalg.svd, results=3, when=_when)(_adjoint)
    tangent(linalg.svd, results=3, when=_when)(_tangent)
adjoint(linalg.svd, when=all_of(MATRIX, factors.VALUES_ONLY))(factors.singular_values)
tangent(linalg.svd, when=all_of(MATRIX, factors.VALUES_ONLY))(factors.singular_values_dot)
adjoint(linalg.svdvals, when=all_of(rank("x", 2), real("x")))(factors.svdvals)
tangent(linalg.svdvals, when=all_of(rank("x", 2), real("x")))(factors.svdvals_dot)


# ---- QR ----


def _has_no_columns_to_choose(facts: dict[str, Fact]) -> bool:
    """True where the orthogonal factor has no columns that the matrix does not determine."""
    if given("mode", "economic")(facts):
        return True
    # The default has NumPy's name in NumPy's rule.
    return given("mode", "full", "reduced")(facts) and shaped("wide")(facts)


refuse_where(
    linalg.qr,
    when=lambda facts: not _has_no_columns_to_choose(facts),
    reason="a matrix with more rows than columns does not determine all columns of its square orthogonal factor",
    instead='write `linalg.qr(a, mode="economic")`',
)
QR = all_of(MATRIX, _has_no_columns_to_choose)
adjoint(linalg.qr, results=2, when=QR)(factors.qr)
tangent(linalg.qr, results=2, when=QR)(factors.qr_dot)


@adjoint(linalg.qr, results=3, when=all_of(QR, given("pivoting", True)))
def qr_with_pivots(
    dq: Any, dr: Any, dpiv: Any, q: Any, r: Any, piv: Any, a: Any, *, mode: Any = "full", pivoting: Any = False
) -> Any:
    """Of an orthogonal and a triangular factor of ``a[:, piv]``; the order of the columns is constant."""
    n = q.shape[1]
    square = r[:, :n]
    total = dq + a[:, piv[n:]] @ dr[:, n:].T
    inner = square @ dr[:, :n].T - total.T @ q
    front = np.linalg.solve(square, (total + q @ (np.tril(inner) + np.tril(inner, -1).T)).T).T
    return np.concatenate((front, q @ dr[:, n:]), axis=1)[:, np.argsort(piv)]


@tangent(linalg.qr, results=3, when=all_of(QR, given("pivoting", True)))
def qr_with_pivots_dot(q: Any, r: Any, piv: Any, a: Any, *, mode: Any = "full", pivoting: Any = False, da: Any) -> Any:
    """Of an orthogonal and a triangular factor of ``a[:, piv]``; the order of the columns is constant."""
    n = q.shape[1]
    scaled = np.linalg.solve(r[:, :n].T, da[:, piv[:n]].T).T
    inner = q.T @ scaled
    turned = np.tril(inner, -1) - np.tril(inner, -1).T
    return scaled - q @ (inner - turned), q.T @ da[:, piv] - turned @ r, None


# ---- Schur's ----

SCHUR = all_of(MATRIX, given("output", "real"))


@adjoint(linalg.schur, results=2, when=SCHUR)
def schur(dt: Any, dz: Any, t: Any, z: Any, a: Any, output: Any = "real") -> Any:
    """Of a triangular matrix and an orthogonal one: NaN where eigenvalues are equal or complex.

    An orthogonal matrix turns by the skew part of ``x``, strictly lower triangular, which ``x @ t - t @ x`` fixes
    below its diagonal. In the eigenvectors ``v`` of ``t``, which are triangular too, that is one division each.
    """
    apart = np.where(np.tril(t, -1).any(), np.nan, nan_if_close(np.diag(t) - np.diag(t)[:, None], np.diag(t)))
    _, v = np.linalg.eig(np.triu(t))
    inverse = inverse_or_nan(v, 1e7)
    upper = np.triu(dt)
    inner = z.T @ dz - upper @ t.T + t.T @ upper
    slopes = v.T @ np.tril(inner - inner.T, -1) @ inverse.T
    moved = np.tril(slopes, -1) / np.where(np.eye(len(t)) > 0, 1, apart)
    return z @ (upper + inverse.T @ moved @ v.T) @ z.T


@tangent(linalg.schur, results=2, when=SCHUR)
def schur_dot(t: Any, z: Any, a: Any, output: Any = "real", *, da: Any) -> Any:
    """Of a triangular matrix and an orthogonal one: NaN where eigenvalues are equal or complex."""
    apart = np.where(np.tril(t, -1).any(), np.nan, nan_if_close(np.diag(t) - np.diag(t)[:, None], np.diag(t)))
    _, v = np.linalg.eig(np.triu(t))
    inverse = inverse_or_nan(v, 1e7)
    inner = z.T @ da @ z
    slopes = np.tril(inverse @ inner @ v, -1) / np.where(np.eye(len(t)) > 0, 1, apart)
    x = np.tril(v @ slopes @ inverse, -1)
    turned = x - x.T
    return np.triu(inner + t @ turned - turned @ t), z @ turned


# ---- polar ----

RIGHT, LEFT = given("side", "right"), given("side", "left")


def _may_have_no_rule(facts: dict[str, Fact]) -> bool:
    return not (shaped("tall") if RIGHT(facts) else shaped("wide"))(facts)


refuse_where(
    linalg.polar,
    when=_may_have_no_rule,
    reason='the factor beside the orthogonal one must be regular: `side="right"` wants no more columns than rows, '
    '`side="left"` no more rows than columns',
    instead="take the other side",
)


@adjoint(linalg.polar, results=2, when=all_of(MATRIX, RIGHT, shaped("tall")))
def polar(du: Any, dp: Any, u: Any, p: Any, a: Any, side: Any = "right") -> Any:
    """Of an orthogonal factor and a positive one, ``u @ p``: NaN where the positive one is singular.

    The orthogonal one turns by the skew solution ``turn`` of ``p @ turn + turn @ p == inner - inner.T``.
    """
    regular = np.linalg.matrix_rank(p) == len(p)
    symmetric = (dp + dp.T) / 2
    inner = u.T @ du - symmetric @ p
    turned = np.where(regular, linalg.solve_sylvester(p, p, inner - inner.T), np.nan)
    outside = np.where(len(u) > len(p), (du - u @ (u.T @ du)) @ inverse_or_nan(p), 0)
    return u @ (turned + symmetric) + outside


@adjoint(linalg.polar, results=2, when=all_of(MATRIX, LEFT, shaped("wide")))
def polar_from_left(du: Any, dp: Any, u: Any, p: Any, a: Any, side: Any = "right") -> Any:
    """Of a positive factor and an orthogonal one, ``p @ u``: NaN where the positive one is singular."""
    regular = np.linalg.matrix_rank(p) == len(p)
    symmetric = (dp + dp.T) / 2
    inner = du @ u.T - p @ symmetric
    turned = np.where(regular, linalg.solve_sylvester(p, p, inner - inner.T), np.nan)
    outside = np.where(u.shape[1] > len(p), inverse_or_nan(p) @ (du - du @ u.T @ u), 0)
    return (turned + symmetric) @ u + outside


@tangent(linalg.polar, results=2, when=all_of(MATRIX, RIGHT, shaped("tall")))
def polar_dot(u: Any, p: Any, a: Any, side: Any = "right", *, da: Any) -> Any:
    """Of an orthogonal factor and a positive one, ``u @ p``: NaN where the positive one is singular."""
    regular = np.linalg.matrix_rank(p) == len(p)
    inner = u.T @ da
    turn = np.where(regular, linalg.solve_sylvester(p, p, inner - inner.T), np.nan)
    outside = np.where(len(u) > len(p), (da - u @ inner) @ inverse_or_nan(p), 0)
    return u @ turn + outside, inner - turn @ p


@tangent(linalg.polar, results=2, when=all_of(MATRIX, LEFT, shaped("wide")))
def polar_from_left_dot(u: Any, p: Any, a: Any, side: Any = "right", *, da: Any) -> Any:
    """Of a positive factor and an orthogonal one, ``p @ u``: NaN where the positive one is singular."""
    regular = np.linalg.matrix_rank(p) == len(p)
    inner = da @ u.T
    turn = np.where(regular, linalg.solve_sylvester(p, p, inner - inner.T), np.nan)
    outside = np.where(u.shape[1] > len(p), inverse_or_nan(p) @ (da - inner @ u), 0)
    return turn @ u + outside, inner - p @ turn
