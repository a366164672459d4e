"""Functions of a matrix in ``scipy.linalg``: inverses, determinants, exponentials, roots, logarithms, sines.

The derivative of a function along ``E`` is the upper right block of the function of ``[[A, E], [0, A]]`` (Higham,
Functions of Matrices, theorem 3.6), and its adjoint is the derivative at the transpose (theorem 3.20). A root or a
logarithm of a singular matrix has none, and is NaN.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import linalg

from s2sgrad.analysis.array_forms import LEAVING_THE_REALS
from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.analysis.infer.broadcasting import Fresh
from s2sgrad.analysis.infer.effects import note_fresh
from s2sgrad.analysis.infer.table import NONE, TRUE, Unknown, infers, truth
from s2sgrad.printed import cofactors
from s2sgrad.rules.complex_factors import mH
from s2sgrad.rules.registry import adjoint, complex_too, ranks, refuse_where, tangent
from s2sgrad.rules.scipy_linalg import MATRIX, double, matrix, same_shape
from s2sgrad.rules.when import all_of, given, negligible, rank

ROOTS = (linalg.sqrtm, linalg.logm)
SINES = (linalg.sinm, linalg.cosm, linalg.tanm, linalg.sinhm, linalg.coshm, linalg.tanhm)
note_fresh(linalg.inv, linalg.det, linalg.expm, linalg.expm_frechet, linalg.pinv, *ROOTS, *SINES)
ONE = rank("A", 2)

infers(linalg.inv)(same_shape)


@infers(linalg.expm, *SINES)
def _of_matrix(fresh: Fresh, A: Fact) -> Fact:
    return same_shape(fresh, A)


@infers(*ROOTS)
def _may_leave_the_reals(fresh: Fresh, A: Fact) -> Fact:
    return replace(same_shape(fresh, A), maybe_complex=True)


@infers(linalg.expm_frechet)
def _expm_frechet(fresh: Fresh, A: Fact, E: Fact, *, compute_expm: Fact = TRUE) -> Fact:
    if truth(compute_expm) is not False:
        raise Unknown
    return same_shape(fresh, A)


@infers(linalg.det)
def _det(fresh: Fresh, a: Fact, *, check_finite: Fact = TRUE) -> Fact:
    return Num(double(matrix(a, fresh)), "any", ())


@infers(linalg.pinv)
def _pinv(
    fresh: Fresh,
    a: Fact,
    *,
    atol: Fact = NONE,
    rtol: Fact = NONE,
    check_finite: Fact = TRUE,
) -> Fact:
    x = matrix(a, fresh)
    assert x.shape is not None
    return Num(double(x), "array", x.shape[::-1])


# ---- inverses and determinants ----


@adjoint(linalg.inv, when=rank("a", 2), exact=True)
def inv(dy: Any, y: Any, a: Any, *, check_finite: Any = True) -> Any:
    """Of the inverse."""
    return -y.T @ dy @ y.T


@tangent(linalg.inv, when=rank("a", 2))
def inv_dot(y: Any, a: Any, *, check_finite: Any = True, da: Any) -> Any:
    """Of the inverse."""
    return -y @ da @ y


@adjoint(linalg.det, when=rank("a", 2), exact=True)
def det(dy: Any, y: Any, a: Any, *, check_finite: Any = True) -> Any:
    """Of the determinant, of a singular matrix as well."""
    return dy * cofactors(a)


@tangent(linalg.det, when=rank("a", 2))
def det_dot(y: Any, a: Any, *, check_finite: Any = True, da: Any) -> Any:
    """Of the determinant, of a singular matrix as well."""
    return (cofactors(a) * da).sum()


KEEPS_ALL = all_of(given("atol", None, 0), negligible("rtol"))
refuse_where(
    linalg.pinv,
    when=lambda facts: not KEEPS_ALL(facts),
    reason="`atol=` or `rtol=` may cut off singular values that are not 0, and what is left of the matrix has another "
    "derivative",
    instead="leave it out, or write it with the singular values: `u, s, vt = np.linalg.svd(a, full_matrices=False)`, "
    "`(vt[:k].T / s[:k]) @ u[:, :k].T`",
)


@adjoint(linalg.pinv, when=all_of(MATRIX, KEEPS_ALL), exact=True)
def pinv(dy: Any, y: Any, a: Any, *, atol: Any = None, rtol: Any = None) -> Any:
    """Of the pseudo-inverse of a matrix whose rank does not change."""
    left = dy.T @ y
    right = y @ dy.T
    return (left - a @ (y @ left) - y.T @ dy) @ y.T + y.T @ (right - right @ y @ a)


@tangent(linalg.pinv, when=all_of(MATRIX, KEEPS_ALL))
def pinv_dot(y: Any, a: Any, *, atol: Any = None, rtol: Any = None, da: Any) -> Any:
    """Of the pseudo-inverse of a matrix whose rank does not change."""
    inner = y @ y.T @ da.T
    outer = da.T @ y.T @ y
    return inner - inner @ a @ y + outer - y @ (a @ outer) - y @ da @ y


# ---- exponentials ----


@adjoint(linalg.expm, when=ONE, exact=True)
def expm(dy: Any, y: Any, A: Any) -> Any:
    """Of the exponential of a matrix: the derivative of Fréchet at the transpose."""
    return linalg.expm_frechet(A.T, dy, compute_expm=False)


@tangent(linalg.expm, when=ONE)
def expm_dot(y: Any, A: Any, *, dA: Any) -> Any:
    """Of the exponential of a matrix: the derivative of Fréchet."""
    return linalg.expm_frechet(A, dA, compute_expm=False)


@adjoint(linalg.expm_frechet, when=all_of(ranks(2, 2), given("compute_expm", False)), exact=True)
def expm_frechet(dy: Any, y: Any, A: Any, E: Any, *, compute_expm: Any = True) -> Any:
    """Of the derivative of an exponential along ``E``: once more at the transposes."""
    n = len(A)
    blocks = np.block([[A.T, E.T], [np.zeros_like(A), A.T]])
    along = np.block([[dy, np.zeros_like(A)], [np.zeros_like(A), dy]])
    dE = linalg.expm_frechet(A.T, dy, compute_expm=False)
    return linalg.expm_frechet(blocks, along, compute_expm=False)[:n, n:], dE


@tangent(linalg.expm_frechet, when=all_of(ranks(2, 2), given("compute_expm", False)))
def expm_frechet_dot(y: Any, A: Any, E: Any, *, compute_expm: Any = True, dA: Any, dE: Any) -> Any:
    """Of the derivative of an exponential along ``E``."""
    n = len(A)
    blocks = np.block([[A, E], [np.zeros_like(A), A]])
    along = np.block([[dA, np.zeros_like(A)], [np.zeros_like(A), dA]])
    return (
        linalg.expm_frechet(blocks, along, compute_expm=False)[:n, n:],
        linalg.expm_frechet(A, dE, compute_expm=False),
    )


# ---- roots and logarithms ----


@adjoint(linalg.sqrtm, when=ONE, exact=True)
def sqrtm(dy: Any, y: Any, A: Any) -> Any:
    """Of the square root of a matrix: ``y @ y == A``."""
    regular = np.linalg.matrix_rank(A) == len(A)
    return np.where(regular, linalg.solve_sylvester(y.T, y.T, dy), np.nan)


@adjoint(linalg.sqrtm, when=ONE, exact=True)
def sqrtm_that_is_complex(dy: Any, y: Any, A: Any) -> Any:
    """Of the square root of a matrix; SciPy's solution for real matrices and a complex ``dy`` is not one."""
    regular = np.linalg.matrix_rank(A) == len(A)
    turned = mH(y).astype(complex)
    return np.where(regular, linalg.solve_sylvester(turned, turned, dy), np.nan)


@tangent(linalg.sqrtm, when=ONE)
def sqrtm_dot(y: Any, A: Any, *, dA: Any) -> Any:
    """Of the square root of a matrix: ``y @ y == A``."""
    regular = np.linalg.matrix_rank(A) == len(A)
    return np.where(regular, linalg.solve_sylvester(y, y, dA), np.nan)


@adjoint(linalg.logm, when=ONE, exact=True)
def logm(dy: Any, y: Any, A: Any) -> Any:
    """Of the logarithm of a matrix."""
    n = len(A)
    regular = np.linalg.matrix_rank(A) == n
    blocks = np.block([[A.T, dy], [np.zeros_like(A), A.T]])
    return np.where(regular, linalg.logm(blocks)[:n, n:], np.nan)


@adjoint(linalg.logm, when=ONE, exact=True)
def logm_that_is_complex(dy: Any, y: Any, A: Any) -> Any:
    """Of the logarithm of a matrix, whose principal branch is not conjugated with negative eigenvalues."""
    n = len(A)
    regular = np.linalg.matrix_rank(A) == n
    blocks = np.block([[A.T, np.conj(dy)], [np.zeros_like(A), A.T]])
    return np.where(regular, np.conj(linalg.logm(blocks)[:n, n:]), np.nan)


@tangent(linalg.logm, when=ONE)
def logm_dot(y: Any, A: Any, *, dA: Any) -> Any:
    """Of the logarithm of a matrix."""
    n = len(A)
    regular = np.linalg.matrix_rank(A) == n
    blocks = np.block([[A, dA], [np.zeros_like(A), A]])
    return np.where(regular, linalg.logm(blocks)[:n, n:], np.nan)


complex_too(sqrtm_that_is_complex, sqrtm_dot, logm_that_is_complex, logm_dot)
LEAVING_THE_REALS.extend(ROOTS)


# ---- sines ----


@adjoint(linalg.sinm, when=ONE, exact=True)
def sinm(dy: Any, y: Any, A: Any) -> Any:
    """Of the sine of a matrix."""
    n = len(A)
    blocks = np.block([[A.T, dy], [np.zeros_like(A), A.T]])
    return linalg.sinm(blocks)[:n, n:]


@tangent(linalg.sinm, when=ONE)
def sinm_dot(y: Any, A: Any, *, dA: Any) -> Any:
    """Of the sine of a matrix."""
    n = len(A)
    blocks = np.block([[A, dA], [np.zeros_like(A), A]])
    return linalg.sinm(blocks)[:n, n:]


@adjoint(linalg.cosm, when=ONE, exact=True)
def cosm(dy: Any, y: Any, A: Any) -> Any:
    """Of the cosine of a matrix."""
    n = len(A)
    blocks = np.block([[A.T, dy], [np.zeros_like(A), A.T]])
    return linalg.cosm(blocks)[:n, n:]


@tangent(linalg.cosm, when=ONE)
def cosm_dot(y: Any, A: Any, *, dA: Any) -> Any:
    """Of the cosine of a matrix."""
    n = len(A)
    blocks = np.block([[A, dA], [np.zeros_like(A), A]])
    return linalg.cosm(blocks)[:n, n:]


@adjoint(linalg.tanm, when=ONE, exact=True)
def tanm(dy: Any, y: Any, A: Any) -> Any:
    """Of the tangent of a matrix."""
    n = len(A)
    blocks = np.block([[A.T, dy], [np.zeros_like(A), A.T]])
    return linalg.tanm(blocks)[:n, n:]


@tangent(linalg.tanm, when=ONE)
def tanm_dot(y: Any, A: Any, *, dA: Any) -> Any:
    """Of the tangent of a matrix."""
    n = len(A)
    blocks = np.block([[A, dA], [np.zeros_like(A), A]])
    return linalg.tanm(blocks)[:n, n:]


@adjoint(linalg.sinhm, when=ONE, exact=True)
def sinhm(dy: Any, y: Any, A: Any) -> Any:
    """Of the hyperbolic sine of a matrix."""
    n = len(A)
    blocks = np.block([[A.T, dy], [np.zeros_like(A), A.T]])
    return linalg.sinhm(blocks)[:n, n:]


@tangent(linalg.sinhm, when=ONE)
def sinhm_dot(y: Any, A: Any, *, dA: Any) -> Any:
    """Of the hyperbolic sine of a matrix."""
    n = len(A)
    blocks = np.block([[A, dA], [np.zeros_like(A), A]])
    return linalg.sinhm(blocks)[:n, n:]


@adjoint(linalg.coshm, when=ONE, exact=True)
def coshm(dy: Any, y: Any, A: Any) -> Any:
    """Of the hyperbolic cosine of a matrix."""
    n = len(A)
    blocks = np.block([[A.T, dy], [np.zeros_like(A), A.T]])
    return linalg.coshm(blocks)[:n, n:]


@tangent(linalg.coshm, when=ONE)
def coshm_dot(y: Any, A: Any, *, dA: Any) -> Any:
    """Of the hyperbolic cosine of a matrix."""
    n = len(A)
    blocks = np.block([[A, dA], [np.zeros_like(A), A]])
    return linalg.coshm(blocks)[:n, n:]


@adjoint(linalg.tanhm, when=ONE, exact=True)
def tanhm(dy: Any, y: Any, A: Any) -> Any:
    """Of the hyperbolic tangent of a matrix."""
    n = len(A)
    blocks = np.block([[A.T, dy], [np.zeros_like(A), A.T]])
    return linalg.tanhm(blocks)[:n, n:]


@tangent(linalg.tanhm, when=ONE)
def tanhm_dot(y: Any, A: Any, *, dA: Any) -> Any:
    """Of the hyperbolic tangent of a matrix."""
    n = len(A)
    blocks = np.block([[A, dA], [np.zeros_like(A), A]])
    return linalg.tanhm(blocks)[:n, n:]
