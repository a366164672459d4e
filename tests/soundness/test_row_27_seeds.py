"""Row 27: a seed of the wrong shape, dtype or structure does not broadcast, and ``grad`` wants rank 0."""

import numpy as np
import pytest

from s2sgrad import grad, value_and_grad, vjp
from s2sgrad.errors import S2SGradError
from tests.differences import right_or_refused

x = np.array([0.5, -0.7, 1.1])


def squares(x):
    return x * x


def total(x):
    return (x * x).sum()


def pair(x):
    return x * x, x.sum()


WRONG = [
    1.0, np.ones(1), np.ones((1, 3)), np.ones((3, 1)), np.ones(4), np.array(1.0), None, "a", (np.ones(3),),
    [1.0, 1.0, 1.0], np.ones(3, complex), np.asmatrix(np.ones(3)),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
@pytest.mark.parametrize("dy", WRONG, ids=repr)
def test_wrong_seed_of_an_array(dy):
    _, pullback = vjp(squares)(x)
    with pytest.raises(S2SGradError):
        pullback(dy)


@pytest.mark.parametrize("dy", [np.ones(1), np.ones(3), None, "a", (1.0,), 1j], ids=repr)
def test_wrong_seed_of_a_scalar(dy):
    _, pullback = vjp(total)(x)
    with pytest.raises(S2SGradError):
        pullback(dy)


def test_right_seeds():
    y, pullback = vjp(squares)(x)
    assert np.allclose(y, x * x)
    assert np.allclose(pullback(np.ones(3)), 2 * x)
    _, pullback = vjp(total)(x)
    for dy in (1.0, np.float64(1.0), np.array(1.0)):
        assert np.allclose(pullback(dy), 2 * x)


@pytest.mark.parametrize(
    "dy", [np.ones(3), (np.ones(3),), (np.ones(3), np.ones(1)), [np.ones(3), 1.0], (np.ones(2), 1.0)]
)
def test_structure_of_the_seed(dy):
    try:
        _, pullback = vjp(pair)(x)
    except S2SGradError:
        return
    assert np.allclose(pullback((np.ones(3), 1.0)), 2 * x + 1)
    with pytest.raises(S2SGradError):
        pullback(dy)


def one_element(x):
    return (x * x).sum(keepdims=True)


def matrix_result(x):
    return np.outer(x, x)


def tuple_result(x):
    return x.sum(), 1.0


def no_result(x):
    x.sum()


def integer_result(x):
    return 3


@pytest.mark.parametrize("transform", [grad, value_and_grad])
@pytest.mark.parametrize("program", [one_element, squares, matrix_result, tuple_result, no_result])
def test_results_that_are_no_scalar(program, transform):
    with pytest.raises(S2SGradError):
        transform(program)(x)


def test_zero_d_and_scalars_are_fine():
    right_or_refused(total, x)
    right_or_refused(zero_d, x)


def zero_d(x):
    return np.asarray((x * x).sum())


def sometimes_scalar(x, flag):
    if flag:
        return x.sum()
    return x * 2


@pytest.mark.parametrize("flag", [True, False])
def test_result_whose_rank_depends_on_a_flag(flag):
    if flag:
        right_or_refused(sometimes_scalar, x, True, wrt=0)
    else:
        with pytest.raises(S2SGradError):
            grad(sometimes_scalar)(x, False)


def sometimes_scalar_by_value(x, v):
    if v > 0:
        return x.sum()
    return x * 2


def test_result_whose_rank_depends_on_a_value():
    right_or_refused(sometimes_scalar_by_value, x, 1.0, wrt=0)
    with pytest.raises(S2SGradError):
        grad(sometimes_scalar_by_value)(x, -1.0)
