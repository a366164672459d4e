"""Derivatives of partial applications."""

import functools

import numpy as np
import pytest

from s2sgrad import grad, value_and_grad, vjp
from s2sgrad.errors import ArgumentError

x = np.array([0.5, -0.7, 1.1])
w = np.array([1.0, 2.0, 3.0])


def weighed(v, k, w=1.0, *, scale=2.0):
    return (v**k * w * scale).sum()


def test_keywords_given():
    cube = functools.partial(weighed, k=3)
    assert np.allclose(grad(cube)(x), 6 * x**2)
    assert np.allclose(grad(cube)(x, k=2), 4 * x)
    assert np.allclose(grad(functools.partial(weighed, k=2, w=w))(x), 4 * x * w)


def test_arguments_given():
    of_x = functools.partial(weighed, x, 2)
    assert np.allclose(grad(of_x)(w), 2 * x**2)
    assert np.allclose(grad(of_x, "scale")(w, scale=3.0), (x**2 * w).sum())


def test_partial_of_partial():
    inner = functools.partial(functools.partial(weighed, k=2), scale=1.0)
    value, gradient = value_and_grad(inner)(x)
    assert value == inner(x)
    assert np.allclose(gradient, 2 * x)
    y, pullback = vjp(inner)(x)
    assert y == value
    assert np.allclose(pullback(2.0), 4 * x)


def test_what_is_given_is_read_when_it_is_called():
    given = w.copy()
    derivative = grad(functools.partial(weighed, k=1, w=given))
    before = derivative(x)
    given *= 2
    assert np.allclose(derivative(x), 2 * before)


def starred(*parts, k=2):
    return sum(p**k for p in parts)


def test_refused():
    with pytest.raises(ArgumentError, match="takes any number of arguments"):
        grad(functools.partial(starred, 1.0))
    with pytest.raises(ArgumentError, match="is not written in Python"):
        grad(functools.partial(np.sum, axis=0))
