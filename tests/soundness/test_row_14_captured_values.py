"""Row 14: function values that capture what is differentiated."""

import functools

import numpy as np
import pytest

from tests.differences import right_or_refused

x, b = np.array([0.5, -0.8, 1.1]), np.array([0.3, 0.6, -0.2])


def list_of_functions(x, b, k):
    acts = [lambda v: v * b, np.tanh]
    return acts[k](x).sum()


def dictionary_of_functions(x, b, k):
    acts = {0: lambda v: v * b, 1: np.tanh}
    return acts[k](x).sum()


def chosen_function(x, b, k):
    act = (lambda v: v * b) if k == 0 else np.tanh
    return act(x).sum()


def chosen_by_if(x, b, k):
    if k == 0:

        def act(v):
            return v * b
    else:

        def act(v):
            return np.tanh(v) + b

    return act(x).sum()


def all_functions(x, b, k):
    s = 0.0
    for act in [lambda v: v * b, np.tanh, lambda v: v + b]:
        s = s + act(x).sum() * (k + 1)
    return s


@pytest.mark.parametrize("k", [0, 1])
@pytest.mark.parametrize(
    "program", [list_of_functions, dictionary_of_functions, chosen_function, chosen_by_if, all_functions]
)
def test_selected_functions(program, k):
    right_or_refused(program, x, b, k, wrt=(0, 1))
    right_or_refused(program, x, b, k, wrt=1)


def closure(x, b):
    def act(v):
        return v * b

    return act(x).sum()


def closure_called_twice(x, b):
    def act(v, w=1.0):
        return np.tanh(v * b) * w

    return (act(x) * act(b, 2.0)).sum()


def captured_then_rebound(x, b):
    scale = b * 2
    act = lambda v: v * scale
    scale = scale * scale
    return act(x).sum()


def default_captures(x, b):
    def act(v, w=b * 2):
        return v * w

    b = b * 5
    return act(x).sum() + b.sum()


def partial(x, b):
    scaled = functools.partial(np.multiply, b)
    return scaled(x).sum()


def partial_of_own(x, b):
    scaled = functools.partial(weighted, w=b)
    return scaled(x).sum()


def weighted(v, w):
    return np.tanh(v) * w


def nested_closures(x, b):
    def outer(v):
        def inner(w):
            return w * b * v

        return inner

    return outer(x)(b).sum()


def passed_on(x, b):
    return apply(lambda v: v * b, x).sum()


def apply(f, v):
    return f(f(v))


def returned(x, b):
    act = make(b)
    return act(x).sum()


def make(w):
    return lambda v: np.sin(v) * w


class Scaled:
    def __init__(self, w):
        self.w = w

    def __call__(self, v):
        return v * self.w

    def method(self, v):
        return np.tanh(v * self.w)


def callable_object(x, b):
    return Scaled(b)(x).sum()


def bound_method(x, b):
    act = Scaled(b).method
    return act(x).sum()


def mapped(x, b):
    return sum(map(lambda v: v * b[0], x))


def reduced(x, b):
    return functools.reduce(lambda s, v: s * b[1] + v, x, 0.0)


def applied_along(x, b):
    return np.apply_along_axis(lambda r: r * b, 0, x).sum()


def vectorized(x, b):
    return np.vectorize(lambda v: v * b[0])(x).sum()


PROGRAMS = [
    closure, closure_called_twice, captured_then_rebound, default_captures, partial, partial_of_own, nested_closures,
    passed_on, returned, callable_object, bound_method, mapped, reduced, applied_along, vectorized,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_captures(program):
    right_or_refused(program, x, b)
    right_or_refused(program, x, b, wrt=1)


def given_function(x, f):
    return f(x).sum()


@pytest.mark.parametrize("f", [np.tanh, lambda v: v * b, Scaled(b), Scaled(b).method, functools.partial(weighted, w=b)])
def test_functions_as_arguments(f):
    right_or_refused(given_function, x, f, wrt=0)


def test_functions_as_arguments_of_one_wrapper():
    for k in (2.0, 3.0):
        right_or_refused(given_function, x, lambda v: v * k, wrt=0, expect=np.full(3, k))


def model_as_argument(model, x):
    return model(x).sum() + model.method(x).sum()


def test_objects_as_arguments():
    right_or_refused(model_as_argument, Scaled(b), x, wrt=(0, 1))
    right_or_refused(model_as_argument, Scaled(b), x, wrt="model.w")
