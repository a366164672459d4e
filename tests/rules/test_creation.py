import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Known, Sample, between, numbers


def sequences():
    for value in [between(-1, 1, 3), *numbers(-1, 1)]:
        yield Sample(np.full, ((2, 3), value), single=False)
        yield Sample(np.full_like, (between(-1, 1, 2, 3), value))
    for endpoint in (True, False):
        for n in (1, 2, 5):
            yield Sample(np.linspace, (0.5, 2.5, n), {"endpoint": endpoint}, single=False)
        yield Sample(np.linspace, (np.float64(0.5), Known(2), 3, endpoint), single=False)
    yield Sample(np.linspace, (0.5, 2.5))
    yield from (Sample(np.arange, args) for args in ((4.5,), (0.5, 4.2), (0.5, 4.2, 0.75), (np.float64(4.5),)))


SAMPLES = list(sequences())


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)
