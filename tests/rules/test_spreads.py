import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import check as check_program
from tests.differences import check_pullback, refused
from tests.rules.harness import check
from tests.rules.samples import Sample

RANDOM = np.random.default_rng(0)  # of its own: samples of other files stay as they are

NEW = int(np.__version__.split(".")[0]) >= 2
SHAPES = (((4, 3), 0), ((4, 3), 1), ((2, 3, 2), (0, 2)), ((4,), None), ((2, 3), None), ((1, 4), -1))


def between(low, high, *shape):
    return RANDOM.uniform(low, high, shape)


def spreads():
    for function in (np.var, np.std):
        for shape, axis in SHAPES:
            mean = np.mean(np.zeros(shape), axis=axis, keepdims=True) + between(0, 1)
            for more in ({}, {"ddof": 1 if shape != (1, 4) else 2, "keepdims": True}):
                yield Sample(function, (between(-1, 1, *shape),), {"axis": axis, "mean": mean, **more})


SAMPLES = [*spreads()] if NEW else []
needs_numpy_2 = pytest.mark.skipif(not NEW, reason="the keyword came with NumPy 2.0")


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


def standardized(x):
    mean = np.mean(x, axis=0, keepdims=True)
    skewness = (((x - mean) / np.std(x, axis=0, mean=mean, keepdims=True)) ** 3).sum()
    return skewness + x.var(mean=np.reshape(x[0, 0], (1, 1)))


@needs_numpy_2
def test_in_programs():
    x = between(-1, 1, 4, 3)
    check_program(standardized, x)
    check_program(lambda x: np.sum(grad(standardized)(x) * np.cos(x)), x)
    check_pullback(lambda x, m: np.var(x, axis=1, mean=m, ddof=1), x, between(0, 1, 4, 1))


@needs_numpy_2
def test_the_deviation_of_a_constant_has_slope_0():
    slope = grad(lambda x: np.std(x, axis=0, mean=np.mean(x, axis=0, keepdims=True)).sum())(np.full((4, 3), 0.5))
    assert np.array_equal(slope, np.zeros((4, 3)))


@needs_numpy_2
@pytest.mark.parametrize("shape", [(3,), (4, 3), (1, 1), (4, 1), ()])
def test_a_mean_of_another_shape_is_refused(shape):
    refused(lambda x, m: np.sum(np.var(x, axis=0, mean=m)), between(-1, 1, 4, 3), between(0, 1, *shape))
