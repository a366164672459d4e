import numpy as np
import pytest

from s2sgrad import grad, jvp
from tests.differences import check as check_program
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


def largest_from_a_value(x, s):
    rows = np.nanmax(x, axis=1, initial=-2.0, keepdims=True)
    return (rows**2).sum() + np.exp(np.nanmax(x, axis=0, initial=s)).sum() + np.nanmax(x, initial=0.1, where=x < 0.5)


def least_from_a_value(x, s):
    some = np.nanmin(x, axis=1, initial=s, where=x > 0, keepdims=True)
    return (some**2).sum() + np.exp(np.nanmin(x, axis=0, initial=0)).sum() * np.nanmin(x, initial=s)


@pytest.mark.parametrize("f", [largest_from_a_value, least_from_a_value])
@pytest.mark.parametrize("shape", [(3, 4), (2, 0), (0, 3), (0, 0)])
def test_extremes_from_a_value_of_numbers_that_may_be_missing(f, shape):
    numbers = apart(-1, 1, *shape)
    nothing = np.where(np.arange(len(numbers))[:, None] == 1, np.nan, numbers)
    check_program(f, numbers, 0.3)
    for x in (numbers, nothing):
        check_program(f, x, 0.3, wrt=1)
        slope, rate = grad(f, (0, 1))(x, 0.3)
        _, tangent = jvp(f, (0, 1))(x, 0.3, tangents=(np.where(np.isnan(x), 0, 1.5), -0.7))
        assert slope.shape == shape and (slope[np.isnan(x)] == 0).all()
        np.testing.assert_allclose(tangent, (1.5 * slope).sum() - 0.7 * rate)


def test_the_second_derivative_of_an_extreme_from_a_value():
    check_program(lambda x: np.sum(grad(largest_from_a_value)(x, 0.3) * np.cos(x)), apart(-1, 1, 3, 4))
    assert grad(lambda x: np.sum(grad(largest_from_a_value)(x, 0.3)))(np.zeros((2, 0))).shape == (2, 0)
