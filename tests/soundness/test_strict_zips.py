"""``zip(..., strict=True)``: as without it, and where lengths differ the gradient raises, as the function does."""

import numpy as np
import pytest

from s2sgrad import grad, jvp, value_and_grad
from tests.differences import check, refused

X = np.array([0.31, -0.42, 1.1])
W = np.array([0.7, 1.3, -0.6])


def products(x, w):
    total = 0.0
    for a, b in zip(x, w, strict=True):
        total = total + a * b**2
    return total


def sums(x, w):
    total = 0.0
    for a, b in zip(x, w, strict=True):
        total = total + a + 2 * b
    return total


def as_a_sum(x, w):
    return sum(a * np.sin(b) for a, b in zip(x, w, strict=True))


def numbered(x, w):
    total = 0.0
    for k, (a, b) in enumerate(zip(x, w, strict=True)):
        total = total + k * a * b
    return total


def beside_a_range(x, w):
    total = 0.0
    for k, a, b in zip(range(3), x, w, strict=True):
        total = total + k * a * b
    return total


def of_lists(x, w):
    total = 0.0
    for a, b in zip([x, w * 2], [w, x], strict=True):
        total = total + np.sum(a * b**2)
    return total


def of_layers(x, w):
    h = 1.0
    for (a, b), activation in zip([(x, 2.0), (w, 3.0)], (np.tanh, np.sin), strict=True):
        h = activation(h * a + b)
    return np.sum(h)


def of_a_dict(x, w):
    d = {"a": x, "b": w}
    total = 0.0
    for key, value, factor in zip(d, d.values(), (1, 2), strict=True):
        total = total + np.sum(value**2 * d[key]) * factor
    return total


def left_early(x, w):
    total = 0.0
    for a, b in zip(x, w, strict=True):
        if a > 1.0:
            break
        total = total + a * b
    return total


WALKS = [products, sums, as_a_sum, numbered, beside_a_range]


@pytest.mark.parametrize("program", [*WALKS, of_lists, of_layers, of_a_dict, left_early])
def test_equal_lengths(program):
    check(program, X, W, wrt=(0, 1))


@pytest.mark.parametrize("program", WALKS)
@pytest.mark.parametrize("lengths", [(3, 2), (2, 3)])
def test_different_lengths_raise_as_the_function_does(program, lengths):
    x, w = X[: lengths[0]], W[: lengths[1]]
    with pytest.raises(ValueError, match="zip"):
        program(x, w)
    with pytest.raises((ValueError, AssertionError)):
        grad(program, (0, 1))(x, w)
    with pytest.raises(ValueError, match="zip"):
        jvp(program)(x, w, tangents=x)


def test_a_loop_left_before_the_shorter_one_ends():
    assert np.array_equal(grad(left_early)(X, W[:2].tolist() + [0.0, 1.0]), [0.7, 1.3, 0.0])


def the_inner_one_alone(x, w):
    total = 0.0
    for (a, b), c in zip(zip(x, w, strict=True), x, strict=False):
        total = total + a * b * c
    return total


def never_equal(x, w):
    total = 0.0
    for f, v in zip((np.sin, np.exp), (x, w, x), strict=True):
        total = total + np.sum(f(v))
    return total


@pytest.mark.parametrize("program", [the_inner_one_alone, never_equal])
def test_refused(program):
    refused(program, X, W, wrt=0)


def asserted_by_the_user(x):
    values, weights = [x[0], x[1]], [x[1], x[2]]
    total = 0.0
    for a, b in zip(values, weights, strict=True):
        total = total + a * b**2
    values.append(x[0])
    assert len(values) == len(weights)
    return total


def test_an_assertion_of_the_users_stays():
    """It was left out as one that the loop had made, although the list grew behind the loop."""
    with pytest.raises(AssertionError):
        value_and_grad(asserted_by_the_user)(X)
