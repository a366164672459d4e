"""Row 24: Python floats raise where NumPy gives inf; the gradient must not raise where the function does not."""

import math

import numpy as np
import pytest

from s2sgrad import grad
from s2sgrad.errors import S2SGradError
from tests.differences import check, right_or_refused

KINDS = [float, np.float64, np.array, lambda v: np.array([v]), np.float32]


def power(x, n):
    return np.sum(x**n)


def reciprocal_power(x, n):
    return np.sum((x + 1.0) ** n)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [0, 0.0, 1, 1.0, 2, 2.0, 3, np.int64(0), np.float64(0.0), np.array(1.0)])
def test_powers_of_zero(kind, n):
    x = kind(0.0)
    expect = kind(1.0) if n == 1 else kind(0.0)
    right_or_refused(power, x, n, wrt=0, expect=expect)
    right_or_refused(power, -(x + 2), n, wrt=0)
    right_or_refused(reciprocal_power, x, -n if n is not True else -1, wrt=0)


def square(x):
    return x**2


def cube_and_one(x):
    return x**3 + x**1 + x**0


@pytest.mark.parametrize("kind", [float, np.float64, np.array])
def test_literal_powers(kind):
    check(square, kind(0.0), wrt=0)
    check(cube_and_one, kind(0.0), wrt=0)
    check(cube_and_one, kind(-1.5), wrt=0)


def python_root(x):
    return math.sqrt(x)


def numpy_root(x):
    return np.sqrt(x)


def power_root(x):
    return x**0.5


@pytest.mark.parametrize("program", [python_root, numpy_root, power_root])
@pytest.mark.parametrize("kind", [float, np.float64])
def test_roots_of_zero(program, kind):
    with np.errstate(all="ignore"):
        try:
            ours = grad(program)(kind(0.0))
        except S2SGradError:
            return
    assert ours == np.inf


def exponent(x, n):
    return x**n


@pytest.mark.parametrize("kind", [float, np.float64])
def test_exponent_at_a_base_of_zero(kind):
    with np.errstate(all="ignore"):
        try:
            ours = grad(exponent, 1)(kind(0.0), 2.0)
        except S2SGradError:
            return
    assert ours == 0.0


def guarded(x):
    if x > 0:
        return math.sqrt(x)
    return 0.0 * x


def logs(x):
    return math.log(x) * x + math.log1p(x) + math.exp(x) + math.sin(x) * math.cos(x) + math.tanh(x)


def others(x):
    return math.atan2(x, 2.0) + math.hypot(x, 1.0) + math.pow(x, 3) + abs(x) + math.fabs(x)


@pytest.mark.parametrize("x", [0.7, np.float64(1.3)])
@pytest.mark.parametrize("program", [python_root, guarded, logs, others])
def test_mathematics_of_python(program, x):
    right_or_refused(program, x)


def test_guarded_root():
    right_or_refused(guarded, 0.0, wrt=0, kink=True, expect=0.0)
    right_or_refused(guarded, -1.0, wrt=0)


def divided(x, y):
    return x / y


def test_division_by_zero_raises_as_the_function_does():
    with pytest.raises((ZeroDivisionError, S2SGradError)):
        grad(divided, (0, 1))(1.0, 0.0)


def absolute(x):
    return np.sum(np.abs(x)) + np.sum(abs(x))


@pytest.mark.parametrize("kind", KINDS)
def test_absolute_value_at_zero(kind):
    right_or_refused(absolute, kind(0.0), wrt=0, kink=True, expect=kind(0.0))
