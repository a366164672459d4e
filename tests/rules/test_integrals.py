import numpy as np
import pytest

from s2sgrad.analysis.infer.table import numpy_functions
from tests import differences
from tests.rules.harness import check
from tests.rules.samples import Sample, apart, between

TRAPEZOID = getattr(np, "trapezoid", None) or np.trapz
SHAPES = ((5,), (2,), (1,), (3, 4), (2, 1, 3))


def integrals():
    for shape in SHAPES:
        for axis in range(-len(shape), len(shape)):
            yield Sample(TRAPEZOID, (between(-1, 1, *shape),), {"axis": axis})
            yield Sample(TRAPEZOID, (between(-1, 1, *shape),), {"axis": axis, "dx": 0.3})
            yield Sample(TRAPEZOID, (between(-1, 1, *shape), between(-1, 1, shape[axis])), {"axis": axis})
            yield Sample(TRAPEZOID, (between(-1, 1, *shape), between(-1, 1, *shape)), {"axis": axis})
            yield Sample(TRAPEZOID, (between(-1, 1, *shape), None, 0.3, axis))
    yield Sample(TRAPEZOID, (between(-1, 1, 4),))
    yield from (Sample(f, (between(-1, 1, 4),)) for f in numpy_functions("trapezoid trapz") if f is not TRAPEZOID)


def interpolations():
    knots = np.array([-1.0, 0.0, 0.5, 2.0])
    for x in (
        apart(-0.9, 1.8, 5),
        apart(-0.9, 1.8, 2, 3),
        between(0, 0, 0),
        -3.0,
        0.7,
        np.float64(5.0),
        np.asarray(0.2),
    ):
        yield Sample(np.interp, (x, knots, between(-1, 1, 4)), single=False)
    yield Sample(np.interp, (np.array([0.0, 1.0]) + 0.3, knots[:2], between(-1, 1, 2)), single=False)


def bins():
    x = np.array([0.1, 0.9, 2.4, 3.0, -1.0])
    for options in ({"bins": 3}, {"bins": np.array([0.0, 1.0, 3.0])}, {"bins": 2, "range": (0, 2)}):
        yield Sample(np.histogram, (x,), {**options, "weights": between(-1, 1, 5)}, weights=(1, 0), single=False)


def cells():
    x, y = np.array([0.1, 0.9, 2.4, 3.0, -1.0]), np.array([2.0, 0.3, 0.1, 1.0, 0.5])
    weights = np.random.default_rng(11).uniform(-1, 1, 5)
    for options in ({"bins": 3}, {"bins": 2, "range": ((0, 2), (0, 1))}):
        yield Sample(np.histogram2d, (x, y), {**options, "weights": weights}, weights=(1, 0, 0), single=False)


SAMPLES = [*bins(), *cells(), *integrals(), *interpolations()]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


def test_an_interpolation_in_single_precision_is_in_double_as_numpys_is():
    def f(x, knots, heights):
        return (np.interp(x, knots, heights) ** 2).sum()

    single = [a.astype(np.float32) for a in (apart(-0.9, 1.8, 5), np.array([-1.0, 0.0, 0.5, 2.0]), between(-1, 1, 4))]
    differences.check(f, *single)
