import numpy as np
import pytest

from s2sgrad import grad, hvp
from tests.rules.harness import check
from tests.rules.samples import Sample, between


def regular(*shape):
    return between(-1, 1, *shape) + 3 * np.eye(shape[-1])


STACK = np.random.default_rng(11).uniform(-1, 1, (2, 3, 3)) + 3 * np.eye(3)
SAMPLES = [
    *(Sample(np.linalg.matrix_power, (regular(*shape), n)) for shape in ((3, 3), (1, 1)) for n in range(-3, 6)),
    *(Sample(np.linalg.matrix_power, (regular(2, 3, 3), n)) for n in (-2, -1, 2, 3)),
    *(Sample(np.linalg.matrix_power, (STACK, n)) for n in (-5, 0, 1, 4, 7)),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


@pytest.mark.parametrize("n", [-4, 4, 5, 11])
def test_second_derivatives(n):
    def f(a):
        return (np.linalg.matrix_power(a, n) ** 2).sum()

    def squared(a):
        return (grad(f)(a) ** 2).sum()

    rng = np.random.default_rng(1)
    a, v = rng.uniform(-0.3, 0.3, (3, 3)) + np.eye(3), rng.uniform(-1, 1, (3, 3))
    step = 1e-4
    expected = (8 * (grad(f)(a + step * v) - grad(f)(a - step * v)) - grad(f)(a + 2 * step * v)) / (12 * step)
    expected += grad(f)(a - 2 * step * v) / (12 * step)
    np.testing.assert_allclose(hvp(f)(a, vectors=v), expected, rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(grad(squared)(a), 2 * hvp(f)(a, vectors=grad(f)(a)), rtol=1e-10)
