import numpy as np
import pytest

from tests.rules.harness import check, fitting
from tests.rules.samples import Sample, between

stats = pytest.importorskip("scipy.stats")

from s2sgrad.analysis.infer.lazily import MEMBERS  # noqa: E402
from s2sgrad.rules import scipy_stats  # noqa: E402
from s2sgrad.rules.registry import ADJOINTS  # noqa: E402
from s2sgrad.rules.scipy_stats import GAUSSIAN, member  # noqa: E402

SHAPES = {
    "t": (3.5,), "gamma": (2.5,), "chi2": (4.5,), "lognorm": (0.8,), "pareto": (2.5,), "weibull_min": (1.5,),
    "beta": (2.5, 1.5),
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


def gaussians():
    cov = np.array([[2.0, 0.3, 0.1], [0.3, 1.5, 0.2], [0.1, 0.2, 1.0]])
    for shape in ((3,), (4, 3)):
        yield Sample(GAUSSIAN, (between(-1, 1, *shape), between(-1, 1, 3), cov), single=False)


RULES = [m for m in MEMBERS.values() if m in ADJOINTS and m is not GAUSSIAN]
SAMPLES = [s for r in RULES for s in (counts if r.owner_name in COUNTS else continuous)(r)]


@pytest.mark.parametrize("sample", [*SAMPLES, *gaussians()], ids=str)
def test_against_differences(sample, monkeypatch):
    monkeypatch.setattr(scipy_stats, "dist", sample.function.owner)
    check(sample)


def test_every_member_of_the_table_knows_its_object():
    assert all(getattr(m.owner, m.method)(*_ordinary(m)) == m(*_ordinary(m)) for m in RULES[:5])
    assert fitting(Sample(member("norm.pdf"), (0.3,)))


def _ordinary(rule):
    return (0.5, *SHAPES.get(rule.owner_name, ()))
