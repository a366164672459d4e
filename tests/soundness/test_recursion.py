"""Functions that call themselves, directly or through each other."""

import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import check, check_pullback, refused

x, c = np.array([0.5, -0.3, 0.8, 1.1]), np.array([0.3, -1.2, 0.7])


def power(v, n):
    if n == 0:
        return 1.0
    return v * power(v, n - 1)


def two_powers(v):
    return power(v, 3) + power(v * 2.0, 2) * power(v, 0)


def total(v):
    if len(v) == 1:
        return v[0] ** 2
    m = len(v) // 2
    return total(v[:m]) + np.sin(total(v[m:]))


def of_halves(v):
    return total(v) * total(v[1:3])


def horner(c, v):
    if len(c) == 1:
        return c[0]
    return c[0] + v * horner(c[1:], v)


def polynomial(c, v):
    return horner(c, v) ** 2


def even(v, n):
    if n == 0:
        return v
    return odd(np.sin(v), n - 1)


def odd(v, n):
    if n == 0:
        return v * v
    return even(v * 2.0, n - 1)


def mutual(v):
    return (even(v, 3) * odd(v, 2)).sum()


def fft(re, im):
    n = len(re)
    if n == 1:
        return re, im
    even_re, even_im = fft(re[::2], im[::2])
    odd_re, odd_im = fft(re[1::2], im[1::2])
    k = np.arange(n // 2)
    cos, sin = np.cos(2 * np.pi * k / n), -np.sin(2 * np.pi * k / n)
    t_re = cos * odd_re - sin * odd_im
    t_im = cos * odd_im + sin * odd_re
    return np.concatenate([even_re + t_re, even_re - t_re]), np.concatenate([even_im + t_im, even_im - t_im])


def spectrum(re, im):
    a, b = fft(re, im)
    return (a**2 * np.arange(len(a)) + b).sum()


def keeps_its_argument(v, w, n):
    if n == 0:
        return v
    y = np.tanh(v * w)
    for _ in range(2):
        y = y + keeps_its_argument(y * w, w, n - 1)
    return y


def with_weights(v, w):
    return keeps_its_argument(v, w, 2).sum()


def ones_arise(v):
    """Halves of length 1 broadcast against longer ones."""
    if len(v) <= 1:
        return v * 2.0
    m = len(v) // 3 + 1
    return ones_arise(v[:m]) * ones_arise(v[:1]) + v[:m]


def of_ones(v):
    return ones_arise(v).sum()


def adaptive(a, b, fa, fm, fb, depth):
    m = (a + b) / 2
    left, right = (a + m) / 2, (m + b) / 2
    fl, fr = np.exp(-(left**2)), np.exp(-(right**2))
    whole = (b - a) / 6 * (fa + 4 * fm + fb)
    halves = (m - a) / 6 * (fa + 4 * fl + fm) + (b - m) / 6 * (fm + 4 * fr + fb)
    if depth == 0 or abs(halves - whole) < 1e-9:
        return halves + (halves - whole) / 15
    return adaptive(a, m, fa, fl, fm, depth - 1) + adaptive(m, b, fm, fr, fb, depth - 1)


def integral(a, b):
    return adaptive(a, b, np.exp(-(a**2)), np.exp(-(((a + b) / 2) ** 2)), np.exp(-(b**2)), 6)


@pytest.mark.parametrize(
    ("program", "arguments"),
    [
        (two_powers, (1.3,)), (of_halves, (x,)), (polynomial, (c, 0.4)), (polynomial, (c[:1], 0.4)), (mutual, (x,)),
        (spectrum, (x, x * x)), (spectrum, (x[:1], x[:1])), (with_weights, (x, c[0])), (of_ones, (x,)),
        (of_ones, (x[:1],)), (power, (1.2, 4)), (total, (x,)), (integral, (0.2, 1.1)),
    ],
)  # fmt: skip
def test_right(program, arguments):
    check(program, *arguments)


def test_array_results():
    check_pullback(even, x, 3, wrt=0)
    check_pullback(keeps_its_argument, x, 0.4, 2, wrt=(0, 1))
    check_pullback(ones_arise, x)


@grad
def calls_its_primal(v, n):
    return v if n == 0 else v * calls_its_primal(v, n - 1)


def test_a_decorated_function_calls_its_primal():
    assert np.isclose(calls_its_primal(1.5, 2), 3 * 1.5**2)


def endless(v):
    return endless(v * 0.5) + v


def of_endless(v):
    return endless(v) * 2.0


def grows(v, n):
    return v if n == 0 else grows([v], n - 1)


def of_growing(v):
    return grows(v, 3)[0][0][0] * v


@pytest.mark.parametrize("program", [of_endless, of_growing])
def test_refused(program):
    refused(program, 0.7)


def positive(v):
    w = v * 2.0
    return w[w > 0]


def lengths_of_two_calls(v, w):
    return (positive(v) * positive(w)).sum() + (positive(w) / positive(v)).sum()


def test_lengths_found_in_two_calls_are_two_lengths():
    check(lengths_of_two_calls, np.array([1.0, -2.0, -3.0]), np.array([1.0, 2.0, 3.0]))
