import numpy as np
import pytest

from s2sgrad.rules.registry import NONDIFFERENTIABLE
from tests.rules.samples import between

STEPS = (np.sign, np.floor, np.ceil, np.rint, np.round, np.trunc, np.fix, np.isnan, np.signbit)
STEPS += (np.zeros_like, np.ones_like, np.argmax, np.argmin, np.argsort, np.shape, np.size, np.ndim)
STEPS += (np.isfinite, np.count_nonzero, np.nonzero)


@pytest.mark.parametrize("function", STEPS)
def test_a_small_change_of_the_argument_changes_nothing(function):
    assert function in NONDIFFERENTIABLE
    x = between(0.6, 0.9, 2, 3) + np.arange(6).reshape(2, 3)
    assert np.array_equal(function(x), function(x + 1e-6 * between(-1, 1, 2, 3)))
