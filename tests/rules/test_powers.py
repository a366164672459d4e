import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Sample, between


def regular(*shape):
    return between(-1, 1, *shape) + 3 * np.eye(shape[-1])


SAMPLES = [
    *(Sample(np.linalg.matrix_power, (regular(*shape), n)) for shape in ((3, 3), (1, 1)) for n in range(-3, 6)),
    *(Sample(np.linalg.matrix_power, (regular(2, 3, 3), n)) for n in (-2, -1, 2, 3)),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)
