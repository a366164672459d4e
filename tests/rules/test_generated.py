"""The helper that generated code may call, differentiated again."""

import pytest

from s2sgrad.printed import sum_to
from tests.rules.harness import check
from tests.rules.samples import Sample, between

SHAPES = [((2, 3), (2, 3)), ((2, 3), (1, 3)), ((4, 2, 3), (2, 1)), ((4, 2), ()), ((0, 2), (1, 2))]
SAMPLES = [Sample(sum_to, (between(-1, 1, *shape), wanted)) for shape, wanted in SHAPES]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)
