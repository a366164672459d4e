import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Sample, between


def slopes():
    for shape in ((5,), (2,), (3, 4), (2, 2, 3)):
        for axis in range(-len(shape), len(shape)):
            yield Sample(np.gradient, (between(-1, 1, *shape),), {"axis": axis})
            yield Sample(np.gradient, (between(-1, 1, *shape), 0.3), {"axis": axis})
            if shape[axis] > 2:
                yield Sample(np.gradient, (between(-1, 1, *shape),), {"axis": axis, "edge_order": 2})
                yield Sample(np.gradient, (between(-1, 1, *shape), 0.3), {"axis": axis, "edge_order": 2})
    yield Sample(np.gradient, (between(-1, 1, 5),))
    for n in (2, 3, 6):
        yield Sample(np.gradient, (between(-1, 1, n), np.arange(n) + between(0, 0.5, n)))
    for shape, axis in (((4, 2), 0), ((2, 3), -1), ((2, 4, 3), 1), ((1, 2), 1)):
        places = np.arange(shape[axis]) + between(0, 0.5, shape[axis])
        yield Sample(np.gradient, (between(-1, 1, *shape), places), {"axis": axis})
    for shape, axis in (((3,), None), ((4,), -1), ((4, 2), 0), ((2, 3), -1), ((2, 4, 3), 1), ((1, 5), 1)):
        places = np.arange(shape[axis or 0]) + between(0, 0.5, shape[axis or 0])
        yield Sample(np.gradient, (between(-1, 1, *shape), places), {"axis": axis, "edge_order": 2})
        yield Sample(np.gradient, (between(-1, 1, *shape), np.asarray(0.3)), {"axis": axis, "edge_order": 2})


SAMPLES = [*slopes()]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)
