"""What helpers are given and give back: names bound early, memory made in a loop, seeds without axes."""

import numpy as np
import pytest

from s2sgrad import grad, hvp, jvp, value_and_grad, vjp
from tests.differences import check, right_or_refused

X = np.array([0.5, 0.6, -0.3])
SCALE = np.array(0.5)


# ---- a result that a statement binds beside other values ----


def halved(b):
    while b > 1.5:
        b = b / 2
    return b * b


def result_beside_its_argument(p):
    p, q = halved(p), p
    return p * q


def results_in_turn(p, q):
    p, q = q, halved(p)
    q, p = np.sin(p), halved(q)
    return p * q


def result_of_two_names(p):
    p = q = halved(p)
    return p * q * q


def result_beside_a_list(p):
    for _ in range(3):
        p, d = halved(p), [p, p]
    return p * d[0] + d[1]


def result_of_arrays(x):
    x, y = clipped(x), x
    return (x * y).sum()


def clipped(x):
    out = np.zeros_like(x)
    for i in range(len(x)):
        if x[i] > 0:
            out[i] = x[i] ** 2
    return out


@pytest.mark.parametrize(
    ("f", "args"),
    [
        (result_beside_its_argument, (0.7,)),
        (results_in_turn, (0.7, 0.8)),
        (result_of_two_names, (0.7,)),
        (result_beside_a_list, (0.7,)),
        (result_of_arrays, (X,)),
    ],
)
def test_the_result_of_a_helper_takes_no_name_that_is_still_read(f, args):
    check(f, *args)


# ---- arrays that a loop made, changed by a helper behind it ----


def add_to(b, c):
    c += b
    return c


def made_in_a_loop(x):
    v = x
    for _ in range(2):
        v = v * 1.5
    add_to(x, v)
    return (v * v).sum()


def made_in_a_while_loop(x, n):
    v = np.sin(x)
    while n > 0:
        v = v * x
        n = n - 1
    w = add_to(x, v)
    return (v * w * x).sum()


def made_without_axes(x):
    v = x
    for _ in range(2):
        v = np.array(v * 1.5)
    add_to(x, v)
    return v * v


def previous_and_current(x):
    previous = current = x * 1.0
    for _ in range(3):
        previous, current = current, np.sin(current) * x
    add_to(current, previous)
    return (previous * current).sum()


@pytest.mark.parametrize(
    ("f", "args", "wrt"),
    [
        (made_in_a_loop, (X,), 0),
        (made_in_a_while_loop, (X, 0), 0),
        (made_in_a_while_loop, (X, 3), 0),
        (made_without_axes, (0.7,), 0),
    ],
)
def test_a_helper_changes_what_a_loop_made(f, args, wrt):
    check(f, *args, wrt=wrt)


def test_what_two_rounds_made_is_kept_apart():
    right_or_refused(previous_and_current, X)


# ---- numbers that are arrays without axes ----


def seeded_without_axes(x, y, w):
    p = np.sin(x)
    q = np.cos(y)
    r = p * q
    return w * add_to(p, q) + r * r


def recursive(p, q, n=2):
    return p + q if n == 0 else recursive(p, q, n - 1)


def scaled_recursion(w, p, q):
    return w * recursive(p, q)


def in_place_without_axes(x):
    a = np.full(3, x)
    b = np.float64(x)
    c = np.array(x)
    c += b
    b += c
    a *= b
    return a.sum() * c


def product(a, b):
    return a * b


def test_a_seed_without_axes_is_no_memory_of_the_caller():
    w = np.array(0.5)
    check(seeded_without_axes, 0.7, -0.4, w, wrt=(0, 1))
    grad(seeded_without_axes, (0, 1))(0.7, -0.4, w)
    assert w == 0.5
    w, p, q = np.array(0.5), np.array(0.2), np.array(0.3)
    dp, dq = grad(scaled_recursion, (1, 2))(w, p, q)
    assert dp == dq == 0.5
    assert not any(np.shares_memory(a, b) for a, b in [(dp, dq), (dp, w), (dq, w)])


def test_second_order_with_a_scale_without_axes():
    gradient = grad(lambda x: (SCALE * grad(in_place_without_axes)(x)).sum())(np.array(0.7))
    # Of 18 x^3: c = 2 x, b = 3 x, a.sum() = 9 x^2.
    np.testing.assert_allclose(gradient, 0.5 * 108 * 0.7, rtol=1e-13)
    assert SCALE == 0.5


def filled(a, b):
    r = np.zeros(np.shape(a))
    r[...] = a * b
    r += a
    return r


def less_what_is_filled(x, s):
    t = s + x * x
    t -= filled(t, x)
    return np.sin(t)


def plus_in_place(w, x):
    y = +w
    y += x * w
    return y * w


def times_one_in_place(w, x):
    y = w * 1
    for _ in range(2):
        y += w * y * x
    return y * w


def test_second_order_through_an_array_without_axes():
    x, s = np.float64(0.67), 0.3
    # Of sin(-s x - x^3).
    u, first, second = -s * x - x**3, -s - 3 * x**2, -6 * x
    expected = -np.sin(u) * first**2 + np.cos(u) * second
    np.testing.assert_allclose(hvp(less_what_is_filled)(x, s, vectors=1.0), expected, rtol=1e-13)
    np.testing.assert_allclose(vjp(grad(less_what_is_filled))(x, s)[1](1.0), expected, rtol=1e-13)


@pytest.mark.parametrize("f", [plus_in_place, times_one_in_place])
def test_the_tangent_of_a_number_is_no_array(f):
    check(f, np.array(0.5), 0.3, wrt=0)
    tangent = np.array(1.0)
    jvp(f)(np.array(0.5), 0.3, tangents=tangent)
    assert tangent == 1.0


@pytest.mark.parametrize("b", [0.3, np.float64(0.3), np.array(0.3)])
def test_products_of_arrays_without_axes(b):
    a = np.array(0.5)
    assert grad(product)(a, b) == 0.3
    value, (da, db) = value_and_grad(product, (0, 1))(a, b)
    assert (value, da, db) == (0.15, 0.3, 0.5)
    assert not np.shares_memory(da, b) and not np.shares_memory(db, a)
    check(product, a, b)


# ---- a parameter called as what is saved ----


def one_value_is_saved(saved):
    return (saved**2).sum()


@pytest.mark.parametrize("x", [np.array([[0.5, 1.2]]), X])
def test_a_parameter_called_saved(x):
    check(one_value_is_saved, x)
    np.testing.assert_array_equal(vjp(one_value_is_saved)(x)[1](1.0), 2 * x)


def even(x, n):
    return x if n == 0 else odd(x * x, n - 1)


def odd(x, n):
    return x if n == 0 else even(np.sin(x), n - 1)


def three_times(x):
    return even(x, 3).sum()


def test_second_order_of_functions_that_call_each_other():
    x = np.array([0.5, 1.2])
    second = grad(lambda x: grad(three_times)(x).sum())(x)
    # Of sin(x^2)^2.
    np.testing.assert_allclose(second, 2 * np.sin(2 * x**2) + 8 * x**2 * np.cos(2 * x**2), rtol=1e-13)
