import numpy as np
import pytest

from s2sgrad.analysis.infer.ufunc_methods import ufunc_method
from tests.rules.harness import check
from tests.rules.samples import Sample, apart, between

REDUCED = [ufunc_method(f, "reduce") for f in (np.logaddexp, np.hypot, np.subtract, np.divide)]
RUNNING = [ufunc_method(f, "accumulate") for f in (np.maximum, np.minimum)]
TABLES = [ufunc_method(f, "outer") for f in (np.add, np.subtract, np.multiply, np.divide, np.power, np.hypot)]
SLICES = [ufunc_method(f, "reduceat") for f in (np.add, np.multiply, np.maximum, np.minimum)]
EXTREMES = [ufunc_method(f, "outer") for f in (np.maximum, np.minimum)]


def samples():
    for method in REDUCED:
        for shape in ((5,), (3, 2), (2, 1, 3), (1,), (2, 0)):
            for axis in range(-len(shape), len(shape)):
                if shape[axis]:
                    yield Sample(method, (between(0.5, 2, *shape),), {"axis": axis})
        yield Sample(method, (between(0.5, 2, 3, 2),), {"axis": 1, "keepdims": True})
    for method in RUNNING:
        for shape in ((6,), (3, 4), (2, 3, 2), (1,), (0,)):
            for axis in range(-len(shape), len(shape)):
                yield Sample(method, (apart(-1, 1, *shape),), {"axis": axis})
    for method in TABLES + EXTREMES:
        for a, b in (((3,), (4,)), ((2, 3), (2,)), ((), (3,)), ((2,), ()), ((0,), (2,)), ((2,), (1, 2, 1))):
            yield Sample(method, (apart(0.5, 2, *a), apart(0.55, 2.1, *b)))
    for method in SLICES:
        for indices in ([0, 2], [0, 2, 1], [3], [1, 1, 4, 0]):
            for axis, shape in ((0, (5,)), (0, (5, 2)), (-1, (2, 5)), (1, (2, 5, 2))):
                yield Sample(method, (apart(-1, 1, *shape), np.array(indices)), {"axis": axis})
    zeros = np.array([1.5, 0.0, 2.0, 0.0, 0.0, 0.7])
    yield Sample(ufunc_method(np.multiply, "reduceat"), (zeros, np.array([0, 3, 5])))


SAMPLES = list(samples())


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


@pytest.mark.parametrize("method", [REDUCED[0], REDUCED[1]])
def test_nothing_at_all_gives_nothing(method):
    from tests.rules.test_conventions import adjoints

    x = np.full((3, 2), -np.inf if method.ufunc is np.logaddexp else 0.0)
    assert np.all(adjoints(method, x, dy=np.ones(2))[0] == 0)
