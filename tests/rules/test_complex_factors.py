"""Factors of complex matrices: determinants, Cholesky, QR, eigenvalues, singular values, pseudo-inverses, fits."""

import warnings

import numpy as np
import pytest

from s2sgrad import grad, hvp, vjp
from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.printed import pinv_of_rank, value_slopes
from tests.differences import check, check_pullback, check_quickly, refused
from tests.rules.complex_samples import as_it_stands, cplx, program, real
from tests.rules.harness import fitting
from tests.rules.samples import Sample

linalg = np.linalg
A, B, stack, tall = cplx(3, 3), cplx(2, 3), cplx(2, 2, 2), cplx(3, 2)
hermitian = A @ A.conj().T + np.eye(3)
SAMPLES = [
    *(Sample(linalg.slogdet, (a,)) for a in (A, stack)),
    *(Sample(linalg.cholesky, (a,)) for a in (hermitian, np.stack([hermitian, 2 * hermitian + np.eye(3)]))),
    *(Sample(linalg.eigvalsh, (A, *more)) for more in ((), ("U",))), Sample(linalg.eigvalsh, (stack,)),
    *(Sample(linalg.svd, (a,), {"compute_uv": False}) for a in (A, B, tall, stack)),
    *(Sample(f, (B,)) for f in numpy_functions("svdvals", module=linalg)),
    *(Sample(linalg.pinv, (a,)) for a in (A, B, tall, stack)),
    *(Sample(linalg.pinv, (a,), {"hermitian": True}) for a in (A, stack)),
    *(Sample(pinv_of_rank, (a, min(a.shape))) for a in (A, B, tall)),
    *(Sample(linalg.lstsq, (A, b), {"rcond": None}) for b in (cplx(3), cplx(3, 2))), Sample(linalg.qr, (A,)),
    *(Sample(value_slopes, (a, np.cos(linalg.svd(a, compute_uv=False)))) for a in (A, B, tall, stack)),
]  # fmt: skip

SEVERAL = (linalg.slogdet, linalg.qr, linalg.lstsq, value_slopes)


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s.function not in SEVERAL], ids=str)
def test_pullback(sample):
    f, args = program(sample)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check_pullback(f, *args)
        y, pullback = vjp(f)(*args)
        dy = real(*y.shape) + 1j * real(*y.shape) if np.iscomplexobj(y) else real(*y.shape)
        np.testing.assert_allclose(as_it_stands(fitting(sample)[0], sample, dy, y), pullback(dy), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s.function is value_slopes], ids=str)
def test_pullback_of_slopes(sample):
    f, args = program(sample)
    check_pullback(f, *args)


def log_of_determinant(a):
    return np.linalg.slogdet(a)[1]


def sign_of_determinant(a):
    return np.linalg.slogdet(a)[0]


def both_of_determinant(a):
    sign, log = np.linalg.slogdet(a)
    return sign * log


@pytest.mark.parametrize("f", [log_of_determinant, sign_of_determinant, both_of_determinant])
@pytest.mark.parametrize("a", [A, stack], ids=["matrix", "stack"])
def test_determinants(f, a):
    check_pullback(f, a)


def first_vector(a):
    return np.abs(np.linalg.eigh(a)[1][:, 0]).sum()


def left_vectors(a):
    return np.abs(np.linalg.svd(a)[0]).sum()


@pytest.mark.parametrize("f", [first_vector, left_vectors])
def test_vectors_are_refused(f):
    refused(f, A, match="known up to a factor of magnitude 1")


def both_factors(a):
    q, r = np.linalg.qr(a)
    return q @ (r * np.conj(r)) + np.conj(q) @ r


def unitary(a):
    return np.linalg.qr(a, mode="reduced")[0] ** 2


def triangular(a):
    return np.linalg.qr(a).R ** 2


@pytest.mark.parametrize("f", [both_factors, unitary, triangular])
@pytest.mark.parametrize("a", [A, B, tall, stack, np.stack([B, B.conj() + 1])], ids=lambda a: str(a.shape))
def test_orthogonal_factors(f, a):
    check_pullback(f, a)


def of_factors(a, c):
    q, r = np.linalg.qr(a)
    return np.sum(np.abs(q @ c @ r) ** 2) + r[0, 1].real * q[1, 0].imag


@pytest.mark.parametrize("a", [A, B, tall], ids=lambda a: str(a.shape))
def test_numbers_of_orthogonal_factors_in_every_mode_and_order(a):
    check(of_factors, a, cplx(min(a.shape), min(a.shape)))


def fitted(a, b):
    return np.linalg.lstsq(a, b, rcond=None)[0] ** 2


@pytest.mark.parametrize("kinds", ["cc", "rc", "cr"])
@pytest.mark.parametrize("a", [A, B, tall], ids=lambda a: str(a.shape))
def test_least_squares(a, kinds):
    for b in (cplx(len(a)), cplx(len(a), 2)):
        check_pullback(fitted, *(v if k == "c" else v.real for v, k in zip((a, b), kinds)))


def misfit(a, b):
    x = np.linalg.lstsq(a, b, rcond=None)[0]
    return np.sum(np.abs(a @ x - 2 * b) ** 2) + x[0].real * x[1].imag


@pytest.mark.parametrize("a", [A, B, tall], ids=lambda a: str(a.shape))
def test_numbers_of_least_squares_in_every_mode_and_order(a):
    check(misfit, a, cplx(len(a)))


def of_all_values(a):
    return (np.linalg.svd(a, compute_uv=False) ** 2).sum()


def of_each_value(a):
    return (np.sin(np.linalg.svd(a, compute_uv=False)) * np.arange(1, 1 + min(a.shape[-2:]))).sum()


def nuclear(a):
    return np.linalg.norm(a, "nuc", axis=(-2, -1)).sum()


def largest(a):
    return (np.linalg.norm(a, 2, axis=(-2, -1)) ** 3).sum()


def condition(a):
    return np.log(np.linalg.cond(a)).sum() + np.linalg.cond(a, -2).sum()


@pytest.mark.parametrize("f", [of_all_values, of_each_value, nuclear, largest, condition])
@pytest.mark.parametrize("a", [A, B, tall, stack], ids=lambda a: str(a.shape))
def test_what_is_made_of_singular_values_to_second_order(f, a):
    towards = np.cos(np.arange(a.size)).reshape(a.shape) * (1 - 0.3j)

    def slope(a):
        return np.sum(np.real(np.conj(towards) * grad(f)(a)))

    check(f, a)
    check_quickly(slope, a, wrt=0, tol=1e-6)


@pytest.mark.parametrize("a", [A, B, tall, stack], ids=lambda a: str(a.shape))
def test_the_hessian_of_the_sum_of_the_squares_of_all_elements_is_twice_the_identity(a):
    towards = np.sin(np.arange(a.size)).reshape(a.shape) * (0.7 + 1j)
    np.testing.assert_allclose(hvp(of_all_values)(a, vectors=towards), 2 * towards, rtol=1e-10, atol=1e-12)
    narrow = hvp(of_all_values)(a.astype(np.complex64), vectors=towards.astype(np.complex64))
    assert narrow.dtype == np.complex64
    np.testing.assert_allclose(narrow, 2 * towards, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    "a",
    [np.eye(3) * (0.6 + 0.8j), np.outer([1, 2j, 3], [1j, 1, 2]), np.outer([1, 2j, 3], [1j, 1])],
    ids=["equal values", "zeros", "a zero"],
)
def test_a_second_derivative_is_nan_where_singular_values_are_equal_or_0(a):
    assert np.isnan(hvp(of_each_value)(a, vectors=a + 1)).any()


def test_a_third_derivative_of_complex_singular_values_is_refused():
    def slope(a):
        return np.sum(np.real(hvp(nuclear)(a, vectors=a * a)))

    refused(slope, A, match="svd")
