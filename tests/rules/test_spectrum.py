"""Eigenvalues of any square matrix, zeros of polynomials, functions of ``np.emath``: real, complex, and either."""

import numpy as np
import pytest

from s2sgrad import grad, hvp, jvp, value_and_grad, vjp
from s2sgrad.errors import GradientError
from tests.differences import check as check_program
from tests.differences import check_pullback, refused
from tests.rules.complex_samples import program
from tests.rules.harness import check
from tests.rules.samples import Sample

RNG = np.random.default_rng(21)


def between(low, high, *shape):
    return RNG.uniform(low, high, shape)


def cplx(*shape):
    """Complex numbers off both axes."""
    parts = RNG.choice([-1, 1], (2, *shape)) * RNG.uniform(0.4, 1.6, (2, *shape))
    return parts[0] + 1j * parts[1]


linalg, emath = np.linalg, np.emath
EMATH = ("sqrt", "log", "log2", "log10", "arccos", "arcsin", "arctanh")
SYMMETRIC = np.array([[2.0, 0.3, 0.1], [0.3, -1.0, 0.4], [0.1, 0.4, 0.5]])
REAL_VALUES = np.triu(between(0.5, 1, 3, 3), 1) + 0.1 * SYMMETRIC + np.diag([1.0, 3.0, 6.0])
TURNING = np.array([[0.3, 1.2, 0.1], [-1.1, 0.2, 0.4], [0.3, 0.2, 1.5]])
MATRICES = (SYMMETRIC, REAL_VALUES, np.stack([SYMMETRIC, REAL_VALUES]))
REAL = [
    *(Sample(linalg.eigvals, (a,), single=False) for a in MATRICES),
    *(Sample(linalg.eig, (a,), weights=w, single=False) for a in MATRICES for w in ((1, 1), (1, 0), (0, 1))),
    *(Sample(np.roots, (p,), single=False) for p in (np.array([1.0, -6.5, 11.0, -5.0]), np.array([0.5, -2.0, 0.0]))),
    *(Sample(getattr(emath, name), (x,), single=False) for name in EMATH for x in (between(0.2, 0.8, 2, 3), 0.4)),
    *(Sample(emath.power, (between(0.2, 2, *s), p)) for s in ((3,), (2, 1)) for p in (2.0, between(-1, 1, 3))),
    *(Sample(emath.logn, (b, between(0.2, 2, 2, 3)), single=False) for b in (3.0, between(2, 3, 3))),
    *(Sample(np.real_if_close, (between(-1, 1, *s),)) for s in ((3,), (2, 3), (0,))),
]
COMPLEX = [
    *(Sample(linalg.eigvals, (a,)) for a in (cplx(3, 3), cplx(2, 2, 2))),
    *(Sample(getattr(emath, name), (cplx(3),)) for name in EMATH),
    Sample(np.roots, (cplx(4),)), Sample(emath.power, (cplx(3), cplx(3))), Sample(emath.logn, (cplx(3), cplx(3))),
    Sample(np.nan_to_num, (cplx(2, 3),)),
]  # fmt: skip
EITHER = [Sample(linalg.eig, (cplx(3, 3),)), *(Sample(f, (cplx(3),)) for f in (np.real_if_close, np.poly))]
SAMPLES = [*REAL, *COMPLEX, *EITHER]


@pytest.mark.parametrize("sample", REAL, ids=str)
def test_where_the_results_are_real(sample):
    check(sample)


@pytest.mark.parametrize("sample", COMPLEX, ids=str)
def test_of_complex_numbers(sample):
    check_pullback(program(sample)[0], *sample.args, tol=1e-6)


def values_and_vectors(a):
    w, v = np.linalg.eig(a)
    return (np.abs(w) ** 3).sum() + (v.real**3).sum() + (v.imag * w.imag).sum()


def largest_magnitude(a):
    return np.max(np.abs(np.linalg.eigvals(a)))


def zeros(p):
    return (np.abs(np.roots(p)) ** 3).sum() + np.roots(p).real.max()


def characteristic(a):
    return (np.poly(a) ** 2).sum()


def coefficients(z):
    return (np.poly(z).real ** 2 * np.arange(4)).sum() + np.abs(np.poly(z)[1]) + np.real_if_close(z).real.sum()


def outside_of_the_reals(x, p):
    y = np.emath.sqrt(x) * np.emath.log(x) + np.emath.power(x, p) * np.emath.arcsin(3 * x) - np.emath.logn(p, x)
    return (y.real**2 + y.imag * np.abs(np.emath.arccos(2 * x) + np.emath.arctanh(2 * x))).sum()


@pytest.mark.parametrize("f", [values_and_vectors, largest_magnitude, characteristic])
@pytest.mark.parametrize("a", [SYMMETRIC, TURNING], ids=["symmetric", "turning"])
def test_parts_of_what_may_be_complex(f, a):
    check_program(f, a, tol=1e-6)


def test_zeros_and_functions_outside_of_the_reals():
    check_program(zeros, np.array([1.0, 0.3, 2.0, -0.7]), tol=1e-6)
    check_program(coefficients, np.array([1.0 + 0.5j, 0.3, 2.0 - 0.7j]), tol=1e-6)
    check_program(outside_of_the_reals, np.array([-1.3, 0.2, 0.9]), 0.7, tol=1e-6)


def weighted_zeros(p, w):
    return np.sum(w * np.roots(p))


def values_at_zeros(p, w):
    return np.sum(np.polyval(w, np.roots(p)) ** 2)


def values_by_zeros(p, w):
    return np.sum(np.polyval(np.roots(p), w)) + np.polyval(w, np.roots(p)[0])


REAL_ZEROS, COMPLEX_ZEROS = np.array([1.0, 5.0, 0.7]), np.array([1.0, 0.5, 0.7])


@pytest.mark.parametrize("f", [weighted_zeros, values_at_zeros, values_by_zeros])
def test_real_zeros_to_second_order(f):
    w = np.array([0.7, -1.3])

    def slope(p, w):
        dp, dw = grad(f, (0, 1))(p, w)
        return (dp * np.cos(p)).sum() + (dw * np.sin(w)).sum()

    check_program(f, REAL_ZEROS, w)
    check_program(slope, REAL_ZEROS, w, tol=1e-6)
    with pytest.raises(GradientError, match="zeros of a polynomial"):
        grad(f, (0, 1))(COMPLEX_ZEROS, w)


def test_complex_zeros_to_second_order():
    def f(p, w):
        return np.sum(np.abs(np.polyval(w, np.roots(p))) ** 2)

    def slope(p, w):
        dp, dw = grad(f, (0, 1))(p, w)
        return (dp * np.cos(p)).sum() + (dw * np.sin(w)).sum()

    check_program(f, COMPLEX_ZEROS, np.array([0.7, -1.3]))
    check_program(slope, COMPLEX_ZEROS, np.array([0.7, -1.3]), tol=1e-6)


def first(x):
    return np.linalg.eigvals(np.array([[x[0], x[1]], [x[2], x[3]]]))[0] * 1.0


@pytest.mark.parametrize("derivative", [grad, value_and_grad, vjp])
def test_a_complex_result_is_not_taken_for_a_real_one(derivative):
    x = np.array([1.0, 2.0, -2.0, 1.5])
    with pytest.raises(GradientError, match="eigenvalues"):
        found = derivative(first)(x)
        found[1](found[0]) if derivative is vjp else found
    with pytest.raises(GradientError, match="eigenvalues"):
        jvp(first)(x, tangents=x)


def test_a_result_that_may_be_either_is_refused():
    def f(z):
        return np.real_if_close(z)

    with pytest.raises(GradientError, match="may be real or complex"):
        vjp(f)(cplx(3))


def test_what_has_no_form_is_refused():
    def f(a):
        return np.abs(np.linalg.eig(a).eigenvalues).sum()

    refused(f, SYMMETRIC)


DOUBLE = [np.eye(3), np.diag([2.0, 2.0, 1.0]), 2 * np.eye(3)]
WEIGHTS = np.array([[1.0, 2.0, 0.0], [3.0, 5.0, 1.0], [0.0, 1.0, 3.0]])


def treated_alike(a):
    return (np.linalg.eigvals(a) ** 2).sum()


def treated_alike_by_parts(a):
    return (np.linalg.eigvals(a) ** 2).real.sum()


def beside_vectors(a):
    w, _ = np.linalg.eig(a)
    return (w**3).sum()


@pytest.mark.parametrize("f", [treated_alike, treated_alike_by_parts, beside_vectors])
@pytest.mark.parametrize("a", [*DOUBLE, np.eye(2)], ids=str)
def test_what_treats_equal_eigenvalues_alike_is_right(f, a):
    power = 3 if f is beside_vectors else 2
    expected = power * np.linalg.matrix_power(a.T, power - 1)  # of the trace of a power
    np.testing.assert_allclose(grad(f)(a), expected, atol=1e-9)
    direction = WEIGHTS[: len(a), : len(a)]
    np.testing.assert_allclose(jvp(f)(a, tangents=direction)[1], (expected * direction).sum(), atol=1e-9)


DEFECTIVE = [
    np.array([[1.0, 1.0], [0.0, 1.0]]),
    np.diag([2.0, 2.0], 1),
    np.array([[3.0, 1.0, 0.0], [-1.0, 1.0, 0.0], [0.0, 0.0, 5.0]]),
]


@pytest.mark.parametrize("f", [treated_alike, treated_alike_by_parts, beside_vectors])
@pytest.mark.parametrize("a", DEFECTIVE, ids=str)
def test_a_matrix_without_enough_eigenvectors_gives_no_wrong_number(f, a):
    power = 3 if f is beside_vectors else 2
    expected = power * np.linalg.matrix_power(a.T, power - 1)
    direction = WEIGHTS[: len(a), : len(a)]
    try:
        found, along = grad(f)(a), jvp(f)(a, tangents=direction)[1]
        assert np.isnan(found).any() or np.allclose(found, expected, atol=1e-5)
        assert np.isnan(along) or np.isclose(along, (expected * direction).sum(), atol=1e-5)
    except GradientError as error:
        assert "NaN" in str(error) or "eigenvalues" in str(error)


def of_one(a):
    return np.linalg.eigvals(a)[0]


def of_one_by_parts(a):
    return np.linalg.eigvals(a).real[0]


def logarithm(a):
    w, v = np.linalg.eig(a)
    return (WEIGHTS * ((v * np.log(w)) @ np.linalg.inv(v))).sum()


def logarithm_by_parts(a):
    w, v = np.linalg.eig(a)
    return (WEIGHTS * ((v * np.log(w)) @ np.linalg.inv(v)).real).sum()


@pytest.mark.parametrize("f", [of_one, of_one_by_parts, logarithm, logarithm_by_parts])
@pytest.mark.parametrize("a", DOUBLE, ids=str)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_hangs_on_how_equal_eigenvalues_part_has_no_gradient(f, a):
    try:
        assert np.isnan(grad(f)(a)).any()
    except GradientError as error:
        assert "NaN" in str(error)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("f", [logarithm, logarithm_by_parts])
def test_eigenvalues_equal_but_for_rounding_errors_are_equal(f):
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    a = (turn * np.array([2.0, 2.0, 1.0])) @ turn.T
    a = (a + a.T) / 2
    try:
        assert np.isnan(grad(f)(a)).any()
    except GradientError as error:
        assert "NaN" in str(error) or "eigenvalues" in str(error)


@pytest.mark.parametrize("f", [treated_alike, treated_alike_by_parts, beside_vectors])
def test_eigenvalues_equal_but_for_rounding_errors_are_treated_alike(f):
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    a = (turn * np.array([2.0, 2.0, 1.0])) @ turn.T
    power = 3 if f is beside_vectors else 2
    expected = power * np.linalg.matrix_power(a.T, power - 1)
    np.testing.assert_allclose(jvp(f)(a, tangents=WEIGHTS)[1], (expected * WEIGHTS).sum(), rtol=1e-7)
    np.testing.assert_allclose(grad(f)(a), expected, atol=1e-7)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_vector_apart_from_equal_eigenvalues_is_right():
    def last(a):
        _, v = np.linalg.eig(a)
        return v[:, 2] @ WEIGHTS @ v[:, 2]

    a, h = np.diag([2.0, 2.0, 1.0]), 1e-6
    expected = (last(a + h * WEIGHTS) - last(a - h * WEIGHTS)) / (2 * h)
    np.testing.assert_allclose((grad(last)(a) * WEIGHTS).sum(), expected, rtol=1e-7)


def exponential_by_eigh(x):
    w, v = np.linalg.eigh((x + x.T) / 2)
    return np.sum((v * np.exp(w)) @ v.T * np.arange(9.0).reshape(3, 3))


def exponential_by_svd(x):
    u, s, vt = np.linalg.svd(x)
    return np.sum((u * np.exp(s)) @ vt * np.arange(9.0).reshape(3, 3))


@pytest.mark.parametrize("f", [exponential_by_eigh, exponential_by_svd])
def test_second_derivatives_of_functions_that_read_values_and_vectors(f):
    x = np.arange(9.0).reshape(3, 3) / 5 + np.diag([1.0, 2.0, 4.0])
    along, h = np.cos(x), 1e-5
    slope = (grad(f)(x + h * along) - grad(f)(x - h * along)) / (2 * h)
    np.testing.assert_allclose(hvp(f)(x, vectors=along), slope, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(grad(lambda x: np.sum(grad(f)(x) * along))(x), slope, rtol=1e-6, atol=1e-6)
