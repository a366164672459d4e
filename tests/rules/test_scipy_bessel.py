import numpy as np
import pytest

from s2sgrad import grad, hvp, value_and_grad
from tests.rules.harness import check
from tests.rules.samples import Sample, between
from tests.rules.special_samples import check_orders, shapes

special = pytest.importorskip("scipy.special")

ORDER_0_AND_1 = "j0 j1 y0 y1 i0 i1 i0e i1e k0 k1 k0e k1e"
REAL_ORDERS = "jv yv iv kv ive kve struve modstruve"
SAMPLES = [
    *(s for name in ORDER_0_AND_1.split() for s in shapes(getattr(special, name), (0.3, 3))),
    *(s for name in "i0e i1e j0 j1".split() for s in shapes(getattr(special, name), (-2, -0.5))),
    *(
        s
        for f in "yn kn".split()
        for n in (0, 1, 3, -1, 0.5, -0.5)
        for s in shapes(getattr(special, f), (0.3, 3), before=(n,))
    ),
    *(
        s
        for name in REAL_ORDERS.split()
        for v in (0, 2, 0.5, -0.3)
        for s in shapes(getattr(special, name), (0.3, 3), before=(v,))
    ),
    *(
        s
        for name in ("jv", "ive", "struve", "modstruve")
        for s in shapes(getattr(special, name), (-2, -1), before=(1,))
    ),
    *shapes(special.airy, (-2, 2)),
    *(Sample(special.airy, (between(-2, 2, 3),), weights=w) for w in np.eye(4)),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


def both_airy(x):
    Ai, Ai_prime, Bi, Bi_prime = special.airy(x)
    return (Ai * Ai_prime).sum() + (Bi * Bi_prime**2).sum()


def one_airy(x):
    return (special.airy(x)[0] * x).sum()


PROGRAMS = {
    "order 0": lambda x: (special.j0(x) * special.y0(x)).sum() + (special.i0(x) * special.k0(x) ** 2).sum(),
    "order 1": lambda x: (special.j1(x) * special.y1(x)).sum() + (special.i1(x) * special.k1(x) ** 2).sum(),
    "scaled": lambda x: (special.i0e(x) * special.k0e(x)).sum() + (special.i1e(x) * special.k1e(x)).sum() ** 2,
    "jv and yv": lambda x: (special.jv(2, x) * special.yv(0.5, x)).sum(),
    "iv and kv": lambda x: (special.iv(2, x) * special.kv(0.5, x) ** 2).sum(),
    "scaled, any order": lambda x: (special.ive(2, x) * special.kve(0.5, x) ** 2).sum(),
    "whole orders": lambda x: (special.yn(0, x) * special.kn(1, x)).sum() + special.kn(0, x).sum(),
    "orders in an array": lambda x: special.jv(np.array([0, 1, 2.5]), x).sum() ** 2,
    "struve": lambda x: (special.struve(0, x) * special.modstruve(1.5, x)).sum(),
    "all of airy": both_airy,
    "one of airy": one_airy,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_orders_of(name):
    check_orders(PROGRAMS[name], np.array([0.6, 1.3, 2.4]))


def at_0(f, first, second):
    x = np.zeros(1)
    np.testing.assert_allclose(grad(f)(x), [first], atol=1e-15)
    np.testing.assert_allclose(hvp(f)(x, vectors=np.ones(1)), [second], atol=1e-15)


def test_at_0_as_their_series_say():
    at_0(lambda x: special.jv(0, x).sum(), 0, -0.5)
    at_0(lambda x: special.jv(1, x).sum(), 0.5, 0)
    at_0(lambda x: special.iv(0, x).sum(), 0, 0.5)
    at_0(lambda x: special.struve(0, x).sum(), 2 / np.pi, 0)
    at_0(lambda x: special.modstruve(0, x).sum(), 2 / np.pi, 0)
    at_0(lambda x: special.struve(1, x).sum(), 0, 4 / (3 * np.pi))
    at_0(lambda x: special.airy(x)[0].sum(), -(3 ** (-1 / 3)) / special.gamma(1 / 3), 0)


def test_single_precision_stays():
    x = np.array([0.5, 1.5], np.float32)

    def f(x):
        Ai, _, Bi, _ = special.airy(x)
        return (Ai * Bi * special.ive(0.5, x) * special.struve(0.5, x) * special.kn(2, x)).sum()

    assert grad(f)(x).dtype == np.float32
    np.testing.assert_allclose(grad(f)(x), grad(f)(x.astype(float)), rtol=1e-4)


def test_a_number_is_enough():
    def f(x):
        return special.airy(x)[3] * special.yn(2, x)

    value, slope = value_and_grad(f)(0.7)
    h = 1e-5
    assert value == f(0.7)
    np.testing.assert_allclose(slope, (f(0.7 + h) - f(0.7 - h)) / (2 * h), rtol=1e-8)


def test_the_text():
    text = grad(PROGRAMS["jv and yv"]).source_for(np.ones(3))
    assert "special.jv(1, x) - special.jv(3, x)" in text
