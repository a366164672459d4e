"""A count divides what is small before a large array is multiplied; other divisors stay where they are."""

import numpy as np
import pytest

from s2sgrad import grad, vjp
from s2sgrad.adjoint import group
from s2sgrad.adjoint.divided import early
from s2sgrad.analysis.facts import Dim, array, numpy_scalar, python
from s2sgrad.quote import quote
from tests.differences import check

x = np.array([[0.3, -1.2, 0.3], [2.0, 2.0, 0.5]])
w = np.array([0.7, -0.4])


def largest(x, w):
    return (w * x.max(axis=1) ** 2).sum()


def smallest(x, w):
    return (w[:, None] * np.min(x, axis=1, keepdims=True)).sum() * x.min()


def largest_of_all(x, w):
    return np.sin(x.max()) * w.sum()


def some(x, w):
    return (w * np.max(x, axis=1, where=x < 1.9, initial=-9.0)).sum() + (w * np.nanmax(x, axis=1)).sum()


def mean_of_squares(x, w):
    return (w * (x**2).mean(axis=1)).sum()


@pytest.mark.parametrize(
    ("function", "line"),
    [
        (largest, "dx = dmax_x[:, None] / n_max * is_max"),
        (smallest, "/ n_min * is_min"),
        (largest_of_all, "/ is_max.sum() * is_max"),
        (mean_of_squares, "/ x.shape[1] * x"),
    ],
)
def test_the_small_one_is_divided(function, line):
    assert line in grad(function, ("x", "w")).source_for(x, w)


@pytest.mark.parametrize("function", [largest, smallest, largest_of_all, some, mean_of_squares])
def test_against_differences(function):
    rows = np.random.default_rng(0).permuted(np.arange(6.0)).reshape(2, 3) / 5
    check(function, rows, w, wrt=("x", "w"))


@pytest.mark.parametrize("function", [largest, smallest, largest_of_all, some, mean_of_squares])
@pytest.mark.parametrize("dtype", [float, np.float32])
def test_switched_off_the_numbers_are_the_same(function, dtype, monkeypatch):
    rows, weights = x.astype(dtype), w.astype(dtype)  # two elements of each row are its largest
    derivative = grad(function, ("x", "w"))
    on = derivative(rows, weights)
    monkeypatch.setattr(group, "early", lambda factors, *_: len(factors))
    derivative.cache_clear()
    for mine, theirs in zip(on, derivative(rows, weights), strict=True):
        assert mine.dtype == theirs.dtype == dtype
        np.testing.assert_allclose(mine, theirs, rtol=4 * np.finfo(dtype).eps)


def test_what_is_not_a_number_stays_so():
    for row in ([np.nan, 1.0], [np.inf, 1.0], [1e308, 1e308]):
        rows = np.array([row, [1.0, 3.0]])
        with np.errstate(all="ignore"):
            got = vjp(lambda x: x.max(axis=1))(rows)[1](np.array([1e308, 1.0]))
        assert np.isnan(got[0]).all() == np.isnan(row[0])
        np.testing.assert_array_equal(got[1], [0, 1])


def test_nothing_is_divided_by_python_that_numpy_would_divide():
    def f(scale, x):
        return scale * (x**2).mean()

    assert grad(f, "x")(3.0, np.ones((0,))).shape == (0,)


def test_other_divisors_keep_their_place():
    def f(x, w, divisor):
        return (w[:, None] * np.sin(x) / divisor).sum()

    for divisor in (0.5, np.array([[1, 2, 3], [4, 5, 6]])):
        assert "dx = w[:, None] * np.cos(x) / divisor" in grad(f, "x").source_for(x, w, divisor)


def test_a_narrow_number_is_not_divided_before_wide_ones():
    wide, narrow, count = "x", "s", "n"
    facts = {"x": array(float, (Dim.of(3),)), "s": numpy_scalar(np.float32), "n": python(int)}

    def behind(*names):
        return early([quote(n) for n in names], quote(count), lambda e: facts[e.id], lambda e: False)

    assert behind(narrow, wide) == 2
    facts["s"] = python(float)
    assert behind(narrow, wide) == 2
    facts["s"] = numpy_scalar(float)
    assert behind(narrow, wide) == 1
