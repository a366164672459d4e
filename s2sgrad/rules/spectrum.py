"""Eigenvalues of any square matrix, zeros of polynomials, and functions of ``np.emath``.

Of real operands they are real or complex, as the data has it. Where only real numbers are met, they are taken to be
real, and a complex result is noticed; a program that takes their real parts, or magnitudes, gets complex ones.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.printed import inverse_or_nan, nan_if_close
from s2sgrad.rules.complex_factors import mH
from s2sgrad.rules.exponential import log, log2, log10
from s2sgrad.rules.macros import fractional, mT, wide
from s2sgrad.rules.registry import adjoint, complex_too, elementwise, holomorphic, tangent
from s2sgrad.rules.stacks import alike, column, over_gaps, row
from s2sgrad.rules.when import complex_number, rank, ranks_from

linalg, emath = np.linalg, np.emath
MATRICES = ranks_from(2)

__all__: list[str] = []


# ---- eigenvalues and eigenvectors ----


@adjoint(linalg.eigvals, when=MATRICES)
def eigvals(dy: Any, y: Any, a: Any) -> Any:
    """Of the eigenvalues: NaN where two are equal that the function does not treat alike, as their sum does."""
    _, vectors = np.linalg.eig(a)
    slopes = alike(dy, y)
    return mT(inverse_or_nan(vectors, 1e7)) @ (column(slopes) * mT(vectors))


@adjoint(linalg.eigvals, when=MATRICES)
def eigvals_of_complex(dy: Any, y: Any, a: Any) -> Any:
    """Of the eigenvalues: NaN where two are equal that the function does not treat alike, as their sum does."""
    _, vectors = np.linalg.eig(a)
    slopes = alike(dy, y)
    return mH(inverse_or_nan(vectors, 1e7)) @ (column(slopes) * mH(vectors))


@tangent(linalg.eigvals, when=MATRICES)
def eigvals_dot(y: Any, a: Any, *, da: Any) -> Any:
    """Of the eigenvalues; of equal ones the sum is right, which is all that has a derivative."""
    _, vectors = np.linalg.eig(a)
    return ((inverse_or_nan(vectors, 1e7) @ da) * mT(vectors)).sum(axis=-1)


@adjoint(linalg.eig, results=2, when=MATRICES)
def eig(dw: Any, dv: Any, w: Any, v: Any, a: Any) -> Any:
    """Of real eigenvalues and eigenvectors of length 1; NaN where two are equal, unless treated alike, or not read."""
    gaps = nan_if_close(row(w) - column(w), w)
    inner = mT(v) @ (dv - v * row((v * dv).sum(axis=-2)))
    slopes = alike(dw, w)
    turned = over_gaps(inner, gaps, dw)
    return mT(inverse_or_nan(v, 1e7)) @ ((column(slopes) * np.eye(w.shape[-1]) + turned) @ mT(v))


@adjoint(linalg.eig, results=2, when=MATRICES)
def eig_of_complex(dw: Any, dv: Any, w: Any, v: Any, a: Any) -> Any:
    """Of eigenvalues and eigenvectors of length 1 whose largest element is real: LAPACK's; NaN as if real."""
    gaps = np.conj(nan_if_close(row(w) - column(w), w))
    along = (np.conj(v) * dv).sum(axis=-2)
    largest = np.abs(v) == np.max(np.abs(v), axis=-2, keepdims=True)
    inner = dv - v * row(along.real) - 1j * row(along.imag) * largest / np.where(largest, v, 1).real
    across = mH(v) @ inner
    slopes = alike(dw, w)
    turned = over_gaps(across, gaps, dw)
    return mH(inverse_or_nan(v, 1e7)) @ ((column(slopes) * np.eye(w.shape[-1]) + turned) @ mH(v))


@tangent(linalg.eig, results=2, when=MATRICES)
def eig_dot(w: Any, v: Any, a: Any, *, da: Any) -> Any:
    """Of real eigenvalues and eigenvectors of length 1: NaN where two are equal, and the change does not keep them."""
    inner = inverse_or_nan(v, 1e7) @ da @ v
    gaps = nan_if_close(row(w) - column(w), w)
    turned = v @ over_gaps(inner, gaps)
    return np.diagonal(inner, 0, -2, -1), turned - v * row((v * turned).sum(axis=-2))


@tangent(linalg.eig, results=2, when=MATRICES)
def eig_of_complex_dot(w: Any, v: Any, a: Any, *, da: Any) -> Any:
    """Of eigenvalues and eigenvectors of length 1 whose largest element is real: LAPACK's; NaN as if real."""
    inner = inverse_or_nan(v, 1e7) @ da @ v
    gaps = nan_if_close(row(w) - column(w), w)
    turned = v @ over_gaps(inner, gaps)
    largest = np.abs(v) == np.max(np.abs(v), axis=-2, keepdims=True)
    length = (np.conj(v) * turned).real.sum(axis=-2)
    angle = (largest * turned.imag / np.where(largest, v, 1).real).sum(axis=-2)
    return np.diagonal(inner, 0, -2, -1), turned - v * row(length + 1j * angle)


complex_too(eigvals_of_complex, eigvals_dot, eig_of_complex, eig_of_complex_dot)


# ---- zeros of polynomials, and polynomials of eigenvalues ----


@adjoint(np.roots, when=rank("p", 1), exact=True)
def roots(dy: Any, y: Any, p: Any) -> Any:
    """Of the zeros of a polynomial, which must differ: where two are equal there is no derivative."""
    return -(dy / np.polyval(np.polyder(p), y)) @ np.vander(y, len(p))


@tangent(np.roots, when=rank("p", 1))
def roots_dot(y: Any, p: Any, *, dp: Any) -> Any:
    """Of the zeros of a polynomial, which must differ: where two are equal there is no derivative."""
    return -np.polyval(dp, y) / np.polyval(np.polyder(p), y)


holomorphic(roots)
complex_too(roots_dot)


# ---- roots, logarithms and angles that leave the reals ----


POWER = {"x": "np.isfinite(np.emath.power(x, p - 1))", "p": "np.isfinite(y)"}


@elementwise(emath.sqrt, finite={"x": "np.abs(y) > 0"})
def emath_sqrt(dy: Any, y: Any, x: Any) -> Any:
    """Of the square root: inf at 0."""
    return dy / (2 * y)


elementwise(emath.log, finite={"x": "np.abs(x) > 0"})(log)
elementwise(emath.log2, finite={"x": "np.abs(x) > 0"})(log2)
elementwise(emath.log10, finite={"x": "np.abs(x) > 0"})(log10)


@elementwise(emath.logn)
def emath_logn(dy: Any, y: Any, n: Any, x: Any) -> Any:
    """Of the logarithm to any base."""
    return -dy * y / (n * np.emath.log(n)), dy / (x * np.emath.log(n))


@elementwise(emath.logn)
def emath_logn_of_complex(dy: Any, y: Any, n: Any, x: Any) -> Any:
    """Of the logarithm to any base; the principal branch of a negative base is not conjugated with it."""
    return -dy * np.conj(y / (n * np.emath.log(n))), dy / np.conj(x * np.emath.log(n))


@tangent(emath.logn)
def emath_logn_dot(y: Any, n: Any, x: Any, *, dn: Any, dx: Any) -> Any:
    """Of the logarithm to any base."""
    return -dn * y / (n * np.emath.log(n)), dx / (x * np.emath.log(n))


@elementwise(emath.power, finite=POWER)
def emath_power(dy: Any, y: Any, x: Any, p: Any) -> Any:
    """Of a power: for the exponent, 0 where the base is."""
    return dy * p * np.emath.power(x, fractional(p) - 1), dy * y * np.emath.log(np.where(x == 0, 1, wide(x)))


@elementwise(emath.power, finite=POWER)
def emath_power_of_complex(dy: Any, y: Any, x: Any, p: Any) -> Any:
    """Of a power; the principal branch of a negative base is not conjugated with it."""
    logarithm = np.emath.log(np.where(x == 0, 1, wide(x)))
    return dy * np.conj(p * np.emath.power(x, fractional(p) - 1)), dy * np.conj(y * logarithm)


@tangent(emath.power)
def emath_power_dot(y: Any, x: Any, p: Any, *, dx: Any, dp: Any) -> Any:
    """Of a power: for the exponent, 0 where the base is."""
    return dx * p * np.emath.power(x, fractional(p) - 1), dp * y * np.emath.log(np.where(x == 0, 1, wide(x)))


complex_too(emath_logn_of_complex, emath_logn_dot, emath_power_of_complex, emath_power_dot)


@elementwise(emath.arccos, finite={"x": "np.abs(np.sin(y)) > 0"})
def emath_arccos(dy: Any, y: Any, x: Any) -> Any:
    """Of the inverse cosine: inf at -1 and 1."""
    return -dy / np.sin(y)


@elementwise(emath.arcsin, finite={"x": "np.abs(np.cos(y)) > 0"})
def emath_arcsin(dy: Any, y: Any, x: Any) -> Any:
    """Of the inverse sine: inf at -1 and 1."""
    return dy / np.cos(y)


@elementwise(emath.arctanh, finite={"x": "np.abs(1 - x**2) > 0"})
def emath_arctanh(dy: Any, y: Any, x: Any) -> Any:
    """Of the inverse hyperbolic tangent: inf at -1 and 1."""
    return dy / (1 - x**2)


holomorphic(emath_sqrt, emath_arccos, emath_arcsin, emath_arctanh)


@elementwise(np.real_if_close)
def real_if_close(dy: Any, y: Any, a: Any, tol: Any = 100) -> Any:
    """Of a number whose imaginary part is left out if it is small."""
    return dy


@tangent(np.real_if_close, when=complex_number("a"))
def real_if_close_dot(y: Any, a: Any, tol: Any = 100, *, da: Any) -> Any:
    """Of a number whose imaginary part is left out if it is small."""
    return da if np.iscomplexobj(y) else da.real


complex_too(real_if_close, real_if_close_dot)
