import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Known, Sample, between, numbers


def sequences():
    for value in [between(-1, 1, 3), *numbers(-1, 1)]:
        yield Sample(np.full, ((2, 3), value), single=False)
        yield Sample(np.full_like, (between(-1, 1, 2, 3), value))
    yield Sample(np.full_like, (between(-1, 1, 2, 3), between(-1, 1, 1, 3)), {"dtype": "float64"}, single=False)
    for endpoint in (True, False):
        for n in (1, 2, 5):
            yield Sample(np.linspace, (0.5, 2.5, n), {"endpoint": endpoint}, single=False)
        yield Sample(np.linspace, (np.float64(0.5), Known(2), 3, endpoint), single=False)
        for start, stop in (((3,), ()), ((), (2, 3)), ((2, 1), (1, 3))):
            for axis in (0, -1):
                ends = [between(-1, 1, *s) if s else 0.5 for s in (start, stop)]
                yield Sample(np.linspace, (*ends, 4), {"endpoint": endpoint, "axis": axis}, single=False)
        for ends in ((0.5, 2.5), (np.float64(2.5), 0.3)):
            yield Sample(np.logspace, (*ends, 4), {"endpoint": endpoint}, single=False)
            yield Sample(np.logspace, (*ends, 1), {"endpoint": endpoint, "base": 2.0}, single=False)
            yield Sample(np.geomspace, (*ends, 4), {"endpoint": endpoint}, single=False)
    yield Sample(np.geomspace, (-0.5, -2.5), single=False)
    yield Sample(np.linspace, (0.5, 2.5))
    yield from (Sample(np.arange, args) for args in ((4.5,), (0.5, 4.2), (0.5, 4.2, 0.75), (np.float64(4.5),)))


SAMPLES = list(sequences())


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)
