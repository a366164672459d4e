"""Factors of complex matrices: where real matrices are transposed, these are transposed and conjugated.

Eigenvectors and singular vectors of complex matrices are known up to a factor of magnitude 1, which NumPy chooses from
the data: they have no derivative that would hold for it, and are refused. Eigenvalues and singular values have one.
"""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.printed import inverse_or_nan, nan_if_close, pinv_of_rank, value_slopes
from s2sgrad.quote import quote
from s2sgrad.rules.factors import KEEPS_ALL
from s2sgrad.rules.linalg import ALL_COUNT
from s2sgrad.rules.macros import expands, mT
from s2sgrad.rules.registry import adjoint, complex_too, ranks, refuse, tangent
from s2sgrad.rules.stacks import column, each, row
from s2sgrad.rules.when import all_of, any_of, complex_number, given, ranks_from

linalg = np.linalg
MATRICES = all_of(ranks_from(2), complex_number("a"))
EITHER = any_of(complex_number("a"), complex_number("b"))
VALUES_ONLY = given("compute_uv", False)
LOWER, UPPER = given("UPLO", "L", "l"), given("UPLO", "U", "u")
_PHASE = "the vectors of a complex matrix are known up to a factor of magnitude 1"
refuse(linalg.eigh, reason=_PHASE, instead="use `np.linalg.eigvalsh`", complex_only=True)
refuse(linalg.svd, reason=_PHASE, instead="use `np.linalg.svd(a, compute_uv=False)`", complex_only=True)


def mH(a: Any) -> Any:
    """The matrix ``a``, or each matrix of a stack, transposed and conjugated."""
    return np.conj(mT(a))


@expands(mH)
def _mH(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    flat = isinstance(facts[0], Num) and facts[0].rank == 2
    return quote("np.conj({a}).T" if flat else "np.conj(np.swapaxes({a}, -1, -2))", a=args[0])


@adjoint(linalg.slogdet, results=2, when=MATRICES)
def slogdet_of_complex(dsign: Any, dlogabsdet: Any, sign: Any, logabsdet: Any, a: Any) -> Any:
    """Of the angle of the determinant, as a number of magnitude 1, and the logarithm of its magnitude, or NaN."""
    scale = dlogabsdet + 1j * (np.conj(sign) * dsign).imag
    return each(scale) * mH(inverse_or_nan(a))


@tangent(linalg.slogdet, results=2, when=MATRICES)
def slogdet_of_complex_dot(sign: Any, logabsdet: Any, a: Any, *, da: Any) -> Any:
    """Of the angle of the determinant, as a number of magnitude 1, and the logarithm of its magnitude, or NaN."""
    rate = (mT(inverse_or_nan(a)) * da).sum(axis=(-2, -1))
    return 1j * rate.imag * sign, rate.real


@adjoint(linalg.cholesky, when=all_of(MATRICES, given("upper", False)))
def cholesky_of_complex(dy: Any, y: Any, a: Any, *, upper: Any = False) -> Any:
    """Of the lower factor: lower triangular, since NumPy reads no element above the diagonal."""
    inner = mH(y) @ dy
    middle = (np.tril(inner) + np.tril(inner, -1)) / 2
    half = mH(np.linalg.solve(mH(y), mH(np.linalg.solve(mH(y), middle))))
    total = half + mH(half)
    return (np.tril(total) + np.tril(total, -1)) / 2


@tangent(linalg.cholesky, when=all_of(MATRICES, given("upper", False)))
def cholesky_of_complex_dot(y: Any, a: Any, *, upper: Any = False, da: Any) -> Any:
    """Of the lower factor: NumPy reads no element above the diagonal, and the real part of it."""
    lower = np.tril(da) + np.tril(da, -1)
    inner = np.linalg.solve(y, mH(np.linalg.solve(y, (lower + mH(lower)) / 2)))
    return y @ (np.tril(inner) + np.tril(inner, -1)) / 2


@adjoint(linalg.eigvalsh, when=all_of(MATRICES, LOWER))
def eigvalsh_of_complex(dy: Any, y: Any, a: Any, UPLO: Any = "L") -> Any:
    """Of the eigenvalues of a Hermitian matrix: lower triangular."""
    _, vectors = np.linalg.eigh(a)
    total = vectors * row(dy) @ mH(vectors)
    return np.tril(total) + np.tril(total, -1)


@adjoint(linalg.eigvalsh, when=all_of(MATRICES, UPPER))
def eigvalsh_of_complex_upper(dy: Any, y: Any, a: Any, UPLO: Any = "L") -> Any:
    """Of the eigenvalues of a Hermitian matrix: upper triangular."""
    _, vectors = np.linalg.eigh(a, UPLO)
    total = vectors * row(dy) @ mH(vectors)
    return np.triu(total) + np.triu(total, 1)


@tangent(linalg.eigvalsh, when=all_of(MATRICES, LOWER))
def eigvalsh_of_complex_dot(y: Any, a: Any, UPLO: Any = "L", *, da: Any) -> Any:
    """Of the eigenvalues of a Hermitian matrix, of which NumPy reads the lower triangle."""
    _, vectors = np.linalg.eigh(a)
    lower = np.tril(da) + np.tril(da, -1)
    return (np.conj(vectors) * (lower @ vectors)).real.sum(axis=-2)


@tangent(linalg.eigvalsh, when=all_of(MATRICES, UPPER))
def eigvalsh_of_complex_upper_dot(y: Any, a: Any, UPLO: Any = "L", *, da: Any) -> Any:
    """Of the eigenvalues of a Hermitian matrix, of which NumPy reads the upper triangle."""
    _, vectors = np.linalg.eigh(a, UPLO)
    upper = np.triu(da) + np.triu(da, 1)
    return (np.conj(vectors) * (upper @ vectors)).real.sum(axis=-2)


@adjoint(linalg.svd, when=all_of(MATRICES, VALUES_ONLY))
def complex_singular_values(dy: Any, y: Any, a: Any, full_matrices: Any = True, compute_uv: Any = True) -> Any:
    """Of the singular values alone."""
    return value_slopes(a, dy)


@tangent(linalg.svd, when=all_of(MATRICES, VALUES_ONLY))
def complex_singular_values_dot(y: Any, a: Any, full_matrices: Any = True, compute_uv: Any = True, *, da: Any) -> Any:
    """Of the singular values alone."""
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return (np.conj(u) * (da @ mH(vh))).real.sum(axis=-2)


@adjoint(*numpy_functions("svdvals", module=linalg), when=all_of(ranks_from(2), complex_number("x")))
def svdvals_of_complex(dy: Any, y: Any, x: Any) -> Any:
    """Of the singular values."""
    return value_slopes(x, dy)


@tangent(*numpy_functions("svdvals", module=linalg), when=all_of(ranks_from(2), complex_number("x")))
def svdvals_of_complex_dot(y: Any, x: Any, *, dx: Any) -> Any:
    """Of the singular values."""
    u, _, vh = np.linalg.svd(x, full_matrices=False)
    return (np.conj(u) * (dx @ mH(vh))).real.sum(axis=-2)


@adjoint(value_slopes, when=MATRICES, exact=True)
def of_value_slopes(dy: Any, y: Any, a: Any, d: Any) -> Any:
    """Of the gradient of what is made of singular values: NaN where two are equal. The second derivative is symmetric.

    Both vectors of a value are turned by one factor of magnitude 1, which is lost in their product.
    """
    u, s, vh = np.linalg.svd(a, full_matrices=False)
    gaps = np.where(np.eye(s.shape[-1]) > 0, 1, nan_if_close(row(s) - column(s), s))
    sums = nan_if_close(row(s) + column(s), s)
    left = dy @ mH(vh)
    right = mH(u) @ dy
    inner = right @ mH(vh)
    other = mH(inner)
    turned = (row(d) - column(d)) / (2 * gaps) * (inner + other) + (row(d) + column(d)) / (2 * sums) * (inner - other)
    scales = d / nan_if_close(s, s)
    above = np.where(u.shape[-2] > s.shape[-1], (left - u @ inner) * row(scales), 0) @ vh
    beside = np.where(vh.shape[-1] > s.shape[-1], column(scales) * (right - inner @ vh), 0)
    return u @ (turned @ vh + beside) + above, (np.conj(u) * left).real.sum(axis=-2)


@tangent(value_slopes, when=MATRICES)
def of_value_slopes_dot(y: Any, a: Any, d: Any, *, da: Any, dd: Any) -> Any:
    """Of the gradient of what is made of singular values: NaN where two are equal."""
    u, s, vh = np.linalg.svd(a, full_matrices=False)
    gaps = np.where(np.eye(s.shape[-1]) > 0, 1, nan_if_close(row(s) - column(s), s))
    sums = nan_if_close(row(s) + column(s), s)
    left = da @ mH(vh)
    right = mH(u) @ da
    inner = right @ mH(vh)
    other = mH(inner)
    turned = (row(d) - column(d)) / (2 * gaps) * (inner + other) + (row(d) + column(d)) / (2 * sums) * (inner - other)
    scales = d / nan_if_close(s, s)
    above = np.where(u.shape[-2] > s.shape[-1], (left - u @ inner) * row(scales), 0) @ vh
    beside = np.where(vh.shape[-1] > s.shape[-1], column(scales) * (right - inner @ vh), 0)
    return u @ (turned @ vh + beside) + above, u * row(dd) @ vh


@adjoint(linalg.pinv, when=all_of(MATRICES, KEEPS_ALL, given("hermitian", True)))
def pinv_of_hermitian(dy: Any, y: Any, a: Any, rcond: Any = None, hermitian: Any = False, *, rtol: Any = None) -> Any:
    """Of the pseudo-inverse of a Hermitian matrix: lower triangular, since NumPy reads no element above."""
    lower = np.tril(a) + np.tril(a, -1)
    full = (lower + mH(lower)) / 2
    left = mH(dy) @ y
    right = y @ mH(dy)
    slope = (left - full @ (y @ left) - y @ dy) @ y + y @ (right - right @ y @ full)
    total = (slope + mH(slope)) / 2
    return np.tril(total) + np.tril(total, -1)


@tangent(linalg.pinv, when=all_of(MATRICES, KEEPS_ALL, given("hermitian", True)))
def pinv_of_hermitian_dot(
    y: Any, a: Any, rcond: Any = None, hermitian: Any = False, *, rtol: Any = None, da: Any
) -> Any:
    """Of the pseudo-inverse of a Hermitian matrix, of which NumPy reads the lower triangle."""
    lower = np.tril(a) + np.tril(a, -1)
    full = (lower + mH(lower)) / 2
    lower_rate = np.tril(da) + np.tril(da, -1)
    change = (lower_rate + mH(lower_rate)) / 2
    inner = y @ y @ change
    moved = inner - inner @ full @ y
    return moved + mH(moved) - y @ change @ y


@adjoint(linalg.pinv, when=all_of(MATRICES, KEEPS_ALL, given("hermitian", False)))
def pinv_of_complex(dy: Any, y: Any, a: Any, rcond: Any = None, hermitian: Any = False, *, rtol: Any = None) -> Any:
    """Of the pseudo-inverse of a matrix whose rank does not change."""
    left = mH(dy) @ y
    right = y @ mH(dy)
    return (left - a @ (y @ left) - mH(y) @ dy) @ mH(y) + mH(y) @ (right - right @ y @ a)


@tangent(linalg.pinv, when=all_of(MATRICES, KEEPS_ALL, given("hermitian", False)))
def pinv_of_complex_dot(y: Any, a: Any, rcond: Any = None, hermitian: Any = False, *, rtol: Any = None, da: Any) -> Any:
    """Of the pseudo-inverse of a matrix whose rank does not change."""
    inner = y @ mH(y) @ mH(da)
    outer = mH(da) @ mH(y) @ y
    return inner - inner @ a @ y + outer - y @ (a @ outer) - y @ da @ y


@adjoint(linalg.qr, results=2, when=all_of(MATRICES, given("mode", "reduced")))
def qr_of_complex(dq: Any, dr: Any, q: Any, r: Any, a: Any, mode: Any = "reduced") -> Any:
    """Of a unitary and a triangular factor, whose diagonal LAPACK makes real; more columns than rows follow the others.

    As for real matrices (Roberts and Roberts, *QR and LQ decomposition matrix backpropagation algorithms for square,
    wide, and deep matrices*, arXiv:2009.10071), but that what turns the columns of ``q`` is skew-Hermitian, and its
    diagonal, which need not be 0, is what keeps that of ``r`` real.
    """
    n = q.shape[-1]
    square = r[..., :n]
    total = dq + a[..., n:] @ mH(dr[..., n:])
    inner = square @ mH(dr[..., :n]) - mH(total) @ q
    half = (np.tril(inner) + np.tril(inner, -1)) / 2
    front = mH(np.linalg.solve(square, mH(total + q @ (half + mH(half)))))
    behind = np.concatenate((np.zeros_like(q), q @ dr[..., n:]), axis=-1)
    return np.concatenate((front, np.zeros_like(a[..., n:])), axis=-1) + behind


@tangent(linalg.qr, results=2, when=all_of(MATRICES, given("mode", "reduced")))
def qr_of_complex_dot(q: Any, r: Any, a: Any, mode: Any = "reduced", *, da: Any) -> Any:
    """Of a unitary and a triangular factor, whose diagonal is real; more columns than rows follow the others."""
    n = q.shape[-1]
    scaled = mH(np.linalg.solve(mH(r[..., :n]), mH(da[..., :n])))
    inner = mH(q) @ scaled
    half = (np.tril(inner) + np.tril(inner, -1)) / 2
    turned = half - mH(half)
    return scaled - q @ (inner - turned), mH(q) @ da - turned @ r


@adjoint(linalg.lstsq, results=4, when=all_of(ranks(2, 1), EITHER, ALL_COUNT))
def lstsq_of_complex_vector(
    dx: Any, dfit: Any, dorder: Any, ds: Any, x: Any, fit: Any, order: Any, s: Any, a: Any, b: Any, rcond: Any = None
) -> Any:
    """Of the shortest vector that solves ``a @ x == b`` best; see `lstsq_of_complex`."""
    inverse = pinv_of_rank(a, order)
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    spread = mH(inverse) @ dx
    slope = 2 * np.sum(dfit) * (b - a @ x)
    rest = np.conj(dx - mH(a) @ spread)
    turned = np.outer(b - a @ x, np.conj(inverse @ spread)) + np.outer(mH(inverse) @ x, rest)
    return turned - np.outer(spread + slope, np.conj(x)) + u * ds @ vh, spread + slope


@adjoint(linalg.lstsq, results=4, when=all_of(ranks(2, 2), EITHER, ALL_COUNT))
def lstsq_of_complex(
    dx: Any, dfit: Any, dorder: Any, ds: Any, x: Any, fit: Any, order: Any, s: Any, a: Any, b: Any, rcond: Any = None
) -> Any:
    """Of the shortest vectors that solve ``a @ x == b`` best, the pseudo-inverse of ``a`` times ``b``.

    Its derivative: Golub and Pereyra, *The differentiation of pseudo-inverses and nonlinear least squares problems
    whose variables separate*, SIAM Journal on Numerical Analysis 10 (1973); conjugates where matrices are transposed.
    """
    inverse = pinv_of_rank(a, order)
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    spread = mH(inverse) @ dx
    slope = 2 * np.resize(dfit, b.shape[1]) * (b - a @ x)
    turned = (b - a @ x) @ mH(inverse @ spread) + mH(inverse) @ x @ mH(dx - mH(a) @ spread)
    return turned - (spread + slope) @ mH(x) + u * ds @ vh, spread + slope


@tangent(linalg.lstsq, results=4, when=all_of(ranks_from(2, 1), EITHER, ALL_COUNT))
def lstsq_of_complex_dot(
    x: Any, fit: Any, order: Any, s: Any, a: Any, b: Any, rcond: Any = None, *, da: Any, db: Any
) -> Any:
    """Of the shortest vectors that solve ``a @ x == b`` best."""
    inverse = pinv_of_rank(a, order)
    turned = mH(da) @ (mH(inverse) @ x)
    x_dot = inverse @ (db - da @ x + mH(inverse) @ (mH(da) @ (b - a @ x)) - a @ turned) + turned
    rates = (np.conj(b - a @ x) * (db - da @ x)).real.sum(axis=0)
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return x_dot, 2 * np.resize(rates, len(fit)), None, (np.conj(u) * (da @ mH(vh))).real.sum(axis=0)


@adjoint(pinv_of_rank, when=all_of(ranks(2), MATRICES), exact=True, operands=("a",))
def of_complex_pinv_of_rank(dy: Any, y: Any, a: Any, rank: Any) -> Any:
    """Of the pseudo-inverse of a matrix whose rank does not change."""
    left = mH(dy) @ y
    right = y @ mH(dy)
    return (left - a @ (y @ left) - mH(y) @ dy) @ mH(y) + mH(y) @ (right - right @ y @ a)


@tangent(pinv_of_rank, when=all_of(ranks(2), MATRICES))
def of_complex_pinv_of_rank_dot(y: Any, a: Any, rank: Any, *, da: Any) -> Any:
    """Of the pseudo-inverse of a matrix whose rank does not change."""
    inner = y @ mH(y) @ mH(da)
    outer = mH(da) @ mH(y) @ y
    return inner - inner @ a @ y + outer - y @ (a @ outer) - y @ da @ y


complex_too(
    slogdet_of_complex, slogdet_of_complex_dot, cholesky_of_complex, cholesky_of_complex_dot, eigvalsh_of_complex,
    eigvalsh_of_complex_upper, eigvalsh_of_complex_dot, eigvalsh_of_complex_upper_dot, complex_singular_values,
    complex_singular_values_dot, svdvals_of_complex, svdvals_of_complex_dot, of_value_slopes, of_value_slopes_dot,
    pinv_of_complex, pinv_of_complex_dot,
    pinv_of_hermitian, pinv_of_hermitian_dot,
    qr_of_complex, qr_of_complex_dot, lstsq_of_complex_vector, lstsq_of_complex, lstsq_of_complex_dot,
    of_complex_pinv_of_rank, of_complex_pinv_of_rank_dot,
)  # fmt: skip
