"""Arrays from which each element of a result is chosen."""

import numpy as np
import pytest

from tests.differences import check, check_pullback, refused


def by_number(k, a, b, s):
    return np.choose(k, [a, b * 2, s])


def wrapped(k, a, b):
    return np.choose(k + 3, [a, b], mode="wrap")


def by_condition(x, y, s):
    return np.select([x > 0.7, x > 0.4, y > 9], [y * x, x**2, y], s)


def without_default(x, r):
    return np.select([x > 0.5], [r])


def helper(x, s):
    return np.select([x > 0.6], [x * s])


def through_a_helper(x, s):
    return (helper(x, s) ** 2).sum()


X = np.array([[0.2, 0.55, 0.9], [0.75, 0.45, 0.3]])


@pytest.mark.parametrize("dtype", [float, np.float32])
def test_a_choice_by_number(dtype):
    v = np.arange(4.0).astype(dtype)
    check_pullback(by_number, np.array([2, 0, 1, 0]), v, v + 1, 0.5)
    check_pullback(wrapped, np.array([2, 0, 1, 0]), v, v + 1)
    check_pullback(by_number, np.array([[2], [0]]), v, v[:1], 0.5)


@pytest.mark.parametrize("dtype", [float, np.float32])
def test_a_choice_by_condition(dtype):
    x = X.astype(dtype)
    check_pullback(by_condition, x, x + 1, 0.5)
    check_pullback(without_default, x, x[0])
    check_pullback(without_default, x[:0], x[0])
    check(through_a_helper, X, 0.7)


def test_an_infinity_that_is_not_chosen_stays_away():
    def f(x):
        return np.select([x > 0], [np.sqrt(x)]).sum()

    from s2sgrad import grad

    with np.errstate(invalid="ignore"):
        assert np.array_equal(grad(f)(np.array([-1.0, 4.0])), [0, 0.25])


def test_choices_that_are_not_written_out_are_refused():
    def f(k, a):
        choices = [a, a * 2]
        return np.choose(k, choices).sum()

    refused(f, np.array([0, 1]), np.array([1.0, 2.0]), match="which arrays these are|differentiated")
