import numpy as np
import pytest

from s2sgrad import grad, hvp
from tests.rules.harness import check
from tests.rules.samples import Sample, between
from tests.rules.special_samples import check_orders, shapes

special = pytest.importorskip("scipy.special")

SAMPLES = [
    *(s for name in "expi exp1".split() for s in shapes(getattr(special, name), (0.3, 3))),
    *(s for name in "spence ellipk ellipe".split() for s in shapes(getattr(special, name), (0.1, 0.9))),
    *(s for name in "ellipk ellipe".split() for s in shapes(getattr(special, name), (-3, 0))),
    *(
        Sample(f, (o, -0.7), single=False)
        for f in (special.ellipkinc, special.ellipeinc)
        for o in (0.4, between(-2, 2, 3))
    ),
    *(s for n in (0, 1, 2, 5, np.array(0), np.array(3)) for s in shapes(special.expn, (0.3, 3), before=(n,))),
    *(s for name in "sici shichi fresnel".split() for s in shapes(getattr(special, name), (-2, -0.4))),
    *(
        Sample(f, (between(0.4, 2, 3),), weights=w)
        for f in (special.sici, special.shichi, special.fresnel)
        for w in np.eye(2)
    ),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


def trigonometric(x):
    Si, Ci = special.sici(x)
    return (Si * Ci**2).sum()


def hyperbolic(x):
    Shi, Chi = special.shichi(x)
    return (Shi * Chi**2).sum()


def waves(x):
    S, C = special.fresnel(x)
    return (S * C**2).sum()


PROGRAMS = {
    "trigonometric": trigonometric,
    "hyperbolic": hyperbolic,
    "fresnel": waves,
    "one of two": lambda x: (special.fresnel(x)[1] * x).sum() + special.sici(x)[0].sum() ** 2,
    "order 0": lambda x: (special.expn(0, x) * x**2).sum(),
    "order 1": lambda x: (special.expn(1, x) * x**2).sum(),
    "order 3": lambda x: (special.expn(3, x) * x**2).sum(),
    "orders in an array": lambda x: special.expn(np.array([[0], [1], [4]]), x).sum() ** 2,
    "others": lambda x: (special.expi(x) * special.exp1(x)).sum() + special.spence(x).sum() ** 2,
    "elliptic": lambda x: (special.ellipk(x) * special.ellipe(x)).sum(),
    "elliptic, below 0": lambda x: (special.ellipk(-5 * x) * special.ellipe(-x)).sum(),
    "incomplete": lambda x: (special.ellipkinc(x, 0.4) * special.ellipeinc(x, -2.0)).sum(),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_orders_of(name):
    check_orders(PROGRAMS[name], np.array([0.35, 0.6, 0.8]), tol=1e-6)


def derivatives(f, x):
    return grad(f)(x), hvp(f)(x, vectors=np.ones(np.shape(x)))


def test_complete_elliptic_integrals_near_0_are_those_of_their_series():
    m = np.array([-1e-3, -1e-9, 0.0, 1e-12, 1e-4])
    k = np.array([(special.binom(2 * n, n) / 4**n) ** 2 for n in range(9)])
    first = np.polynomial.Polynomial(np.pi / 2 * k)
    second = np.polynomial.Polynomial(np.pi / 2 * k / (1 - 2 * np.arange(9)))
    for f, series in ((lambda m: special.ellipk(m).sum(), first), (lambda m: special.ellipe(m).sum(), second)):
        slope, curvature = derivatives(f, m)
        np.testing.assert_allclose(slope, series.deriv()(m), rtol=1e-14)
        np.testing.assert_allclose(curvature, series.deriv(2)(m), rtol=1e-14)


def test_complete_elliptic_integrals_far_below_0():
    # By Carlson's integrals (DLMF 19.25.1), which are symmetric and know no cancellation.
    m = np.array([-1.5, -1e4, -1e9, -1e40, 0.3, 0.999999])
    slope = grad(lambda m: special.ellipk(m).sum())(m)
    np.testing.assert_allclose(slope, special.elliprd(0, 1, 1 - m) / 6, rtol=1e-12)
    slope = grad(lambda m: special.ellipe(m).sum())(m)
    np.testing.assert_allclose(slope, -special.elliprd(0, 1 - m, 1) / 6, rtol=1e-12)


def test_the_dilogarithm_at_1():
    slope, curvature = derivatives(lambda x: special.spence(x).sum(), np.array([1.0, 1 + 1e-9, 1e300, 1e-300]))
    np.testing.assert_allclose(slope[:2], -1, rtol=1e-8)
    np.testing.assert_allclose(curvature[:2], 1 / 2, rtol=1e-8)
    np.testing.assert_allclose(slope[2:], [-np.log(1e300) / 1e300, np.log(1e-300)], rtol=1e-12)


def test_at_0():
    x = np.zeros(1)
    np.testing.assert_equal(derivatives(lambda x: special.sici(x)[0].sum(), x), ([1], [0]))
    np.testing.assert_equal(derivatives(lambda x: special.shichi(x)[0].sum(), x), ([1], [0]))
    np.testing.assert_equal(derivatives(lambda x: special.fresnel(x)[0].sum(), x), ([0], [0]))
    np.testing.assert_equal(derivatives(lambda x: special.fresnel(x)[1].sum(), x), ([1], [0]))
    np.testing.assert_allclose(derivatives(lambda x: special.expn(4, x).sum(), x), ([-1 / 2], [1]))
    orders = np.array([4, 5])
    np.testing.assert_allclose(derivatives(lambda x: special.expn(orders, x).sum(), x), ([-1 / 2 - 1 / 3], [1 + 1 / 2]))


def test_the_hyperbolic_sine_integral_near_0():
    def f(x):
        return special.shichi(x)[0].sum()

    x = np.array([1e-9, -1e-5, 1e-3])
    slope, curvature = derivatives(f, x)
    np.testing.assert_allclose(slope, 1 + x**2 / 6 + x**4 / 120, rtol=1e-15)
    np.testing.assert_allclose(curvature, x / 3 + x**3 / 30, rtol=1e-11, atol=1e-15)


def test_single_precision_stays():
    x = np.array([0.5, 1.5], np.float32)

    def f(x):
        S, C = special.fresnel(x)
        Si, Ci = special.sici(x)
        return (S * C * Si * Ci * special.expn(2, x)).sum()

    assert grad(f)(x).dtype == np.float32
    np.testing.assert_allclose(grad(f)(x), grad(f)(x.astype(float)), rtol=1e-4)
