import numpy as np
import pytest

from s2sgrad import grad, hvp
from tests.rules.harness import check
from tests.rules.samples import Sample, between
from tests.rules.special_samples import check_orders, shapes

special = pytest.importorskip("scipy.special")

COUNTS = np.array([0, 2, 4])
SAMPLES = [
    *(s for df in (1, 3.5) for s in shapes(special.stdtr, (-2, 2), before=(df,))),
    *(s for df in (1, 3.5) for s in shapes(special.stdtrit, (0.1, 0.9), before=(df,))),
    *(s for f in (special.fdtr, special.fdtrc) for n in (2, 3.5) for s in shapes(f, (0.2, 2), before=(n, 5))),
    *(s for f in (special.chdtr, special.chdtrc) for v in (2, 3.5) for s in shapes(f, (0.2, 4), before=(v,))),
    *(s for v in (2, 3.5) for s in shapes(special.chdtri, (0.1, 0.9), before=(v,))),
    *(
        Sample(f, (o, 1.5, between(0.4, 2, 3)), single=False)
        for f in (special.gdtr, special.gdtrc)
        for o in (0.7, between(1, 2, 3))
    ),
    *(s for f in (special.pdtr, special.pdtrc) for k in (0, 2, 2.5) for s in shapes(f, (0.3, 4), before=(k,))),
    *(Sample(f, (COUNTS, between(0.3, 4, 3)), single=False) for f in (special.pdtr, special.pdtrc)),
    *(s for f in (special.bdtr, special.bdtrc) for k in (0, 2, 4) for s in shapes(f, (0.1, 0.9), before=(k, 5))),
    *(s for f in (special.nbdtr, special.nbdtrc) for k in (0, 2, 4) for s in shapes(f, (0.1, 0.9), before=(k, 5))),
    *(Sample(f, (COUNTS, 5, between(0.1, 0.9, 3)), single=False) for f in (special.bdtr, special.nbdtr)),
    *(
        Sample(special.tklmbda, (x, lmbda), single=False)
        for lmbda in (0.0, 0.5, 1.0, 2.0, -0.7)
        for x in (0.3, between(-0.4, 0.4, 2, 3))
    ),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


PROGRAMS = {
    "student": lambda x: (special.stdtr(3, 2 * x) * special.stdtrit(4, x)).sum(),
    "F": lambda x: (special.fdtr(3, 5, x) * special.fdtrc(2.5, 4, 2 * x)).sum(),
    "chi squared": lambda x: (special.chdtr(3, x) * special.chdtrc(2.5, 4 * x)).sum() + special.chdtri(3, x).sum() ** 2,
    "gamma": lambda x: (special.gdtr(x, 1.5, 2 * x) * special.gdtrc(1 + x, 3, 0.7)).sum(),
    "poisson": lambda x: (special.pdtr(2, 3 * x) * special.pdtrc(COUNTS, x)).sum(),
    "binomial": lambda x: (special.bdtr(2, 5, x) * special.bdtrc(COUNTS, 5, x)).sum(),
    "negative binomial": lambda x: (special.nbdtr(2, 5, x) * special.nbdtrc(COUNTS, 3, x)).sum(),
    "tukey": lambda x: (special.tklmbda(x, 0.5) * special.tklmbda(3 * x, -0.3)).sum() + special.tklmbda(x, 2.0).sum(),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_orders_of(name):
    check_orders(PROGRAMS[name], np.array([0.25, 0.4, 0.45]), tol=1e-6)


def test_many_degrees_of_freedom_are_a_normal_distribution():
    t = np.array([-1.5, 0.3, 2.0])
    slope = grad(lambda t: special.stdtr(1e12, t).sum())(t)
    np.testing.assert_allclose(slope, np.exp(-(t**2) / 2) / np.sqrt(2 * np.pi), rtol=1e-11)


@pytest.mark.filterwarnings("ignore")
def test_beyond_its_ends_a_distribution_of_tukeys_is_constant():
    x = np.array([-3.0, -1.5, 1.5, 3.0])
    for lmbda in (0.7, 1.0, 1.5, 3.0):

        def f(x):
            return (special.tklmbda(x, lmbda) * x).sum()

        y = special.tklmbda(x, lmbda)
        constant = np.abs(x) * lmbda > 1
        np.testing.assert_array_equal(grad(f)(x)[constant], y[constant])
        np.testing.assert_array_equal(hvp(f)(x, vectors=np.ones(4))[constant], 0)
    np.testing.assert_allclose(grad(lambda x: special.tklmbda(x, 1.0).sum())(np.array([-1.0, 0.3, 1.0])), 0.5)


def test_both_tails_of_tukeys_logistic_distribution():
    x = np.array([-40.0, 40.0])
    slope = grad(lambda x: special.tklmbda(x, 0.0).sum())(x)
    np.testing.assert_allclose(slope, np.exp(-np.abs(x)), rtol=1e-12)


def test_at_the_ends():
    def binomial(p):
        return special.bdtr(np.array([0, 1, 4, 5]), 5, p).sum()

    def poisson(m):
        return special.pdtr(np.array([0, 1, 2]), m).sum()

    np.testing.assert_allclose([grad(binomial)(0.0), grad(binomial)(1.0)], -5)
    assert grad(poisson)(0.0) == -1
    assert grad(lambda a: special.gdtr(a, 0.5, 0.0))(1.5) == 0 and grad(lambda x: special.gdtr(1.5, 1, x))(0.0) == 1.5
    assert grad(lambda p: special.bdtrc(-1, 5, p))(0.3) == 0
    assert grad(lambda x: special.chdtr(2, x))(0.0) == 0.5 and grad(lambda x: special.fdtr(2, 3, x))(0.0) == 1


@pytest.mark.filterwarnings("ignore")
def test_counts_are_made_whole_as_scipy_does():
    for f in (special.bdtr, special.bdtrc, special.nbdtr, special.nbdtrc):
        for k, n in ((2.5, 5.0), (0.0, 4.7), (3.2, 6.9)):
            slope = grad(lambda p: f(k, n, p))(0.3)
            np.testing.assert_allclose(slope, (f(k, n, 0.3 + 1e-5) - f(k, n, 0.3 - 1e-5)) / 2e-5, rtol=1e-7)


def test_the_text():
    text = grad(lambda p: special.bdtr(2, 5, p)).source_for(0.5)
    assert "rest = 5 - 2" in text and "floor" not in text
