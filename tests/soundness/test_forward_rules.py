"""Rules of forward mode: shapes that only a constant has, tangents that are the caller's, or that are not taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from s2sgrad import jvp
from tests.differences import check

ROWS = np.array([[True], [False], [True]])


def along(f: Callable[..., Any], *args: Any, tangent: Any, tol: float = 1e-7) -> None:
    """Assert that the tangent along the first argument agrees with differences, and is left as it was."""
    given = np.copy(tangent)
    got = jvp(f)(*args, tangents=tangent)[1]
    step = 1e-6
    wanted = (np.asarray(f(args[0] + step * given, *args[1:])) - f(args[0] - step * given, *args[1:])) / (2 * step)
    np.testing.assert_allclose(got, wanted, rtol=tol, atol=tol)
    assert np.shape(got) == np.shape(wanted)
    np.testing.assert_array_equal(tangent, given)


# ---- shapes that only what is constant has ----


def where_with_constant(b):
    return np.where(ROWS, np.ones((3, 4)), b).sum()


def where_with_argument(b, x):
    return (np.where(b[:, None] > 0, b[:, None], x) ** 2).sum()


def where_with_column(fill, x):
    return (np.where(ROWS, x, fill).sum(axis=-1) ** 2).sum()


def where_true(b, x):
    return (np.where(True, b, x) * np.arange(4.0)).sum()


def where_of_condition(b, x):
    return np.where(x[:, :1] > 0, x, b).sum()


def where_under_condition(x, c):
    return np.where(c > 0, x, 0.0).sum()


def selected(b, x):
    return np.select([x > 1, x > 0], [x, b], 0.0).sum()


def selected_of_condition(b):
    return np.select([ROWS], [b], np.zeros(4)).sum()


def by_default(b, x):
    return np.select([x > 0], [x], b).sum(axis=0)


def by_number(b, x):
    return np.choose(np.array([0, 1, 1, 0]), [b, x]).sum()


def rest_of_division(a, x):
    return np.divmod(a, x)[1].sum()


def both_of_division(a, x):
    q, r = np.divmod(a, x)
    return (q * r + r * x).sum()


X = np.array([[0.3, -1.2, 2.1, 0.4], [-0.5, 0.6, 1.7, -0.8], [0.9, -1.1, 1.3, 0.2]])
B4 = np.array([0.5, -0.6, 0.7, 0.8])


@pytest.mark.parametrize(
    "f, args",
    [
        (where_with_constant, (0.5,)),
        (where_with_argument, (np.array([0.4, -0.3, 0.8]), X)),
        (where_with_column, (0.3, B4)),
        (where_with_column, (np.array([[0.3]]), B4)),
        (where_true, (0.7, B4)),
        (where_of_condition, (0.7, X)),
        (where_under_condition, (B4, X)),
        (selected, (0.4, X)),
        (selected_of_condition, (0.4,)),
        (by_default, (0.4, X)),
        (by_number, (0.4, B4)),
        (rest_of_division, (0.55, np.array([0.2, 0.3]))),
        (rest_of_division, (np.array(0.55), np.array([0.2, 0.3]))),
        (rest_of_division, (np.array([0.55]), np.array([0.2, 0.3]))),
        (both_of_division, (0.55, np.array([0.2, 0.3]))),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_constant_operands_keep_their_shape(f, args):
    along(f, *args, tangent=np.ones_like(args[0]) if isinstance(args[0], np.ndarray) else 1.0)


def test_hessian_where_the_condition_stretches():
    check(where_with_argument, np.array([0.4, -0.3, 0.8]), X)
    product = jvp(lambda b, x: 2 * np.where(b[:, None] > 0, b[:, None], 0 * x).sum(axis=1))
    np.testing.assert_allclose(product(np.array([0.4, -0.3]), X[:2], tangents=np.ones(2))[1], [8, 0])


def test_where_stays_as_it_is_where_nothing_is_stretched():
    def f(x):
        ones = np.ones_like(x)
        return (np.where(x > 0, x, 0.0) + np.where(x > 0, x**2, x) + np.where(x > 0, x, ones)).sum()

    tangent = jvp(f)
    tangent(B4, tangents=B4)
    assert "full_like" not in tangent.source


# ---- tangents that are the caller's, or somebody else's ----


def digits(x):
    f, _ = np.modf(x)
    f += x * x
    return (f * x).sum()


def only_digits(x):
    f, _ = np.modf(x)
    return f


def of_helper(x):
    f = only_digits(x)
    f += x * x
    return (f * x).sum()


def picked(x):
    t = np.modf(x)
    u = t[0]
    u[0] = x[1] ** 2
    return (u * x).sum()


def rest(x):
    _, r = np.divmod(x, 0.7)
    r += x * x
    return (r * x).sum()


def mantissa(x):
    m, _ = np.frexp(x)
    m += x * x
    return (m * x).sum()


def argument_changes(x):
    x = x * 1.0
    f, _ = np.modf(x)
    x += x * x
    return (f * x).sum()


@pytest.mark.parametrize(
    "f", [digits, only_digits, of_helper, picked, rest, mantissa, argument_changes], ids=lambda f: f.__name__
)
def test_results_of_several_have_tangents_of_their_own(f):
    tangent = np.array([0.5, 0.7])
    along(f, np.array([1.3, 2.6]), tangent=tangent, tol=1e-6)
    assert not np.shares_memory(jvp(f)(np.array([1.3, 2.6]), tangents=tangent)[1], tangent)


# ---- tangents that are not taken, and may be infinite ----


def largest_of_two(x):
    return np.maximum(np.log(x), -1).sum()


def largest_of_two_that_vary(x):
    return (np.maximum(np.log(x), x) * x).sum()


def smallest_of_two(x):
    return np.minimum(-np.log(x), 1).sum()


def smallest_and_zero(x):
    return np.minimum(-np.log(x), 0).sum() + np.maximum(0, np.log(x)).sum()


def numbers_of_two(x):
    return (np.fmax(np.sqrt(x), 0.5) + np.fmin(-np.sqrt(x), -0.5)).sum()


def largest(x):
    return np.max(np.sqrt(x)) - np.min(-np.sqrt(x))


def largest_along(x):
    y = np.sqrt(x)[None]
    return (np.max(y, axis=1) * np.min(-y, axis=1, keepdims=True)).sum()


def largest_number(x):
    return np.nanmax(np.sqrt(x)) + np.nanmin(-np.sqrt(x), axis=0)


def range_of_some(x):
    return np.ptp(np.sqrt(np.array([x[1], x[0], 3 * x[1]])) - np.array([0.0, -2.0, 0.0]))


def middle(x):
    return np.median(np.sqrt(np.array([x[0], x[1], 3 * x[1]])))


def longest(x):
    return np.linalg.norm(np.sqrt(x) + 1, np.inf) + np.linalg.norm(np.sqrt(x)[None] + 1, np.inf, axis=1).sum()


def of_slices(x):
    return np.maximum.reduceat(np.sqrt(x), [0]).sum()


def of_python(x):
    return max(np.sqrt(x[0]), np.sqrt(x[1])) - min(-np.sqrt(x[0]), -np.sqrt(x[1]))


def of_list(x):
    return max([np.sqrt(x[0]), np.sqrt(x[1]), 0.2])


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
@pytest.mark.parametrize(
    "f",
    [
        largest_of_two,
        largest_of_two_that_vary,
        smallest_of_two,
        smallest_and_zero,
        numbers_of_two,
        largest,
        largest_along,
        largest_number,
        range_of_some,
        middle,
        longest,
        of_slices,
        of_python,
        of_list,
    ],
    ids=lambda f: f.__name__,
)
def test_an_infinite_tangent_that_is_not_taken(f):
    x, step = np.array([0.0, 2.0]), 1e-6
    for dx in (np.array([0.0, 0.7]), np.array([1.0, 0.7])):
        wanted = (f(x + [0, 0.7 * step]) - f(x - [0, 0.7 * step])) / (2 * step)
        if f is largest_of_two_that_vary:  # x is taken at 0, where its factor is 0
            wanted = np.array([0, 4]) @ dx
        np.testing.assert_allclose(jvp(f)(x, tangents=dx)[1], wanted, rtol=1e-8)


@pytest.mark.parametrize("function", [np.maximum, np.minimum, np.fmax, np.fmin], ids=lambda f: f.__name__)
def test_the_larger_or_smaller_of_two(function):
    def f(x, y):
        return (function(x, y) ** 2 * x).sum()

    def with_number(x, y):
        return (function(2.0, x * y) * function(y, 0.1)).sum()

    def of_numbers(x, y):
        return function(x[0, 0], 2 * y[0]) ** 2 + float(function(x[1, 1], 0.5)) * y[1]

    for g in (f, with_number, of_numbers):
        check(g, X, B4 + 1.05)
    larger = function in (np.maximum, np.fmax)
    at_two = jvp(f)(np.array([1.0, 2.0]), np.array([1.0, 3.0]), tangents=np.ones(2))[1]
    np.testing.assert_allclose(at_two, 2 * 0.5 + 1 + (9 if larger else 2 * 2 * 2 + 4))
    other, missing = np.array([1.0, np.nan, 5.0]), np.array([np.nan, 2.0, 3.0])
    tangent = jvp(lambda x: function(x, other).sum())(missing, tangents=np.ones(3))[1]
    wanted = {np.maximum: 0, np.minimum: 1, np.fmax: 1, np.fmin: 2}
    np.testing.assert_allclose(tangent, wanted[function])


# ---- what does not vary, in rules of two operands ----


def first_of_pair(x, b):
    return (np.cov(x, b) * np.array([[1.0, 2.0], [3.0, 4.0]])).sum()


def second_of_pair(b, x):
    return (np.cov(x, b) * np.array([[1.0, 2.0], [3.0, 4.0]])).sum()


def correlated(x, b):
    return np.corrcoef(x, b)[0, 1]


@pytest.mark.parametrize("f", [first_of_pair, second_of_pair, correlated], ids=lambda f: f.__name__)
def test_covariance_of_what_varies_and_what_does_not(f):
    along(f, B4, X[0], tangent=np.array([0.3, -0.7, 0.2, 0.5]))
    check(f, B4, X[0])


# ---- the one item of an array ----


def one_item(x):
    y = x / x.mean() + x**2
    return y.item()


def one_item_of_sum(x):
    return (x.sum(axis=0) ** 2).sum().item() + (x[:1, 0] * 3).item()


@pytest.mark.parametrize("shape", [(1, 1), (1,), ()], ids=str)
def test_the_item_of_an_array_with_axes(shape):
    x = np.full(shape, 1.3)
    assert type(jvp(one_item)(x, tangents=np.full(shape, 0.5))[1]) is float
    along(one_item, x, tangent=np.full(shape, 0.5))
    check(one_item, x)
    check(one_item_of_sum, X)
