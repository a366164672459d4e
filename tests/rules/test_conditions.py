import numpy as np
import pytest

from s2sgrad import grad, hvp, jvp
from tests.differences import check as check_program
from tests.differences import check_quickly
from tests.rules.harness import check
from tests.rules.samples import Sample

RANDOM = np.random.default_rng(0)  # of its own: samples of other files stay as they are


def between(low, high, *shape):
    return RANDOM.uniform(low, high, shape)


def regular(*shape):
    return between(-1, 1, *shape) / 2 + 2 * np.eye(shape[-1])


inf = np.inf
STACKS = ((3, 4), (4, 3), (2, 3, 4))
SQUARES = ((3, 3), (2, 2, 2), (1, 1))
SAMPLES = [
    *(Sample(np.linalg.cond, (between(-1, 1, *shape), p)) for shape in STACKS for p in (None, 2, -2)),
    *(Sample(np.linalg.cond, (regular(*shape), p)) for shape in SQUARES for p in (1, -1, inf, -inf, "fro")),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


def by_values(a):
    return (np.linalg.cond(a) ** 2).sum()


def by_columns(a):
    return (np.linalg.cond(a, 1) ** 2).sum()


def by_least_columns(a):
    return (np.linalg.cond(a, -1) ** 2).sum()


def by_rows(a):
    return (np.linalg.cond(a, np.inf) ** 2).sum()


def by_least_rows(a):
    return (np.linalg.cond(a, -np.inf) ** 2).sum()


def by_squares(a):
    return (np.linalg.cond(a, "fro") ** 2).sum()


OF_INVERSE = [by_columns, by_least_columns, by_rows, by_least_rows, by_squares]
ALL = [by_values, *OF_INVERSE]


@pytest.mark.parametrize("f", ALL)
def test_in_programs(f):
    a = between(-1, 1, 3, 3) + 2 * np.eye(3)
    check_program(f, a)
    check_program(f, a.astype(np.float32), tol=1e-3)


@pytest.mark.parametrize("f", ALL)
def test_to_second_order(f):
    a, v = between(-1, 1, 3, 3) + 2 * np.eye(3), between(-1, 1, 3, 3)
    check_quickly(lambda a: jvp(f)(a, tangents=v)[1], a, wrt=0)
    check_quickly(lambda a: np.sum(grad(f)(a) * v), a, wrt=0)
    step = 1e-6
    slopes = (grad(f)(a + step * v) - grad(f)(a - step * v)) / (2 * step)
    np.testing.assert_allclose(hvp(f)(a, vectors=v), slopes, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("f", ALL)
def test_of_a_matrix_that_is_singular_but_for_rounding_errors(f):
    # The gradient was what rounding errors make of 1 / 0 ** 2.
    for a in (np.ones((2, 2)), np.outer([1.0, 2.0, 0.3], [1.0, 0.1, 0.7])):
        assert not np.isfinite(grad(f)(a)).any()
        assert not np.isfinite(jvp(f)(a, tangents=np.eye(len(a)))[1])
    assert np.isfinite(grad(f)(np.diag([1.0, 1e-12]))).all()


@pytest.mark.parametrize("f", ALL)
def test_a_singular_matrix_does_not_change_the_gradient_of_its_neighbours(f):
    regular, singular = np.array([[3.0, 1.0], [1.0, 2.0]]), np.array([[1.0, 2.0], [2.0, 4.0]])
    stack = np.stack([regular, singular])
    gradient = grad(f)(stack)
    np.testing.assert_allclose(gradient[0], grad(f)(regular), atol=1e-12)
    assert np.isnan(gradient[1]).all()


@pytest.mark.parametrize("f", OF_INVERSE)
def test_the_value_is_infinite_and_the_slope_unknown_at_a_singular_matrix(f):
    value, tangent = jvp(f)(np.array([[1.0, 2.0], [2.0, 4.0]]), tangents=np.ones((2, 2)))
    assert value == inf and np.isnan(tangent)
