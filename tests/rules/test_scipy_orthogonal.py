import numpy as np
import pytest

from s2sgrad import grad, hvp
from tests.rules.harness import check
from tests.rules.special_samples import check_orders, shapes, slope_along

special = pytest.importorskip("scipy.special")

INSIDE, WIDE, DEGREES = (-0.9, 0.9), (-2, 2), np.array([-3, 0, 2])
OF_ONE_DEGREE = {special.eval_legendre: INSIDE, special.eval_chebyt: INSIDE, special.eval_chebyu: INSIDE}
OF_ONE_DEGREE |= {special.eval_hermite: WIDE, special.eval_hermitenorm: WIDE, special.eval_laguerre: (0.1, 3)}
SAMPLES = [
    *(s for f, bounds in OF_ONE_DEGREE.items() for n in (0, 1, 2, 5) for s in shapes(f, bounds, before=(n,))),
    *(
        s
        for f in (special.eval_legendre, special.eval_chebyt, special.eval_chebyu)
        for n in (-1, -2, -4, 1.5, -0.5, -2.5)
        for s in list(shapes(f, INSIDE, before=(n,)))[:2]
    ),
    *(s for n in (0, 1, 4) for s in shapes(special.eval_gegenbauer, INSIDE, before=(n, 0.7))),
    *(s for n in (0, 1, 4) for s in shapes(special.eval_jacobi, INSIDE, before=(n, 0.7, 1.2))),
    *(s for n in (0, 1, 4) for s in shapes(special.eval_genlaguerre, (0.1, 3), before=(n, 0.7))),
    *(s for m in (0, 1, 2, 4, -1) for s in shapes(special.lpmv, INSIDE, before=(m, 3))),
    *(s for v in (1.5, -3) for s in list(shapes(special.lpmv, INSIDE, before=(0, v)))[:2]),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


PROGRAMS = {
    "legendre": lambda x: (special.eval_legendre(4, x) * x).sum(),
    "legendre of degrees": lambda x: special.eval_legendre(DEGREES, x).sum() ** 2,
    "chebyshev, first": lambda x: special.eval_chebyt(3, x).sum() ** 2,
    "chebyshev, second": lambda x: special.eval_chebyu(3, x).sum() ** 2,
    "chebyshev of degrees": lambda x: (special.eval_chebyu(DEGREES, x) + special.eval_chebyt(DEGREES, x)).sum() ** 2,
    "hermite": lambda x: special.eval_hermite(3, x).sum() ** 2 + special.eval_hermite(np.array([0, 1, 2]), x).sum(),
    "hermite, normalised": lambda x: (special.eval_hermitenorm(3, x) * special.eval_hermitenorm([[0], [1]], x)).sum(),
    "laguerre": lambda x: (special.eval_laguerre(3, x) * special.eval_genlaguerre(2, 0.5, x)).sum(),
    "gegenbauer": lambda x: special.eval_gegenbauer(3, 0.7, x).sum() ** 2,
    "jacobi": lambda x: special.eval_jacobi(3, 0.7, 1.2, x).sum() ** 2,
    "associated": lambda x: (special.lpmv(1, 3, x) * special.lpmv(2, 3, x)).sum() + special.lpmv(0, 3, x).sum() ** 2,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_orders_of(name):
    check_orders(PROGRAMS[name], np.array([0.3, -0.6, 0.8]), tol=1e-6)


FAMILIES = {
    special.eval_legendre: np.polynomial.Legendre, special.eval_chebyt: np.polynomial.Chebyshev,
    special.eval_hermite: np.polynomial.Hermite, special.eval_hermitenorm: np.polynomial.HermiteE,
    special.eval_laguerre: np.polynomial.Laguerre,
}  # fmt: skip


@pytest.mark.parametrize("function", FAMILIES, ids=lambda f: f.__name__)
def test_derivatives_at_the_ends_and_at_0_are_those_of_series(function):
    x = np.array([-1.0, 0.0, 1.0])
    for n in range(5):
        series = FAMILIES[function].basis(n)

        def f(x):
            return function(n, x).sum()

        np.testing.assert_allclose(grad(f)(x), series.deriv()(x), atol=1e-12)
        np.testing.assert_allclose(hvp(f)(x, vectors=np.ones(3)), series.deriv(2)(x), atol=1e-12)


def test_a_legendre_function_of_order_0_at_the_ends():
    def f(x):
        return special.lpmv(0, 3, x).sum()

    series = np.polynomial.Legendre.basis(3)
    x = np.array([-1.0, 1.0])
    np.testing.assert_allclose(grad(f)(x), series.deriv()(x))
    np.testing.assert_allclose(hvp(f)(x, vectors=np.ones(2)), series.deriv(2)(x))


def of_a_degree(n, m, x):
    return (special.eval_legendre(n, x) * special.eval_hermite(n + 1, x) * special.lpmv(m, n, x)).sum()


def test_a_degree_may_be_an_argument():
    x = np.array([0.3, -0.6])
    for n, m in ((3, 1), (0, 0)):
        at = slope_along(lambda x: of_a_degree(n, m, x), x, np.array([1.0, 2.0]))
        np.testing.assert_allclose(grad(of_a_degree, "x")(n, m, x) @ [1.0, 2.0], at, rtol=1e-8)
        assert grad(of_a_degree, "x")(n, m, 0.3).shape == ()


def test_the_text():
    text = grad(PROGRAMS["chebyshev, second"]).source_for(np.ones(3))
    assert "special.eval_gegenbauer(2, 2, x)" in text
