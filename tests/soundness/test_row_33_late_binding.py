"""Row 33: captured names are read when the function is called, not when it is made."""

import numpy as np
import pytest

from tests.differences import right_or_refused

x = np.array([0.5, -0.7, 1.1])


def lambdas_of_a_loop(x):
    fs = [lambda v: v * k for k in (1.0, 2.0, 3.0)]
    return sum(f(x).sum() for f in fs)


def lambdas_with_default(x):
    fs = [lambda v, k=k: v * k for k in (1.0, 2.0, 3.0)]
    return fs[0](x).sum() + fs[2](x[0])


def generator_is_lazy(x):
    a = 2.0
    g = (a * v for v in x)
    a = 5.0
    return sum(g)


def generator_of_active(x):
    a = x[0]
    g = (a * v for v in x)
    a = x[1] * x[2]
    return sum(g)


def generator_source_is_eager(x):
    y = x * 2
    g = (v * v for v in y)
    y = x * 100
    return sum(g)


def generator_spent(x):
    g = (v * v for v in x)
    s = sum(g)
    return s + sum(g) * 100


def generator_direct(x):
    return sum(v * v for v in x) + max(v for v in x)


def closure_sees_later_value(x):
    k = x[0]

    def f(v):
        return v * k

    k = x[1] * 2
    return f(x).sum()


def closure_between(x):
    k = x[0]

    def f(v):
        return v * k

    a = f(x).sum()
    k = k * x[1]
    return a * f(x).sum()


def nonlocal_cell(x):
    total = x[0] * 0.0

    def add(v):
        nonlocal total
        total = total + v * v

    for v in x:
        add(v)
    return total


def closures_collected(x):
    fs = []
    for k in range(3):

        def f(v):
            return v * x[k]

        fs.append(f)
    return fs[0](x).sum() + fs[2](x[0])


def lambda_in_loop_called_at_once(x):
    s = 0.0
    for k in range(3):
        f = lambda v: v * x[k]
        s += f(x).sum()
    return s


def map_is_lazy(x):
    k = 2.0
    m = map(lambda v: v * k, x)
    k = 3.0
    return sum(m)


def sorted_by_key(x):
    y = sorted(x, key=lambda v: -v)
    return y[0] * y[1] + y[2]


def defined_later(x):
    def f(v):
        return g(v) * 2

    def g(v):
        return np.tanh(v)

    return f(x).sum()


PROGRAMS = [
    lambdas_of_a_loop, lambdas_with_default, generator_is_lazy, generator_of_active, generator_source_is_eager,
    generator_spent, generator_direct, closure_sees_later_value, closure_between, nonlocal_cell, closures_collected,
    lambda_in_loop_called_at_once, map_is_lazy, sorted_by_key, defined_later,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_capture(program):
    right_or_refused(program, x)


def test_stated_value():
    right_or_refused(generator_is_lazy, x, wrt=0, expect=np.full(3, 5.0))
