"""Callable objects, methods and properties as values, functions in containers, starred arguments, cached helpers."""

import functools
import operator

import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import check, check_pullback, refused, right_or_refused

rng = np.random.default_rng(5)
x, y = np.array([0.4, -0.8, 1.2]), np.array([1.1, 0.2, -0.7])


def relu(v):
    return np.maximum(v, 0.0)


class Dense:
    gain = 2.0

    def __init__(self, W, b):
        self.W, self.b = W, b

    def __call__(self, v):
        return np.tanh(v @ self.W + self.b)

    @property
    def penalty(self):
        total = (self.W**2).sum()
        return total * self.gain

    @staticmethod
    def doubled(v):
        return v * 2.0

    def step(self, v):
        return np.tanh(v) * self.b[0]


class Net:
    def __init__(self, first, second):
        self.first, self.second = first, second

    def __call__(self, v):
        return self.second(self.first(v))

    def loss(self, v):
        return (self(v) ** 2).sum() + 0.1 * self.first.penalty * self.second.penalty

    def stepped(self, v):
        step = self.first.step
        return step(step(v)).sum()


def dense(n, m):
    return Dense(rng.normal(size=(n, m)), rng.normal(size=m))


def net():
    return Net(dense(3, 4), dense(4, 2))


def called(layer, v):
    return (layer(v) ** 2).sum() + layer(v * 2.0)[0]


def of_property(layer, v):
    return layer.penalty * v.sum() + layer.penalty


def of_static(layer, v):
    return (layer.doubled(v) * layer.doubled(layer.W[0, 0])).sum()


def bound_method(layer, v):
    act = layer.step
    return (act(v) * act(v * 2.0)).sum()


def two_layers(first, second, v):
    for layer in [first, second]:
        v = layer(v)
    return (v**2).sum()


def test_objects():
    check(called, dense(3, 4), x)
    check(of_property, dense(3, 4), x, wrt=(0, 1))
    check(of_static, dense(3, 4), x, wrt=(0, 1))
    check(bound_method, dense(3, 4), x, wrt=(0, 1))
    check(two_layers, dense(3, 4), dense(4, 2), x, wrt=(0, 1, 2))
    check(net().loss, x, wrt=("v", "self.first.W", "self.second.b"))
    check(net().stepped, x, wrt=("v", "self.first.b"))


def loop_over_layers(layers, v):
    for layer in layers:
        v = layer(v)
    return (v**2).sum()


def loop_over_dicts(params, v):
    for layer in params[:-1]:
        v = np.tanh(v @ layer["W"] + layer["b"])
    return (v @ params[-1]["W"] + params[-1]["b"]).sum()


def test_lists_of_layers():
    check(loop_over_layers, [dense(3, 3), dense(3, 4), dense(4, 1)], x, wrt=(0, 1))
    check(loop_over_dicts, [{"W": rng.normal(size=(3, 3)), "b": y}, {"W": rng.normal(size=(3, 1)), "b": y[:1]}], x)
    check(loop_over_layers, [dense(3, 3), dense(3, 3)], x, wrt=1)


def test_a_callable_object_itself():
    model = net()

    def value(v):
        return model(v).sum()

    loss = Scaled(y)
    assert np.allclose(grad(loss)(x), 2 * y * x)
    assert np.allclose(grad(loss, "self.w")(x), x * x)
    right_or_refused(value, x)


class Scaled:
    def __init__(self, w):
        self.w = w

    def __call__(self, v):
        return (self.w * v * v).sum()


def by_number(v, k):
    acts = [np.tanh, relu, lambda u: u * v]
    return acts[0](v).sum() + acts[2](v).sum() + acts[-2](v).sum() * k


ACTIVATIONS = {"tanh": np.tanh, "relu": relu, "square": lambda v: v * v}


def by_name(v, name):
    return ACTIVATIONS[name](v * v).sum()


def over_functions(v):
    for act in (np.tanh, relu, lambda u: u * v):
        v = act(v) + v
    return v.sum()


def over_pairs(v, w):
    s = 0.0
    for i, (a, b) in enumerate([(v, w), (w[:1], v), (2.0, w)]):
        s = s + (a * b).sum() * (i + 1)
    return s


def over_dict(params):
    s = 0.0
    for name, value in params.items():
        s = s + (value**2).sum() * len(name)
    for value in params.values():
        s = s * np.sin(value).sum()
    return s


def over_a_tuple(p):
    s = 0.0
    for v in p:
        s = s + (v * v).sum()
    return s * v[0]


def target_assigned(p):
    s = 0.0
    for v in p:
        v = v * 2.0
        s = s + (v * v).sum() * s + v[0]
    return s


def left_early(p):
    s = 0.0
    for v in p:
        if v[0] > 1.0:
            break
        s = s + (v * v).sum()
    return s


def starred_parameter(a, b, *rest, scale=1.0, **others):
    s = (a * b).sum() * scale
    for r in rest:
        s = s + np.tanh(r).sum()
    return s


def gives_starred(v, w):
    return starred_parameter(v, w, v * 2.0, w * 3.0, scale=v[0])


def forwards(*args, **kwargs):
    return starred_parameter(*args, **kwargs)


def gives_forwarded(v, w):
    return forwards(v, w, v, scale=w[1]) * 2.0


def spreads(v, w):
    options = {"scale": w[0]}
    given = (v, w, w)
    return starred_parameter(*given, **options) + starred_parameter(*[v, w])


def starred_itself(*args):
    s = 0.0
    for a in args:
        s = s + (a * a).sum() * s + a[0]
    return s


def operators(v, w):
    return operator.mul(v, operator.add(w, 1.0)).sum() * operator.neg(v[0])


@functools.lru_cache
def table(n):
    return np.arange(n) * 1.5


def cached(v):
    return (v * table(3)).sum()


@functools.lru_cache
def cached_square(v):
    return v * v


def cached_with_a_derivative(v):
    return cached_square(v) * 2.0


@pytest.mark.parametrize(
    ("program", "arguments"),
    [
        (by_number, (x, 2.0)), (over_functions, (x,)), (over_pairs, (x, y)), (over_dict, ({"W": x, "bias": y[:1]},)),
        (over_a_tuple, ((x, y[:2]),)), (over_a_tuple, ([x, 2.0 * y, y],)), (target_assigned, ((x, y[:2]),)),
        (gives_starred, (x, y)), (gives_forwarded, (x, y)), (spreads, (x, y)), (operators, (x, y)), (cached, (x,)),
    ],
)  # fmt: skip
def test_right(program, arguments):
    check(program, *arguments)


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_functions_by_name(name):
    check(by_name, x, name, wrt=0)


def test_starred_parameters_of_the_function_itself():
    check(starred_itself, x, y, wrt=0)
    check_pullback(lambda *args: args[0] * args[1], x, y, wrt=(0, 1))


def test_refused():
    right_or_refused(left_early, (x, y))
    refused(cached_with_a_derivative, 0.7)


def some_parts_unused(params, v):
    return (params["first"]["w"] * v).sum()


def test_a_part_without_a_derivative_does_not_take_the_name_of_another():
    part = {"w": x, "b": y[:2]}
    check(some_parts_unused, {"first": part, "second": {"w": y * 2.0, "b": x[:1]}}, y)
