"""Factors of matrices and of stacks of them: eigenvalues, singular values, QR, determinants, pseudo-inverses.

Where eigenvalues or singular values are equal, or may be but for rounding errors, the vectors that belong to them turn
freely, and have no derivative. A function that reads both is NaN, if something of it hangs on how they turn, or may;
see `skew_over`. What is made of the values alone is right where they are treated alike (their sum, a norm), or else has
the slope of the vector that NumPy returns with each: one of several, as with the largest of equal numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.printed import cofactors, inverse_or_nan, nan_if_close
from s2sgrad.rules.macros import mT
from s2sgrad.rules.registry import adjoint, refuse_where, tangent
from s2sgrad.rules.stacks import column, each, row, skew_over
from s2sgrad.rules.when import all_of, given, negligible, ranks_from, real

linalg = np.linalg
LOWER, UPPER = given("UPLO", "L", "l"), given("UPLO", "U", "u")
VALUES_ONLY = given("compute_uv", False)
WITH_VECTORS = given("compute_uv", True)
KEEPS_ALL = all_of(negligible("rcond"), negligible("rtol"))
refuse_where(
    linalg.pinv,
    when=lambda facts: not KEEPS_ALL(facts),
    reason="`rcond=` or `rtol=` may cut off singular values that are not 0, and what is left of the matrix has another "
    "derivative",
    instead="leave it out, or write it with the singular values: `u, s, vt = np.linalg.svd(a, full_matrices=False)`, "
    "`(vt[:k].T / s[:k]) @ u[:, :k].T`",
)


# ---- eigenvalues of symmetric matrices: NumPy reads one triangle ----


@adjoint(linalg.eigh, results=2, when=all_of(ranks_from(2), real("a"), LOWER))
def eigh(dw: Any, dv: Any, w: Any, v: Any, a: Any, UPLO: Any = "L") -> Any:
    """Of the eigenvalues and eigenvectors of a symmetric matrix: lower triangular.

    NaN where it reads the vectors of two equal eigenvalues, which have no derivative: what is made of both of them may
    have one (a function of the matrix, a projection), but it cannot be told from theirs.
    """
    gaps = np.where(np.eye(w.shape[-1]) > 0, 1, nan_if_close(row(w) - column(w), w))
    inner = mT(v) @ dv
    turned = skew_over(inner, gaps, dw)
    total = (v * row(dw) + v @ turned) @ mT(v)
    return np.tril(total) + np.tril(total, -1)


@adjoint(linalg.eigh, results=2, when=all_of(ranks_from(2), real("a"), UPPER))
def eigh_of_upper(dw: Any, dv: Any, w: Any, v: Any, a: Any, UPLO: Any = "L") -> Any:
    """Of the eigenvalues and eigenvectors of a symmetric matrix: upper triangular; NaN as with the lower triangle."""
    gaps = np.where(np.eye(w.shape[-1]) > 0, 1, nan_if_close(row(w) - column(w), w))
    inner = mT(v) @ dv
    turned = skew_over(inner, gaps, dw)
    total = (v * row(dw) + v @ turned) @ mT(v)
    return np.triu(total) + np.triu(total, 1)


@tangent(linalg.eigh, results=2, when=all_of(ranks_from(2), real("a"), LOWER))
def eigh_dot(w: Any, v: Any, a: Any, UPLO: Any = "L", *, da: Any) -> Any:
    """Of the eigenvalues and eigenvectors of a symmetric matrix, of which NumPy reads the lower triangle."""
    symmetric = np.tril(da) + mT(np.tril(da, -1))
    inner = mT(v) @ symmetric @ v
    gaps = nan_if_close(row(w) - column(w), w)
    turns = nan_if_close(inner, np.abs(inner).sum(axis=-1))
    still = np.isnan(gaps) & np.isnan(turns) | np.eye(w.shape[-1], dtype=bool)
    return np.diagonal(inner, 0, -2, -1), v @ (inner / np.where(still, np.inf, gaps))


@tangent(linalg.eigh, results=2, when=all_of(ranks_from(2), real("a"), UPPER))
def eigh_of_upper_dot(w: Any, v: Any, a: Any, UPLO: Any = "L", *, da: Any) -> Any:
    """Of the eigenvalues and eigenvectors of a symmetric matrix, of which NumPy reads the upper triangle."""
    symmetric = np.triu(da) + mT(np.triu(da, 1))
    inner = mT(v) @ symmetric @ v
    gaps = nan_if_close(row(w) - column(w), w)
    turns = nan_if_close(inner, np.abs(inner).sum(axis=-1))
    still = np.isnan(gaps) & np.isnan(turns) | np.eye(w.shape[-1], dtype=bool)
    return np.diagonal(inner, 0, -2, -1), v @ (inner / np.where(still, np.inf, gaps))


@tangent(linalg.eigvalsh, when=all_of(ranks_from(2), real("a"), LOWER))
def eigvalsh_dot(y: Any, a: Any, UPLO: Any = "L", *, da: Any) -> Any:
    """Of the eigenvalues of a symmetric matrix, of which NumPy reads the lower triangle."""
    _, vectors = np.linalg.eigh(a)
    symmetric = np.tril(da) + mT(np.tril(da, -1))
    return (vectors * (symmetric @ vectors)).sum(axis=-2)


@tangent(linalg.eigvalsh, when=all_of(ranks_from(2), real("a"), UPPER))
def eigvalsh_of_upper_dot(y: Any, a: Any, UPLO: Any = "L", *, da: Any) -> Any:
    """Of the eigenvalues of a symmetric matrix, of which NumPy reads the upper triangle."""
    _, vectors = np.linalg.eigh(a, UPLO)
    symmetric = np.triu(da) + mT(np.triu(da, 1))
    return (vectors * (symmetric @ vectors)).sum(axis=-2)


@adjoint(linalg.eigvalsh, when=all_of(ranks_from(2), real("a"), LOWER))
def eigvalsh(dy: Any, y: Any, a: Any, UPLO: Any = "L") -> Any:
    """Of the eigenvalues of a symmetric matrix: lower triangular."""
    _, vectors = np.linalg.eigh(a)
    total = vectors * row(dy) @ mT(vectors)
    return np.tril(total) + np.tril(total, -1)


@adjoint(linalg.eigvalsh, when=all_of(ranks_from(2), real("a"), UPPER))
def eigvalsh_of_upper(dy: Any, y: Any, a: Any, UPLO: Any = "L") -> Any:
    """Of the eigenvalues of a symmetric matrix: upper triangular."""
    _, vectors = np.linalg.eigh(a, UPLO)
    total = vectors * row(dy) @ mT(vectors)
    return np.triu(total) + np.triu(total, 1)


# ---- singular values ----


@adjoint(linalg.svd, when=all_of(ranks_from(2), real("a"), VALUES_ONLY))
def singular_values(dy: Any, y: Any, a: Any, full_matrices: Any = True, compute_uv: Any = True) -> Any:
    """Of the singular values alone."""
    u, _, vt = np.linalg.svd(a, full_matrices=False)
    return u * row(dy) @ vt


@adjoint(*numpy_functions("svdvals", module=linalg), when=all_of(ranks_from(2), real("x")))
def svdvals(dy: Any, y: Any, x: Any) -> Any:
    """Of the singular values."""
    u, _, vt = np.linalg.svd(x, full_matrices=False)
    return u * row(dy) @ vt


@tangent(linalg.svd, when=all_of(ranks_from(2), real("a"), VALUES_ONLY))
def singular_values_dot(y: Any, a: Any, full_matrices: Any = True, compute_uv: Any = True, *, da: Any) -> Any:
    """Of the singular values alone."""
    u, _, vt = np.linalg.svd(a, full_matrices=False)
    return (u * (da @ mT(vt))).sum(axis=-2)


@tangent(*numpy_functions("svdvals", module=linalg), when=all_of(ranks_from(2), real("x")))
def svdvals_dot(y: Any, x: Any, *, dx: Any) -> Any:
    """Of the singular values."""
    u, _, vt = np.linalg.svd(x, full_matrices=False)
    return (u * (dx @ mT(vt))).sum(axis=-2)


@adjoint(linalg.svd, results=3, when=all_of(ranks_from(2), real("a"), WITH_VECTORS, given("full_matrices", False)))
def svd(
    du: Any, ds: Any, dvt: Any, u: Any, s: Any, vt: Any, a: Any, full_matrices: Any = True, compute_uv: Any = True
) -> Any:
    """Of singular values and vectors: NaN where vectors are read that belong to equal values, or to 0."""
    one = np.eye(s.shape[-1]) > 0
    sizes = nan_if_close(s, s)
    gaps = np.where(one, 1, nan_if_close(row(s) - column(s), s))
    sums = np.where(one, 1, nan_if_close(row(s) + column(s), s))
    left = mT(u) @ du
    right = vt @ mT(dvt)
    spun = (left - mT(left) - right + mT(right)) / (2 * sums)
    turned = skew_over(left + right, gaps, ds, left @ right) + spun
    inside = (u * row(ds) + u @ turned) @ vt
    above = np.where(u.shape[-2] > s.shape[-1], (du - u @ left) / row(sizes), 0) @ vt
    return inside + above + u @ np.where(vt.shape[-1] > s.shape[-1], (dvt - mT(right) @ vt) / column(sizes), 0)


@adjoint(linalg.svd, results=3, when=all_of(ranks_from(2), real("a"), WITH_VECTORS))
def svd_in_full(
    du: Any, ds: Any, dvt: Any, u: Any, s: Any, vt: Any, a: Any, full_matrices: Any = True, compute_uv: Any = True
) -> Any:
    """Of singular values and square matrices of vectors: those without a value follow the others; NaN as before."""
    n = s.shape[-1]
    u1 = u[..., :n]
    vt1 = vt[..., :n, :]
    du1 = du[..., :n] - u[..., n:] @ (mT(du[..., n:]) @ u1)
    dvt1 = dvt[..., :n, :] - (vt1 @ mT(dvt[..., n:, :])) @ vt[..., n:, :]
    one = np.eye(n) > 0
    sizes = nan_if_close(s, s)
    gaps = np.where(one, 1, nan_if_close(row(s) - column(s), s))
    sums = np.where(one, 1, nan_if_close(row(s) + column(s), s))
    left = mT(u1) @ du1
    right = vt1 @ mT(dvt1)
    spun = (left - mT(left) - right + mT(right)) / (2 * sums)
    turned = skew_over(left + right, gaps, ds, left @ right) + spun
    inside = (u1 * row(ds) + u1 @ turned) @ vt1
    above = np.where(u.shape[-2] > n, (du1 - u1 @ left) / row(sizes), 0) @ vt1
    return inside + above + u1 @ np.where(vt.shape[-1] > n, (dvt1 - mT(right) @ vt1) / column(sizes), 0)


@tangent(linalg.svd, results=3, when=all_of(ranks_from(2), real("a"), WITH_VECTORS, given("full_matrices", False)))
def svd_dot(u: Any, s: Any, vt: Any, a: Any, full_matrices: Any = True, compute_uv: Any = True, *, da: Any) -> Any:
    """Of singular values and vectors: NaN where vectors are read that belong to equal values, or to 0."""
    one = np.eye(s.shape[-1], dtype=bool)
    left = da @ mT(vt)
    right = mT(u) @ da
    inner = mT(u) @ left
    same = inner + mT(inner)
    sizes = nan_if_close(s, s)
    gaps = nan_if_close(row(s) - column(s), s)
    turns = nan_if_close(same, np.abs(same).sum(axis=-1))
    turn = same / np.where(np.isnan(gaps) & np.isnan(turns) | one, np.inf, 2 * gaps)
    spun = (inner - mT(inner)) / (2 * np.where(one, 1, nan_if_close(row(s) + column(s), s)))
    turned = mT(turn - spun) @ vt + np.where(vt.shape[-1] > s.shape[-1], (right - inner @ vt) / column(sizes), 0)
    above = np.where(u.shape[-2] > s.shape[-1], (left - u @ inner) / row(sizes), 0)
    return u @ (turn + spun) + above, np.diagonal(inner, 0, -2, -1), turned


@tangent(linalg.svd, results=3, when=all_of(ranks_from(2), real("a"), WITH_VECTORS))
def svd_in_full_dot(
    u: Any, s: Any, vt: Any, a: Any, full_matrices: Any = True, compute_uv: Any = True, *, da: Any
) -> Any:
    """Of singular values and square matrices of vectors: those without a value follow the others; NaN as before."""
    n = s.shape[-1]
    u1 = u[..., :n]
    vt1 = vt[..., :n, :]
    one = np.eye(n, dtype=bool)
    left = da @ mT(vt1)
    right = mT(u1) @ da
    inner = right @ mT(vt1)
    same = inner + mT(inner)
    sizes = nan_if_close(s, s)
    gaps = nan_if_close(row(s) - column(s), s)
    turns = nan_if_close(same, np.abs(same).sum(axis=-1))
    turn = same / np.where(np.isnan(gaps) & np.isnan(turns) | one, np.inf, 2 * gaps)
    spun = (inner - mT(inner)) / (2 * np.where(one, 1, nan_if_close(row(s) + column(s), s)))
    u1_dot = u1 @ (turn + spun) + np.where(u.shape[-2] > n, (left - u1 @ inner) / row(sizes), 0)
    vt1_dot = mT(turn - spun) @ vt1 + np.where(vt.shape[-1] > n, (right - inner @ vt1) / column(sizes), 0)
    u_dot = np.concatenate((u1_dot, -u1 @ (mT(u1_dot) @ u[..., n:])), axis=-1)
    vt_dot = np.concatenate((vt1_dot, -vt[..., n:, :] @ mT(vt1_dot) @ vt1), axis=-2)
    return u_dot, np.diagonal(inner, 0, -2, -1), vt_dot


# ---- QR ----


@adjoint(linalg.qr, results=2, when=all_of(ranks_from(2), real("a"), given("mode", "reduced")))
def qr(dq: Any, dr: Any, q: Any, r: Any, a: Any, mode: Any = "reduced") -> Any:
    """Of an orthogonal and a triangular factor; columns beyond the rows follow the others."""
    n = q.shape[-1]
    square = r[..., :n]
    total = dq + a[..., n:] @ mT(dr[..., n:])
    inner = square @ mT(dr[..., :n]) - mT(total) @ q
    front = mT(np.linalg.solve(square, mT(total + q @ (np.tril(inner) + mT(np.tril(inner, -1))))))
    behind = np.concatenate((np.zeros_like(q), q @ dr[..., n:]), axis=-1)
    return np.concatenate((front, np.zeros_like(a[..., n:])), axis=-1) + behind


@tangent(linalg.qr, results=2, when=all_of(ranks_from(2), real("a"), given("mode", "reduced")))
def qr_dot(q: Any, r: Any, a: Any, mode: Any = "reduced", *, da: Any) -> Any:
    """Of an orthogonal and a triangular factor; columns beyond the rows follow the others."""
    n = q.shape[-1]
    scaled = mT(np.linalg.solve(mT(r[..., :n]), mT(da[..., :n])))
    inner = mT(q) @ scaled
    turned = np.tril(inner, -1) - mT(np.tril(inner, -1))
    return scaled - q @ (inner - turned), mT(q) @ da - turned @ r


# ---- determinants and inverses ----


@tangent(linalg.slogdet, results=2, when=all_of(ranks_from(2), real("a")))
def slogdet_dot(sign: Any, logabsdet: Any, a: Any, *, da: Any) -> Any:
    """Of the logarithm of the determinant; the sign is constant. NaN for a singular matrix, where it is -inf."""
    return None, (mT(inverse_or_nan(a)) * da).sum(axis=(-2, -1))


@tangent(linalg.det, when=ranks_from(3))
def det_of_stack_dot(y: Any, a: Any, *, da: Any) -> Any:
    """Of the determinants, of singular matrices as well."""
    return (cofactors(a) * da).sum(axis=(-2, -1))


@tangent(linalg.pinv, when=all_of(ranks_from(2), real("a"), KEEPS_ALL, given("hermitian", True)))
def pinv_of_symmetric_dot(
    y: Any, a: Any, rcond: Any = None, hermitian: Any = False, *, rtol: Any = None, da: Any
) -> Any:
    """Of the pseudo-inverse of a symmetric matrix, of which NumPy reads the lower triangle."""
    full = np.tril(a) + mT(np.tril(a, -1))
    change = np.tril(da) + mT(np.tril(da, -1))
    inner = y @ y @ change
    moved = inner - inner @ full @ y
    return moved + mT(moved) - y @ change @ y


@tangent(linalg.pinv, when=all_of(ranks_from(2), real("a"), KEEPS_ALL, given("hermitian", False)))
def pinv_dot(y: Any, a: Any, rcond: Any = None, hermitian: Any = False, *, rtol: Any = None, da: Any) -> Any:
    """Of the pseudo-inverse of a matrix whose rank does not change."""
    inner = y @ mT(y) @ mT(da)
    outer = mT(da) @ mT(y) @ y
    return inner - inner @ a @ y + outer - y @ (a @ outer) - y @ da @ y


@adjoint(linalg.slogdet, results=2, when=all_of(ranks_from(2), real("a")))
def slogdet(dsign: Any, dlogabsdet: Any, sign: Any, logabsdet: Any, a: Any) -> Any:
    """Of the logarithm of the determinant; the sign is constant. NaN for a singular matrix, where it is -inf."""
    return each(dlogabsdet) * mT(inverse_or_nan(a))


@adjoint(linalg.det, when=ranks_from(3))
def det_of_stack(dy: Any, y: Any, a: Any) -> Any:
    """Of the determinants, of singular matrices as well."""
    return each(dy) * cofactors(a)


@adjoint(linalg.pinv, when=all_of(ranks_from(2), real("a"), KEEPS_ALL, given("hermitian", True)))
def pinv_of_symmetric(dy: Any, y: Any, a: Any, rcond: Any = None, hermitian: Any = False, *, rtol: Any = None) -> Any:
    """Of the pseudo-inverse of a symmetric matrix: lower triangular, since NumPy reads no element above."""
    full = np.tril(a) + mT(np.tril(a, -1))
    left = mT(dy) @ y
    right = y @ mT(dy)
    slope = (left - full @ (y @ left) - y @ dy) @ y + y @ (right - right @ y @ full)
    total = (slope + mT(slope)) / 2
    return np.tril(total) + np.tril(total, -1)


@adjoint(linalg.pinv, when=all_of(ranks_from(2), real("a"), KEEPS_ALL, given("hermitian", False)))
def pinv(dy: Any, y: Any, a: Any, rcond: Any = None, hermitian: Any = False, *, rtol: Any = None) -> Any:
    """Of the pseudo-inverse of a matrix whose rank does not change."""
    left = mT(dy) @ y
    right = y @ mT(dy)
    return (left - a @ (y @ left) - mT(y) @ dy) @ mT(y) + mT(y) @ (right - right @ y @ a)
