import numpy as np
import pytest

from tests.rules.harness import check, fitting
from tests.rules.samples import Sample, between

stats = pytest.importorskip("scipy.stats")

from scipy import special  # noqa: E402, F401

from s2sgrad import grad, hvp  # noqa: E402
from s2sgrad.analysis.infer.lazily import MEMBERS  # noqa: E402
from s2sgrad.rules import scipy_cumulative, scipy_multivariate, scipy_stats  # noqa: E402
from s2sgrad.rules.registry import ADJOINTS  # noqa: E402
from s2sgrad.rules.scipy_stats import member  # noqa: E402
from tests.differences import check as check_program  # noqa: E402

SHAPES = {
    "t": (3.5,), "gamma": (2.5,), "chi2": (4.5,), "lognorm": (0.8,), "pareto": (2.5,), "weibull_min": (1.5,),
    "beta": (2.5, 1.5), "truncnorm": (-1.5, 2.5), "vonmises": (1.7,),
}  # fmt: skip
PLACES = {"pareto": (1.3, 2.5), "uniform": (0.2, 0.8), "beta": (0.2, 0.8)}
COUNTS = {"poisson": (1.7,), "binom": (5, 0.3), "bernoulli": (0.4,), "nbinom": (3.5, 0.4), "geom": (0.3,)}


def continuous(rule):
    shapes, places = SHAPES.get(rule.owner_name, ()), PLACES.get(rule.owner_name, (0.4, 2.0))
    low, high = (0.2, 0.8) if rule.method == "ppf" else places
    if rule.owner_name in ("norm", "beta") or rule.method == "logpdf":
        yield Sample(rule, (float(between(low, high)), *shapes), single=False)
    inside = between(low, high, 2) if rule.method == "ppf" else between(low * 1.5 - 0.1, high * 1.5 - 0.1, 2)
    yield Sample(rule, (inside, *shapes, -0.1, 1.5), single=False)


def counts(rule):
    first = 0 if rule.owner_name == "bernoulli" else 1
    yield Sample(rule, (first, *COUNTS[rule.owner_name]), single=False)
    *whole, p = COUNTS[rule.owner_name]
    yield Sample(rule, (np.array([[1], [1]]), *whole, p + between(0, 0.1, 3)), single=False)


SEVERAL = (scipy_multivariate.GAUSSIAN, scipy_multivariate.ENTROPY, scipy_multivariate.DIRICHLET)
RULES = [m for m in MEMBERS.values() if m in ADJOINTS and m not in SEVERAL]
SAMPLES = [s for r in RULES for s in (counts if r.owner_name in COUNTS else continuous)(r)]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample, monkeypatch):
    monkeypatch.setattr(scipy_stats, "dist", sample.function.owner)
    monkeypatch.setattr(scipy_cumulative, "dist", sample.function.owner)
    check(sample)


def test_every_member_of_the_table_knows_its_object():
    assert all(getattr(m.owner, m.method)(*_ordinary(m)) == m(*_ordinary(m)) for m in RULES[:5])
    assert fitting(Sample(member("norm.pdf"), (0.3,)))


def _ordinary(rule):
    return (0.5, *SHAPES.get(rule.owner_name, ()))


# Derivatives in parameters of shape call special functions, which this file knows.


def truncated(x, low, high, loc, scale):
    return (stats.truncnorm.logpdf(x, low, high, loc=loc, scale=scale) * np.arange(1.0, 4.0)).sum()


def around(x, kappa, loc):
    return (stats.vonmises.logpdf(x, kappa, loc) * np.arange(1.0, 4.0)).sum()


@pytest.mark.parametrize(
    "f, args",
    [
        (truncated, (between(-1, 1, 3), -2.0, 1.5, 0.1, 1.3)),
        (truncated, (between(-1, 1, 2, 3), between(-4, -3, 3), between(3, 4, 2, 1), 0.1, between(1, 2, 3))),
        (truncated, (between(6, 7, 3), 5.5, 8.0, 0.1, 1.0)),  # in the tail, where no mass is left
        (around, (between(-9, 9, 3), 0.7, 0.3)),
        (around, (between(-1, 1, 2, 3), between(0.1, 3, 3), between(-1, 1, 2, 1))),
        (around, (between(-1, 1, 3), 900.0, 0.3)),  # where the Bessel functions alone are infinite
    ],
)
def test_broadcast_and_to_second_order(f, args):
    check_program(f, *args)
    for k in range(len(args)):
        slope = grad(f, k)
        check_program(lambda *a, slope=slope: np.sum(slope(*a) ** 2), *args)


def test_a_normal_density_between_infinite_bounds_is_a_normal_density():
    def f(x):
        return stats.truncnorm.logpdf(x, -np.inf, np.inf).sum()

    x = between(-2, 2, 3)
    np.testing.assert_allclose(grad(f)(x), -x, rtol=1e-15)
    np.testing.assert_allclose(hvp(f)(x, vectors=np.ones(3)), -np.ones(3), rtol=1e-15)


def test_outside_of_the_bounds_everything_has_slope_zero():
    def f(x, low, scale):
        return np.exp(stats.truncnorm.logpdf(x, low, 2.0, scale=scale)).sum()

    gradients = grad(f, (0, 1, 2))(np.array([-3.0, 5.0]), -1.0, 1.5)
    assert all(np.all(g == 0) for g in gradients)


def test_a_bound_of_a_truncated_density_at_far_away_places():
    # At its lower bound the density is the derivative of the logarithm of its mass.
    def f(low):
        return stats.truncnorm.logpdf(30.5, low, np.inf)

    expected = np.exp(stats.norm.logpdf(30.0) - stats.norm.logsf(30.0))
    np.testing.assert_allclose(grad(f)(30.0), expected, rtol=1e-11)


def test_a_concentration_of_zero_is_a_uniform_density():
    def f(kappa, x):
        return stats.vonmises.logpdf(x, kappa)

    np.testing.assert_allclose(grad(f)(0.0, 0.4), np.cos(0.4), rtol=1e-15)
