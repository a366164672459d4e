import numpy as np
import pytest

from tests.rules.harness import check
from tests.rules.samples import Sample, apart

REDUCTIONS = (np.nansum, np.nanprod, np.nanmean, np.nanvar, np.nanstd, np.nanmax, np.nanmin)
RUNNING = (np.nancumsum, np.nancumprod)


def holed(*shape, zeros=0):
    """Numbers, some of them NaN, some of the others 0."""
    x = apart(0.5, 2, *shape)
    x.flat[1::7] = np.nan
    x.flat[2::3][:zeros] = 0
    return x


def reductions():
    for function in REDUCTIONS:
        yield Sample(function, (apart(0.5, 2, 5),))
        for x in (holed(5), holed(4, 3), holed(2, 4, 3)):
            for axis in (None, 0, -1, *[(0, -1)][: x.ndim - 1]):
                yield Sample(function, (x,), {"axis": axis}, single=function is not np.nanprod)
            yield Sample(function, (x,), {"axis": 0, "keepdims": True})
    for function in (np.nanvar, np.nanstd):
        yield Sample(function, (holed(4, 4),), {"axis": 1, "ddof": 1})
    for zeros in (1, 2):
        yield Sample(np.nanprod, (holed(9, zeros=zeros),))
        yield Sample(np.nancumprod, (holed(9, zeros=zeros),))


def running():
    for function in RUNNING:
        for x in (holed(5), holed(4, 3), holed(0), holed(1, 4)):
            for axis in (None, 0, -1):
                yield Sample(function, (x,), {"axis": axis})


SAMPLES = [*reductions(), *running()]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)
