"""Row 30: nothing is hoisted across a boundary that Python evaluates lazily."""

import numpy as np
import pytest

from tests.differences import right_or_refused

x = np.array([0.5, -0.7, 1.1, 2.0])


def fails_on_negative(v):
    if v < 0:
        raise ValueError("negative")
    return v**0.5


def conditional_log(x):
    s = 0.0
    for v in x:
        s += np.log(v) if v > 0 else 0.0
    return s


def conditional_raise(x):
    s = 0.0
    for v in x:
        s = s + (fails_on_negative(v) if v > 0 else 0.0) * 2
    return s


def conditional_index(x):
    s = 0.0
    for i in range(6):
        s += np.tanh(x[i]) if i < len(x) else 1.0
    return s


def conditional_division(a, b):
    return np.exp(1.0 / b) if b != 0 else a * a


def conditional_nested(x):
    s = 0.0
    for v in x:
        s += np.exp(v) * 2 if v > 1 else (np.sin(v) if v > 0 else v * v)
    return s


def conditional_arrays(x):
    y = np.tanh(x) * 2 if x[0] > 0 else np.exp(x)
    return (y * y).sum()


def and_or(x):
    s = 0.0
    for i in range(6):
        if i < len(x) and np.tanh(x[i]) > 0.1:
            s += x[i] ** 2
        if i >= len(x) or x[i] < 0:
            s += 1.0
    return s


def value_of_or(x):
    a = x[0] or x[1]
    b = x[1] and x[2]
    return a * b


def while_test(x):
    i = 0
    s = 0.0
    while i < len(x) and np.tanh(x[i]) < 0.9:
        s += x[i] ** 2
        i += 1
    return s


def while_value(x):
    s = x[0]
    while np.exp(s) < 20.0:
        s = s * 1.5 + np.exp(-s)
    return s


def in_lambda(x):
    f = lambda v: np.log(v) if v > 0 else v
    return sum(f(v) for v in x)


def in_comprehension(x):
    return sum([np.log(v) for v in x if v > 0])


def in_generator(x):
    return sum(np.exp(v) * v for v in x)


def comprehension_shadows(x):
    v = x[0] * 2
    y = sum([v * v for v in x])
    return y * v


def nested_comprehension(x):
    return sum([sum([a * b for b in x]) for a in x if a > 0])


def walrus_later(x):
    v = x[0]
    return v + (v := 3.0) * v * x[1]


def walrus_first(x):
    return (v := x[0] * x[1]) * v + v


def walrus_in_test(x):
    if (v := x[0] * x[1]) > 0:
        return v * v
    return v


def chained_comparison(x):
    s = 0.0
    for v in x:
        if 0 < np.tanh(v) < 0.9:
            s += np.tanh(v)
    return s


def assertion(x):
    assert x[0] > 0 and np.log(x[0]) < 5
    return np.log(x[0]) * x[1]


def default_argument(x):
    def f(v, w=np.exp(x)):
        return v * w

    return f(x).sum()


def conditional_call(x):
    f = np.tanh if x[0] > 0 else np.exp
    return f(x).sum()


def short_circuit_values(x):
    s = 0.0
    for i in range(5):
        ok = i < len(x) and x[i] > 0
        s += x[i] if ok else 0.1
    return s


PROGRAMS = [
    conditional_log, conditional_raise, conditional_index, conditional_nested, conditional_arrays, and_or, value_of_or,
    while_test, while_value, in_lambda, in_comprehension, in_generator, comprehension_shadows, nested_comprehension,
    walrus_later, walrus_first, walrus_in_test, chained_comparison, assertion, default_argument, conditional_call,
    short_circuit_values,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_laziness(program):
    right_or_refused(program, x)


@pytest.mark.parametrize("b", [0.5, 2.0])
def test_division(b):
    right_or_refused(conditional_division, 1.5, b)
    right_or_refused(conditional_division, 1.5, 0, wrt=0)
    right_or_refused(conditional_division, 1.5, 0.0, wrt=0)
