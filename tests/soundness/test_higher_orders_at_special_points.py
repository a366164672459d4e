"""Higher derivatives where a rule treats a point by itself: factors that are 0, removable singularities."""

import itertools
import math

import numpy as np
import pytest

from s2sgrad import grad, hvp
from s2sgrad.rules import trigonometry

W = np.array([0.7, -1.3, 2.0, 0.4])
UNIT = np.eye(4)
ZEROS = [np.array(x) for x in ([0.0, 0.0, 0.0, 2.0], [0.0, 3.0, 0.0, 0.0], [2.0, 0.0, 5.0, 0.0], [1.0, 2.0, 3.0, 4.0])]
PRODUCTS = {
    "cumprod": lambda x: np.cumprod(x) @ W,
    "along an axis": lambda x: (np.cumprod(np.reshape(x, (1, 4)), axis=-1) * W).sum(),
    "nancumprod": lambda x: np.nancumprod(x) @ W,
    "nanprod over two axes": lambda x: np.nanprod(np.reshape(x, (2, 1, 2)), axis=(0, -1)).sum(),
}


def mixed(f, x, *units):
    """The derivative of a sum of products, in which no element stands twice, along some axes: exact."""
    chosen = itertools.product((0, 1), repeat=len(units))
    terms = ((-1) ** (len(units) - sum(c)) * f(x + sum(k * u for k, u in zip(c, units, strict=True))) for c in chosen)
    return sum(terms) if len({u.argmax() for u in units}) == len(units) else 0.0


@pytest.mark.parametrize("name", PRODUCTS)
def test_third_derivatives_of_products(name):
    f = PRODUCTS[name]
    gradient = grad(f)

    def along(x, u):
        return gradient(x) @ u

    third = hvp(along, wrt=0)
    for x in ZEROS:
        for u, v in itertools.combinations(UNIT, 2):
            expected = [mixed(f, x, u, v, w) for w in UNIT]
            np.testing.assert_allclose(third(x, u, vectors=v), expected, atol=1e-12)


def slices(x):
    return np.multiply.reduceat(x, [0, 3]) @ W[:2] + np.multiply.reduceat(x, [0])[0]


def test_second_derivatives_of_products_of_slices():
    second = hvp(slices)
    for x in ZEROS:
        for u in UNIT:
            np.testing.assert_allclose(second(x, vectors=u), [mixed(slices, x, u, w) for w in UNIT], atol=1e-12)


def sinc_by_series(x, n):
    """The n-th derivative of ``sin(pi x) / (pi x)``, from its power series."""
    ks = [k for k in range(20) if 2 * k >= n]
    return sum((-1) ** k * np.pi ** (2 * k) * x ** (2 * k - n) / math.factorial(2 * k - n) / (2 * k + 1) for k in ks)


def exprel_by_series(x, n):
    """The n-th derivative of ``(exp(x) - 1) / x``, from its power series."""
    return sum(x ** (k - n) / math.factorial(k - n) / (k + 1) for k in range(n, 25))


def check_orders(slope, series):
    """Derivatives to the third, from the rule of the first: at 0, near it, and on both sides of where it changes.

    Returns what gives the fourth, and the places.
    """

    def third(x):
        return np.sum(grad(slope)(x))

    x = np.array([0.0, 1e-12, -1e-7, 1e-3, 0.0499, -0.0501, 0.0999, -0.1001, 0.7])
    np.testing.assert_allclose([slope(v) for v in x], [series(v, 1) for v in x], rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose(grad(slope)(x), [series(v, 2) for v in x], rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose(grad(third)(x), [series(v, 3) for v in x], rtol=1e-10, atol=1e-12)
    return hvp(third), x


def test_derivatives_of_sinc():
    fourth, x = check_orders(lambda x: np.sum(trigonometry.sinc(1.0, np.sinc(x), x)), sinc_by_series)
    np.testing.assert_allclose(fourth(x, vectors=np.ones(9)), [sinc_by_series(v, 4) for v in x], rtol=1e-9)
    np.testing.assert_allclose(grad(lambda x: np.sinc(x))(1e-12), sinc_by_series(1e-12, 1))


def test_derivatives_of_exprel():
    pytest.importorskip("scipy")
    from scipy import special

    from s2sgrad.rules import scipy_special

    check_orders(lambda x: np.sum(scipy_special.exprel(1.0, special.exprel(x), x)), exprel_by_series)
