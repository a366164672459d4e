import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Sample, apart

SHAPES = ((5,), (4,), (1,), (4, 3), (3, 1, 4))


def axes_of(shape):
    return (None, *range(-len(shape), len(shape)), *[(0, -1)][: len(shape) - 1])


def holed(x):
    x.flat[1::7] = np.nan
    return x


def medians():
    for shape in SHAPES:
        for axis in axes_of(shape):
            for keepdims in (False, True):
                yield Sample(np.median, (apart(-2, 2, *shape),), {"axis": axis, "keepdims": keepdims})
                if 1 not in shape:
                    yield Sample(np.nanmedian, (holed(apart(-2, 2, *shape)),), {"axis": axis, "keepdims": keepdims})


def sorted_ones():
    for shape in ((5,), (4, 3), (3, 1, 4), (0,)):
        yield Sample(np.sort, (apart(-2, 2, *shape),), {"axis": None})
        yield Sample(np.sort, (apart(-2, 2, *shape),), {"kind": "stable"})
    yield Sample(np.sort, (apart(-2, 2, 4, 3),), {"kind": "quicksort", "axis": 0})
    for axis in (0, 1, -1):
        yield Sample(np.partition, (apart(-2, 2, 4, 3), 1), {"axis": axis})
        yield Sample(np.partition, (apart(-2, 2, 4, 3), (0, 2)), {"axis": axis})
    yield Sample(np.partition, (apart(-2, 2, 6), 2))


SAMPLES = [*medians(), *sorted_ones()]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)
