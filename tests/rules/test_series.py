import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Sample, between


def averages():
    for shape in ((4,), (2, 3), (2, 3, 2)):
        for axis in (None, *range(-len(shape), len(shape))):
            yield Sample(np.average, (between(-1, 1, *shape),), {"axis": axis})
            yield Sample(np.average, (between(-1, 1, *shape),), {"axis": axis, "weights": between(0.5, 1, *shape)})
            if axis is not None:
                options = {"axis": axis, "weights": between(0.5, 1, shape[axis])}
                yield Sample(np.average, (between(-1, 1, *shape),), options)
                yield Sample(np.average, (between(-1, 1, *shape),), {**options, "keepdims": True})


def convolutions():
    for a, v in ((5, 3), (3, 5), (4, 4), (1, 3), (4, 1), (6, 2)):
        for mode in ("full", "same", "valid"):
            for function in (np.convolve, np.correlate):
                yield Sample(function, (between(-1, 1, a), between(-1, 1, v), mode))
    yield Sample(np.convolve, (between(-1, 1, 4), between(-1, 1, 3)))
    yield Sample(np.correlate, (between(-1, 1, 4), between(-1, 1, 3)))


def counts():
    x = np.array([0, 2, 2, 1, 5])
    for minlength in (0, 9):
        yield Sample(np.bincount, (x,), {"weights": between(-1, 1, 5), "minlength": minlength}, single=False)
        yield Sample(np.bincount, (x, between(-1, 1, 5), minlength), single=False)


SAMPLES = [*averages(), *convolutions(), *counts()]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)
