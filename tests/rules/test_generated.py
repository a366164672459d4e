"""The helpers that generated code may call, differentiated again."""

import numpy as np
import pytest

from s2sgrad.printed import (
    cofactors,
    cofactors_along,
    inverse_or_nan,
    nan_if_close,
    pinv_of_rank,
    power_along,
    sum_to,
)
from tests.rules.harness import check
from tests.rules.samples import Sample, between

SHAPES = [((2, 3), (2, 3)), ((2, 3), (1, 3)), ((4, 2, 3), (2, 1)), ((4, 2), ()), ((0, 2), (1, 2))]
SQUARE = ((3, 3), (1, 1), (2, 3, 3), (2, 1, 2, 2), (0, 2, 2))
OWN = np.random.default_rng(11)
"""What was added later draws here, so that the numbers of all other samples stay as they are."""


def regular(*shape):
    return between(-1, 1, *shape) + 3 * np.eye(shape[-1])


SAMPLES = [
    *(Sample(sum_to, (between(-1, 1, *shape), wanted)) for shape, wanted in SHAPES),
    *(Sample(cofactors, (regular(*shape),)) for shape in SQUARE),
    *(Sample(inverse_or_nan, (regular(*shape),)) for shape in SQUARE),
    *(Sample(cofactors_along, (regular(*shape), between(-1, 1, *shape)), single=False) for shape in SQUARE),
    *(
        Sample(power_along, (OWN.uniform(-1, 1, shape) + np.eye(shape[-1]), OWN.uniform(-1, 1, shape), n))
        for shape, n in zip(SQUARE, (5, -3, 6, 0, 4), strict=True)
    ),
    *(Sample(pinv_of_rank, (between(-1, 1, *shape), min(shape)), single=False) for shape in ((4, 3), (2, 3), (1, 1))),
    *(Sample(nan_if_close, (between(1, 2, 2, *shape), between(1, 2, 2, 3))) for shape in ((3,), (3, 3), (0, 3))),
]


def test_rounding_errors_are_told_by_the_largest_value_of_each_matrix():
    w = np.array([[1e9, 1.0, 1.0], [1.0, 1.0, 0.0]])
    x = np.full((2, 3), 1e-8)
    np.testing.assert_array_equal(np.isnan(nan_if_close(x, w)), [[True] * 3, [False] * 3])
    single = nan_if_close(np.float32([1e-6, 1e-5]), np.float32([1.0, 0.5]))
    assert single.dtype == np.float32 and np.isnan(single).tolist() == [True, False]


def test_the_derivative_of_a_first_power_is_no_view():
    a, d = np.random.default_rng(1).uniform(-1, 1, (2, 3, 3))
    assert not np.shares_memory(power_along(a, d, 1), d)
    np.testing.assert_array_equal(power_along(a, d, 1), d)


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)
