import numpy as np
import pytest

from s2sgrad import grad, hvp
from tests.rules.harness import check
from tests.rules.special_samples import check_orders, shapes

special = pytest.importorskip("scipy.special")

SAMPLES = [
    *(s for a in (0.5, 2, -2) for s in shapes(special.hyp2f1, (-0.9, 0.9), before=(a, 1.5, 2.5))),
    *(s for a in (0.5, 2, -2) for s in shapes(special.hyp1f1, (-2, 2), before=(a, 1.5))),
    *(s for a in (0.5, 2) for s in shapes(special.hyperu, (0.5, 2), before=(a, 1.5))),
    *(s for v in (0.5, 2) for s in shapes(special.hyp0f1, (-2, 2), before=(v,))),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


PROGRAMS = {
    "gauss": lambda x: special.hyp2f1(0.5, 1.5, 2, x).sum() ** 2,
    "gauss, beyond the circle": lambda x: special.hyp2f1(0.5, 1.5, 2, -5 * x).sum() ** 2,
    "kummer": lambda x: (special.hyp1f1(0.5, 1.5, x) * x).sum(),
    "tricomi": lambda x: (special.hyperu(0.5, 1.5, x) * x).sum(),
    "limit": lambda x: (special.hyp0f1(1.5, x) * x).sum(),
    "parameters in arrays": lambda x: special.hyp1f1(np.array([[0.5], [1.0]]), np.array([1.5, 2.0, 2.5]), x).sum() ** 2,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_orders_of(name):
    check_orders(PROGRAMS[name], np.array([0.3, 0.6, 0.8]), tol=1e-6)


def test_polynomials_at_special_places():
    def f(x):
        return special.hyp2f1(-2, 3, 0.5, x).sum()

    x = np.array([-3.0, 0.0, 1.0])
    polynomial = np.polynomial.Polynomial([1, -12, 16])
    np.testing.assert_allclose(grad(f)(x), polynomial.deriv()(x))
    np.testing.assert_allclose(hvp(f)(x, vectors=np.ones(3)), polynomial.deriv(2)(x))
