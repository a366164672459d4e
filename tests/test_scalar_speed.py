"""What generated code does for the sake of scalar loops: functions of ``math``, powers kept, factors named."""

import math
from math import sin

import numpy as np
import pytest

from s2sgrad import Refusal, grad
from tests.differences import check, right_or_refused


def pendulum(theta, omega, steps):
    for _ in range(steps):
        omega = omega - 0.1 * math.sin(theta)
        theta = theta + 0.1 * omega
    return theta * math.cosh(omega)


def test_functions_of_math_stay_in_math():
    text = grad(pendulum, (0, 1)).source_for(0.5, 0.1, 3)
    assert "math.cos(theta)" in text and "math.sinh(omega)" in text and "np." not in text
    for steps in (0, 1, 5):
        check(pendulum, 0.5, 0.1, steps, wrt=("theta", "omega"))
    assert type(grad(pendulum)(0.5, 0.1, 3)) is float


def test_a_function_imported_by_name_has_no_module_to_stay_in():
    def f(x):
        return sin(x) * x

    assert "np.cos(x)" in grad(f).source_for(0.5)
    check(f, 0.5, wrt="x")


def test_a_helper_and_a_module_under_another_name():
    import math as m

    def helper(v):
        w = v
        for _ in range(2):
            w = w * m.cos(w)
        return w

    def f(x):
        return helper(x) + helper(2 * x)

    assert "m.sin(" in grad(f).source_for(0.5)
    check(f, 0.5, wrt="x")


@pytest.mark.parametrize("x", [0.5, np.float64(0.5), np.float32(0.5), np.array(0.5)])
def test_other_kinds_of_numbers(x):
    def f(x):
        return x * math.sin(x) * math.cos(x)

    assert right_or_refused(f, x, wrt="x", tol=1e-3 if getattr(x, "dtype", None) == np.float32 else 1e-6) == "right"


def test_items_of_an_array():
    def f(x):
        s = 0.0
        for i in range(len(x)):
            s += math.sin(x[i]) ** 2
        return s

    check(f, np.array([0.1, 0.7, -2.0]), wrt="x")
    check(f, np.zeros(0), wrt="x")


def test_a_local_name_of_math_is_not_the_module():
    def f(x):
        y = math.sin(x)
        return y * x

    def g(x, math):
        return x * math

    assert "math.cos" in grad(f).source_for(0.5)
    check(g, 0.5, 2.0, wrt=("x", "math"))


def gravity(r, m, steps):
    total = 0.0
    for i in range(steps):
        d = (r[i] ** 2).sum() + 0.1
        total += m / d**1.5
    return total


def test_a_power_that_is_slow_is_kept():
    r = np.arange(6.0).reshape(3, 2)
    assert "power_stack.append(power)" in grad(gravity, (0, 1)).source_for(r, 2.0, 3)
    for steps in (0, 1, 3):
        check(gravity, r, 2.0, steps, wrt=("r", "m"))


def test_powers_of_python_floats_and_squares_are_computed_again():
    def f(x, n):
        s = 1.0
        for _ in range(n):
            s = s / (x**1.5 + x**2)
        return s

    assert "stack.append(power" not in grad(f).source_for(0.5, 3)
    check(f, 0.5, 3, wrt="x")


def test_a_product_used_twice_has_a_name():
    def f(x, v, k):
        return -k * (x + v)

    assert "    dv = -k\n    dx = dv\n" in grad(f, (0, 1)).source_for(1.0, 2.0, 3.0)
    check(f, 1.0, 2.0, 3.0, wrt=("x", "v", "k"))


def test_refused_things_stay_refused():
    with pytest.raises(Refusal):
        grad(lambda x: math.gamma(x))(0.5)
