import importlib
import importlib.util
import operator

import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Sample, between

sparse = importlib.import_module("scipy.sparse") if importlib.util.find_spec("scipy") else None


def matrix(*shape):
    return sparse.csr_array(np.where(between(0, 1, *shape) > 0.4, between(-1, 1, *shape), 0))


def samples():
    for shape in ((2, 3), (3, 3), (1, 3)):
        yield Sample(operator.matmul, (matrix(*shape), between(-1, 1, shape[1])))
        yield Sample(operator.matmul, (matrix(*shape), between(-1, 1, shape[1], 4)))
        yield Sample(operator.matmul, (between(-1, 1, shape[0]), matrix(*shape)))
        yield Sample(operator.matmul, (between(-1, 1, 4, shape[0]), matrix(*shape)))


SAMPLES = list(samples()) if sparse else []


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: str(sample.values[0].shape))
def test_against_differences(sample):
    check(sample)
