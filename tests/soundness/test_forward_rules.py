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
