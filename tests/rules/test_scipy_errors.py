import numpy as np
import pytest

from s2sgrad import grad, hvp, vjp
from tests.differences import check as check_program
from tests.rules.harness import check
from tests.rules.samples import Sample, between
from tests.rules.special_samples import check_orders, shapes

special = pytest.importorskip("scipy.special")

POSITIVE = "erf erfc erfcx erfi dawsn ndtr log_ndtr"
SAMPLES = [
    *(s for name in POSITIVE.split() for s in shapes(getattr(special, name), (0.3, 3))),
    *(s for name in "erf erfc dawsn ndtr log_ndtr".split() for s in shapes(getattr(special, name), (-2, -0.5))),
    *(s for name in "erfinv erfcinv ndtri".split() for s in shapes(getattr(special, name), (0.1, 0.9))),
    *shapes(special.owens_t, (-2, 2), (-2, 2)),
    *shapes(special.voigt_profile, (-2, 2), (0.4, 2), (0.3, 2), single=False),
    Sample(special.owens_t, (between(-2, 2, 2, 1), between(-2, 2, 3))),
    Sample(special.voigt_profile, (between(-2, 2, 2, 1), between(0.4, 2, 3), 0.5), single=False),
    Sample(special.voigt_profile, (between(-2, 2, 3), -0.7, 0.5), single=False),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


X = np.array([0.3, 0.7, 1.4])
PROGRAMS = {
    "errors": lambda x: (special.erf(x) * special.erfcx(x)).sum() + (special.erfc(x) * special.erfi(x)).sum(),
    "inverses": lambda x: special.erfinv(x / 2).sum() ** 2 + (special.erfcinv(x) * special.ndtri(x / 2)).sum(),
    "normal": lambda x: (special.ndtr(x) * special.log_ndtr(-x)).sum() + special.dawsn(x).sum() ** 2,
    "owen": lambda x: (special.owens_t(x, 0.5) * special.owens_t(1.5, x)).sum() + special.owens_t(x, 2 * x).sum(),
    "voigt": lambda x: special.voigt_profile(x, 0.8, 0.4).sum() ** 2,
    "voigt in its widths": lambda x: (special.voigt_profile(1.5, x, 0.4) * special.voigt_profile(-0.5, 0.6, x)).sum(),
    "voigt in all": lambda x: (special.voigt_profile(x, x + 0.5, x**2) * X).sum(),
    "faddeeva, real part": lambda x: (special.wofz(x).real * x).sum(),
    "faddeeva, imaginary part": lambda x: (special.wofz(x + 0.5j * x**2).imag * special.wofz(1j * x).real).sum(),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_orders_of(name):
    check_orders(PROGRAMS[name], X, tol=1e-6)


def test_a_complex_pullback_of_faddeeva_is_the_conjugate_of_the_derivative():
    z = np.array([0.3 + 0.2j, -1.0 + 0.7j, 2.0])
    h = 1e-5
    _, pullback = vjp(lambda z: special.wofz(z) * 2)(z)
    derivative = (special.wofz(z + h) - special.wofz(z - h)) / (2 * h)
    np.testing.assert_allclose(pullback(np.ones(3, complex)), np.conj(2 * derivative), rtol=1e-8)


def profile(x, sigma, gamma):
    return special.voigt_profile(x, sigma, gamma).sum()


def test_a_profile_of_no_width_in_one_part_is_normal():
    x, sigma = 0.8, 0.7
    density = np.exp(-(x**2) / (2 * sigma**2)) / (sigma * np.sqrt(2 * np.pi))
    dx, dsigma = grad(profile, (0, 1))(x, sigma, 0.0)
    np.testing.assert_allclose(dx, -x / sigma**2 * density)
    np.testing.assert_allclose(dsigma, (x**2 / sigma**3 - 1 / sigma) * density)


def test_a_profile_spreads_as_heat_does():
    # Its convolution with a normal density solves the equation of heat, in the variance.
    x, sigma = np.array([-0.4, 0.3, 2.0]), np.array(0.6)
    dsigma = grad(profile, 1)(x, sigma, 0.5)
    curvature = hvp(profile)(x, sigma, 0.5, vectors=np.ones(3))
    np.testing.assert_allclose(dsigma, sigma * curvature.sum())


def test_a_narrow_profile_is_nearly_lorentzian():
    x, gamma = np.array([-0.7, 0.2, 3.0]), 0.4
    square = x**2 + gamma**2
    for sigma in (0.0, 1e-9, 1e-5, 1e-3):
        dx, dgamma = (
            sum(grad(profile, k)(v, sigma, gamma) for v in x) if k else grad(profile)(x, sigma, gamma) for k in (0, 2)
        )
        np.testing.assert_allclose(dx, -2 * x * gamma / square**2 / np.pi, rtol=20 * sigma**2 / gamma**2 + 1e-13)
        np.testing.assert_allclose(
            dgamma, ((x**2 - gamma**2) / square**2 / np.pi).sum(), rtol=20 * sigma**2 / gamma**2 + 1e-13
        )
        # It spreads as heat does: the derivative in sigma is sigma times the second one in x.
        curvature = 2 * gamma * (3 * x**2 - gamma**2) / square**3 / np.pi
        for v, expected in zip(x, curvature, strict=True):
            dsigma = grad(profile, 1)(v, sigma, gamma)
            np.testing.assert_allclose(dsigma, sigma * expected, rtol=200 * sigma**2 / gamma**2 + 1e-13)
            second = hvp(profile, wrt=1)(v, sigma, gamma, vectors=1.0)
            np.testing.assert_allclose(second, expected, rtol=200 * sigma**2 / gamma**2 + 1e-12)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_both_forms_of_a_profile_agree_where_they_meet(which):
    args = np.array([2.2, 0.1, 2.04])

    def slope(factor):
        x, sigma, gamma = args * [1, factor, 1]
        return grad(profile, which)(x, sigma, gamma)

    inner, outer = slope(1.000001), slope(0.999999)
    assert inner != outer
    np.testing.assert_allclose(inner, outer, rtol=1e-5)


def test_owens_function_at_its_limits():
    def f(h, a):
        return special.owens_t(h, a)

    np.testing.assert_allclose(grad(f)(0.7, np.inf), -np.exp(-(0.7**2) / 2) / np.sqrt(8 * np.pi))
    np.testing.assert_allclose(grad(f, 1)(0.0, 1.5), 1 / (2 * np.pi * (1 + 1.5**2)))
    assert grad(f, 1)(0.7, np.inf) == 0 and grad(f)(0.0, 1.5) == 0


def test_a_bare_number():
    check_program(lambda x: special.wofz(x).imag * special.voigt_profile(x, 0.5, x), 0.6)
