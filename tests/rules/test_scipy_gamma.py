import numpy as np
import pytest

from s2sgrad import grad, hvp
from s2sgrad.analysis.infer.table import numpy_functions
from tests.differences import check as check_program
from tests.differences import refused
from tests.rules.harness import check
from tests.rules.samples import Sample, between
from tests.rules.special_samples import check_orders, shapes

special = pytest.importorskip("scipy.special")

RISING = [
    ((0.6, 3), (0.2, 0.9)), ((0.6, 3), (3.2, 4)), ((-0.2, -0.1), (0.4, 0.9)), ((-0.9, -0.1), (3.2, 4)),
    ((-2.9, -2.6), (0.2, 0.4)), ((-2.9, -2.1), (3.2, 4)),
]  # fmt: skip
"""Ranges in which the sum of both is not near a pole."""
INCOMPLETE_BETA = numpy_functions("betainc betaincc betaincinv", module=special)  # the second since SciPy 1.12
SAMPLES = [
    *(s for name in "gamma gammaln loggamma rgamma digamma".split() for s in shapes(getattr(special, name), (0.3, 3))),
    *(s for name in "gamma gammaln rgamma digamma".split() for s in shapes(getattr(special, name), (-1.8, -1.2))),
    *(s for name in "beta betaln".split() for s in shapes(getattr(special, name), (0.3, 2), (0.3, 2))),
    *(s for n in (0, 1, 3, np.array(2)) for s in shapes(special.polygamma, (0.5, 3), before=(n,))),
    *(s for x in (2, 3.5) for s in shapes(special.zeta, (0.5, 3), before=(x,))),
    *(Sample(special.multigammaln, (a, d), single=False) for d in (1, 3) for a in (2.5, between(1.5, 3, 2, 3))),
    *shapes(special.factorial, (0.2, 4), single=False),
    *shapes(special.factorial, (-3, -0.5), single=False),
    *(s for z, m in RISING for s in shapes(special.poch, z, m)),
    *(s for n in ((0.2, 4), (-2.8, -2.2)) for k in ((0.2, 0.8), (5.1, 7)) for s in shapes(special.binom, n, k)),
    *(
        Sample(f, (1.5, o), single=False)
        for f in (special.gammainc, special.gammaincc)
        for o in (0.4, between(0.2, 3, 3))
    ),
    *(
        Sample(f, (1.5, o), single=False)
        for f in (special.gammaincinv, special.gammainccinv)
        for o in (0.4, between(0.2, 0.8, 3))
    ),
    *(Sample(f, (1.5, 2.5, o), single=False) for f in INCOMPLETE_BETA for o in (0.4, between(0.2, 0.8, 3))),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


N = np.array([[3], [7]])
PROGRAMS = {
    "gamma": lambda x: (special.gamma(x) * special.gammaln(x + 1)).sum() + special.loggamma(x).sum() ** 2,
    "digamma": lambda x: (special.digamma(x) * special.rgamma(x)).sum(),
    "polygamma": lambda x: (special.polygamma(1, x) * special.polygamma(np.array([0, 1, 2]), x)).sum(),
    "zeta": lambda x: (special.zeta(2, x) * special.zeta(3.5, x)).sum(),
    "multigammaln": lambda x: special.multigammaln(x + 2, 3).sum() ** 2,
    "factorial": lambda x: (special.factorial(x) * x).sum(),
    "poch": lambda x: special.poch(x, 2.5).sum() ** 2 + (special.poch(1.5, x) * special.poch(x, x**2)).sum(),
    "poch, reflected": lambda x: (special.poch(-3 * x, 2.7) * x).sum() + special.poch(x - 0.5, 3).sum() ** 2,
    "binom": lambda x: special.binom(x + 3, 2).sum() ** 2 + (special.binom(5, x) * special.binom(x + 4, x)).sum(),
    "binom, reflected": lambda x: (special.binom(x, 3) * special.binom(x, x + 2.5)).sum(),
    "beta": lambda x: (special.beta(x, 1.5) * special.betaln(x, 2 * x)).sum(),
    "incomplete": lambda x: (special.gammainc(1.5, x) * special.betainc(1.5, 2.0, x / 2)).sum(),
    "inverses": lambda x: (
        (special.gammaincinv(1.5, x / 2) * special.betaincinv(1.5, 2.0, x / 2)).sum()
        + special.gammainccinv(2.5, x / 2).sum() ** 2
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_orders_of(name):
    check_orders(PROGRAMS[name], np.array([0.35, 0.8, 1.2]), tol=1e-6)


def derivatives(f, x):
    return grad(f)(x), hvp(f)(x, vectors=np.ones(np.shape(x)))


def test_a_rising_factorial_at_poles_of_the_gamma_function():
    x = np.array([0.0, -1.0, -2.0])
    polynomial = np.polynomial.Polynomial.fromroots([0, -1, -2])
    slope, curvature = derivatives(lambda x: special.poch(x, 3).sum(), x)
    np.testing.assert_allclose(slope, polynomial.deriv()(x))
    np.testing.assert_allclose(curvature, polynomial.deriv(2)(x), atol=1e-14)


def test_a_rising_factorial_between_poles_of_the_gamma_function():
    x = np.array([-3.0, -4.0, -5.0, -3.5])
    polynomial = np.polynomial.Polynomial.fromroots([0, -1, -2])
    slope, curvature = derivatives(lambda x: special.poch(x, 3).sum(), x)
    np.testing.assert_allclose(slope, polynomial.deriv()(x))
    np.testing.assert_allclose(curvature, polynomial.deriv(2)(x))


def test_a_binomial_coefficient_that_vanishes():
    n = np.array([0.0, 1.0, 2.0, 3.0])
    polynomial = np.polynomial.Polynomial.fromroots([0, 1, 2]) / 6
    slope, curvature = derivatives(lambda n: special.binom(n, 3).sum(), n)
    np.testing.assert_allclose(slope, polynomial.deriv()(n))
    np.testing.assert_allclose(curvature, polynomial.deriv(2)(n), atol=1e-14)
    # The other one: 1 / gamma(1 - k) is k - 1 near 1 to the first order, and so on.
    dk = grad(lambda k: special.binom(2.0, k).sum())(np.array([3.0, 4.0]))
    np.testing.assert_allclose(dk, [-1 / 3, 1 / 12])


def test_factorials_of_0_and_of_negative_numbers():
    slope, curvature = derivatives(lambda n: special.factorial(n).sum(), np.array([0.0, -0.5, -1.0, -2.0]))
    np.testing.assert_allclose(slope, [-np.euler_gamma, 0, 0, 0])
    np.testing.assert_allclose(curvature, [np.pi**2 / 6 + np.euler_gamma**2, 0, 0, 0])


def test_the_reciprocal_at_its_zeros():
    x = np.array([0.0, -1.0, -2.0, -3.0])
    slope, curvature = derivatives(lambda x: special.rgamma(x).sum(), x)
    np.testing.assert_allclose(slope, [1, -1, 2, -6])
    np.testing.assert_allclose(curvature[0], 2 * np.euler_gamma)


def test_exact_factorials_are_refused():
    refused(lambda n: special.factorial(n, exact=True), 2.5, match="factorial")
    refused(lambda n: special.factorial(n, extend="complex"), 2.5, match="extend")


def test_of_complex_numbers():
    def f(x):
        return (special.loggamma(x + 0.5j).imag ** 2).sum() + (special.loggamma(x + 0.5j * x).real ** 2).sum()

    check_program(f, np.array([0.5, 1.5]))


def test_of_python_numbers():
    check_program(lambda a: special.multigammaln(a, 2) * special.polygamma(1, a) * special.factorial(a), 2.5)


def test_the_text():
    text = grad(lambda a: special.multigammaln(a, 3)).source_for(2.5)
    assert "special.digamma(np.subtract.outer(a, np.arange(3) / 2)).sum(axis=-1)" in text
    assert "special.polygamma(2, x)" in grad(lambda x: special.polygamma(1, x).sum()).source_for(np.ones(3))
