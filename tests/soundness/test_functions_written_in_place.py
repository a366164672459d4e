"""Nested functions, lambdas, partial applications and helpers that are given one: written in place of their calls."""

import functools

import numpy as np
import pytest

from tests.differences import check, check_pullback, refused
from tests.soundness import other_module as other

x, b = np.array([0.5, -0.8, 1.1]), np.array([0.3, 0.6, -0.2])


def rk4(f, y, h):
    k1 = f(y)
    k2 = f(y + h / 2 * k1)
    k3 = f(y + h / 2 * k2)
    k4 = f(y + h * k3)
    return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def lambda_for_a_helper(x, b):
    y = x
    for _ in range(3):
        y = rk4(lambda y: -b * y, y, 0.1)
    return (y**2).sum()


def nested_for_a_helper(x, b):
    def rhs(y):
        out = np.zeros_like(y)
        out[0] = b[0] * (y[1] - y[0])
        out[1] = y[0] * (1.0 - y[2]) - y[1]
        out[2] = y[0] * y[1] - b[1] * y[2]
        return out

    y = x
    for _ in range(2):
        y = rk4(rhs, y, 0.1)
    return (y**2).sum()


def two_returns(x, b):
    def act(v):
        if v[0] > b[0]:
            return v * b
        return np.tanh(v) + b

    return (act(x) + act(-x) * act(b)).sum()


def early_return_with_a_loop(x, b):
    def total(v, n):
        if n == 0:
            return 0.0
        s = 0.0
        for i in range(n):
            s = s + v[i] * b[i]
        return s

    return total(x, 3) * total(b, 2) + total(x, 0)


def late_binding(x, b):
    scale = b * 2

    def act(v):
        return v * scale

    first = act(x)
    scale = scale * x
    return (first * act(x)).sum()


def late_binding_in_a_loop(x, b):
    s = 0.0
    act = lambda v: v * s + b
    for i in range(3):
        s = act(x).sum() + x[i]
    return s


def default_is_early(x, b):
    k = b * x
    act = lambda v, k=k: v * k
    k = k * 100.0
    return act(x).sum() + k.sum() * 0.01


def parameter_captured(x, b):
    def scaled(w):
        return lambda v: v * w

    act = scaled(b)
    b = b * 5.0
    return act(x).sum() + b.sum()


def two_of_one_maker(x, b):
    def scaled(w):
        return lambda v: v * w

    f, g = scaled(b), scaled(x * b)
    return (f(x) * g(b)).sum()


def rebinds_outer(x, b):
    total = x[0]

    def add(v):
        nonlocal total
        total = total + v * total
        return total

    s = total + add(b[0])
    s = s * add(x[1]) + total
    return s * total


def read_before_the_call(x, b):
    total = x[0]

    def add(v):
        nonlocal total
        total = total * v
        return total

    return total * 3.0 + add(b[0]) * total


def writes_an_array(x, b):
    y = x * 1.0

    def shift(i):
        y[i] = y[i] * b[i]
        return y[0]

    return y[1] + shift(1) * y[1] + shift(0)


def names_collide(x, b):
    def act(x, b=2.0):
        y = x * b
        x = y + 1.0
        return x * y

    y = act(b) + act(x, b)
    return (y * x * b).sum()


def calls_another(x, b):
    def outer(v):
        return inner(v) * inner(b)

    def inner(v):
        return np.tanh(v * b)

    return outer(x).sum()


def given_on(x, b):
    return twice(lambda v: v * b + x, x).sum()


def twice(f, v):
    return f(f(v))


def composed(x, b):
    return compose(np.tanh, lambda v: v * b)(x).sum()


def compose(f, g):
    return lambda v: f(g(v))


def partial_of_helper(x, b):
    act = functools.partial(weighted, w=b[0])
    return (act(x) * act(x, u=x[0], w=2.0)).sum()


def weighted(v, *, w, u=1.5):
    return np.tanh(v * w) * u


def partial_of_nested(x, b):
    def act(w, v):
        return np.tanh(w * v) + w

    half = functools.partial(act, b * 0.5)
    return (half(x) * half(b)).sum()


def stored_by_name(x, b):
    acts = {"scale": lambda v: v * b, "tanh": np.tanh}
    return acts["scale"](acts["tanh"](x)).sum()


def stored_in_order(x, b):
    acts = [lambda v: v * b, np.tanh]
    return acts[0](acts[1](x)).sum()


def in_a_branch(x, b):
    act = lambda v: v * b
    if x[0] > 0:
        y = act(x)
    else:
        y = act(-x)
    return (y * y).sum()


def in_a_condition(x, b):
    gate = lambda v: (v * b).sum()
    if gate(x) > 0:
        return gate(x) * 2.0
    return gate(x * x)


def chosen_value(x, b):
    act = lambda v: v * b
    y = act(x) if x[0] > 0 else act(x) * 2.0
    return (y * b).sum()


def never_called(x, b):
    def act(v):
        return v * b

    return (x * b).sum()


def over_a_zero_trip_loop(x, b):
    act = lambda v: v * b
    y = x
    for _ in range(0):
        y = act(y)
    return y.sum()


def augmented(x, b):
    act = lambda v: (v * b).sum()
    s = x[0]
    for i in range(2):
        s += act(x) * s
    return s


PROGRAMS = [
    lambda_for_a_helper, nested_for_a_helper, two_returns, early_return_with_a_loop, late_binding,
    late_binding_in_a_loop, default_is_early, parameter_captured, two_of_one_maker, rebinds_outer,
    read_before_the_call, writes_an_array, names_collide, calls_another, given_on, composed, partial_of_helper,
    partial_of_nested, stored_by_name, stored_in_order, in_a_branch, in_a_condition, chosen_value, never_called,
    over_a_zero_trip_loop, augmented,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_right(program):
    check(program, x, b)
    check(program, x, b, wrt=0)
    check(program, x, b, wrt=1)


def helper_with_a_closure(v, w):
    act = lambda u: np.tanh(u * w)
    y = act(v)
    for _ in range(2):
        y = act(y) + v
    return y


def inside_a_helper(x, b):
    return (helper_with_a_closure(x, b) * helper_with_a_closure(b, x[0])).sum()


def test_inside_a_helper():
    check(inside_a_helper, x, b)
    check_pullback(helper_with_a_closure, x, b)


def closures_of_a_loop(x):
    f = None
    for k in range(3):
        y = x * k
        g = lambda v, y=y: v * y
        if k == 0:
            f = g
    return f(x).sum()


def one_of_two(x):
    if x[0] > 0:
        act = lambda v: v * x
    else:
        act = lambda v: v + x
    return act(x).sum()


def nested_recursion(x):
    def power(v, n):
        return v if n == 0 else v * power(v, n - 1)

    return power(x, len(x[x > 0])).sum()


def given_to_map(x):
    k = x[0]
    m = map(lambda v: v * k, [1.0, 2.0])
    return sum(m)


def given_to_vectorize(x):
    def act(v):
        return v * x[0]

    return np.vectorize(act)(np.ones(3)).sum()


def names_of_another_module(x):
    scaled = 3.0
    return other.loops(x, 1).sum() * scaled + other.applied(lambda v: v * x[0], x).sum()


@pytest.mark.parametrize(
    "program", [closures_of_a_loop, one_of_two, nested_recursion, given_to_map, given_to_vectorize]
)
def test_refused(program):
    refused(program, x)


def test_global_names_of_a_helper_of_another_module():
    check(names_of_another_module, x)
