import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Sample, between

WIDTHS = (2, 0, 9, (1, 3), (0, 2), (7, 0), ((2, 8),))


def samples():
    for mode in ("edge", "reflect", "symmetric", "wrap"):
        for width in WIDTHS:
            for n in (1, 2, 4):
                yield Sample(np.pad, (between(-2, 2, n), width, mode))
        yield Sample(np.pad, (between(-2, 2, 3, 1), ((0, 1), (2, 2)), mode))
    for mode in ("reflect", "symmetric"):
        for width in (2, (3, 5)):
            yield Sample(np.pad, (between(-2, 2, 4), width, mode), {"reflect_type": "odd"})
        yield Sample(np.pad, (between(-2, 2, 3, 2), ((0, 0), (1, 4)), mode), {"reflect_type": "odd"})


SAMPLES = list(samples())


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


@pytest.mark.parametrize("mode", ["symmetric", "wrap"])
def test_nothing_around_nothing(mode):
    check(Sample(np.pad, (np.zeros(0), 0, mode)))
