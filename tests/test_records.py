"""Records made and changed inside a function: dicts, dataclasses, named tuples, plain objects."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import check, refused

x = np.array([0.5, -0.7, 1.1, 2.0])


@dataclass
class State:
    x: np.ndarray
    v: np.ndarray
    m: float = 2.0

    def energy(self):
        return 0.5 * self.m * (self.v**2).sum() + (self.x**4).sum()


@dataclass(frozen=True)
class Pair:
    a: float
    b: float

    def plus(self, other):
        return Pair(self.a + other.a, self.b + other.b)


class Point(NamedTuple):
    p: np.ndarray
    q: float = 1.0


class Layer:
    def __init__(self, W, b, act="tanh"):
        """Keep the parameters."""
        self.W = W
        self.b = b
        self.act = act
        self.k = 3.0

    def forward(self, z):
        return np.tanh(self.W * z + self.b) * self.k


class Counting:
    def __init__(self, W):
        self.W = W * 2


class Watched:
    def __init__(self, W):
        self.W = W

    @property
    def size(self):
        return self.W

    @size.setter
    def size(self, value):
        self.W = value * 10


def derivative(s):
    return State(s.v, -(s.x**3) / s.m)


def shifted(s, d, h):
    return State(s.x + h * d.x, s.v + h * d.v, s.m)


def rk4(s, dt):
    k1 = derivative(s)
    k2 = derivative(shifted(s, k1, dt / 2))
    k3 = derivative(shifted(s, k2, dt / 2))
    k4 = derivative(shifted(s, k3, dt))
    x = s.x + dt / 6 * (k1.x + 2 * k2.x + 2 * k3.x + k4.x)
    return State(x, s.v + dt / 6 * (k1.v + 2 * k2.v + 2 * k3.v + k4.v), s.m)


def predict(params, z):
    return np.tanh(params["W"] * z + params["b"]).sum()


def made_parts(x):
    return {"a": x[0] * 2, "b": Point(x, x[1])}


# ---- made and read ----


def stepped(x):
    s = State(x, x * 2)
    for _ in range(3):
        s = State(s.x + 0.1 * s.v, s.v - 0.1 * s.x**3, s.m)
    return s.energy()


def stepped_by_rk4(x):
    s = State(x=x, v=x * 2, m=1.5)
    for _ in range(3):
        s = rk4(s, 0.1)
    return (s.x * s.v).sum()


def frozen(x):
    a = Pair(x[0], x[1])
    b = Pair(b=x[2], a=x[3])
    c = a.plus(b)
    return c.a * c.b * a.a


def named_tuples(x):
    n = Point(x * x)
    p, q = n
    m = Point(p * 2, q * x[0])
    return (m.p * m.q).sum() + n[0].sum()


def plain_object(x):
    layer = Layer(x[:2], x[2])
    return layer.forward(x[3:]).sum()


def namespaces(x):
    c = SimpleNamespace(a=x[0], b=x[1] * x[2])
    d = dict(u=c.a, w=c.b**2)
    return d["u"] * d["w"] * c.b


def returned_by_a_helper(x):
    d = made_parts(x * x)
    return d["a"] * (d["b"].p ** 2).sum() * d["b"].q


def chosen(x):
    s = State(x, x * 2) if x[0] > 0 else State(x * x, x)
    return s.energy()


# ---- changed ----


def adam(x):
    state = {"m": 0.0, "v": 0.0, "t": 0}
    p = x[0]
    for _ in range(5):
        g = 2 * p + x[1]
        state["t"] += 1
        state["m"] = 0.9 * state["m"] + 0.1 * g
        state["v"] = 0.99 * state["v"] + 0.01 * g * g
        p = p - 0.1 * state["m"] / (np.sqrt(state["v"]) + 1e-3)
    return p * p


def filled_dict(x):
    params = {}
    params["W"] = x[:2] * 2
    params["b"] = x[2]
    return predict(params, x[3])


def changed_object(x):
    s = State(x * 1.0, x * 2)
    for _ in range(3):
        s.x = s.x + 0.1 * s.v
        s.v -= 0.1 * s.x**3 / s.m
    return s.energy()


def changed_on_one_side(x):
    c = SimpleNamespace(total=0.0, n=0)
    for v in x:
        if v > 0:
            c.total += v * v
            c.n += 1
        else:
            c.total = c.total * v
    return c.total / c.n


def cache(x):
    cache = {}
    cache["h"] = np.sin(x)
    if x[0] > 0:
        cache["k"] = cache["h"] * 2
    else:
        cache["k"] = x
    cache.update(z=cache["k"].sum())
    cache["h"][0] = 3.0
    return cache["z"] * cache["h"].sum() + cache.get("q", 1.0) * cache.get("z")


def made_anew_in_a_loop(x):
    d = {"a": x[0] * 1.0, "b": x[1]}
    for _ in range(3):
        d = {"a": d["b"] * d["a"], "b": d["a"]}
        d["a"] += 1.0
    del d["b"]
    return d["a"]


def changed_plain_object(x):
    layer = Layer(x[:2], x[2])
    layer.W = layer.W * 2
    return (layer.W * layer.b).sum() * layer.k


def in_helpers(x):
    return adam(x) * changed_object(x) + made_anew_in_a_loop(x) * cache(x)


def read_late(x):
    d = {"a": x[0]}
    f = lambda: d["a"]
    d["a"] = 5.0 * x[1]
    return f()


def not_only_kept(x):
    c = Counting(x)
    return c.W.sum()


RIGHT = [
    stepped, stepped_by_rk4, frozen, named_tuples, plain_object, namespaces, returned_by_a_helper, chosen, adam,
    filled_dict, changed_object, changed_on_one_side, cache, made_anew_in_a_loop, changed_plain_object, in_helpers,
    read_late, not_only_kept,
]  # fmt: skip


@pytest.mark.parametrize("program", RIGHT)
def test_right(program):
    check(program, x, wrt=0)
    check(program, -x if program is not adam else x * 2, wrt=0)


def test_the_text_keeps_the_variables_apart():
    text = grad(adam).source_for(x)
    assert "state_m = 0.9 * state_m + 0.1 * g" in text
    assert "state_t" not in text


# ---- refused ----


def another_name(x):
    d = {"a": x[0]}
    e = d
    e["a"] = 3.0
    return d["a"] * x[1]


def in_a_list(x):
    d = {"a": x[0]}
    items = [d]
    d["a"] = 3.0
    return items[0]["a"] * x[1]


def passed_on_first(x):
    d = {"a": x[0], "b": x[1]}
    e = itself(d)
    d["a"] = 5.0
    return e["a"] * d["a"]


def itself(d):
    return d


def passed_on_in_a_loop(x):
    d = {"a": x[0]}
    e = {"a": x[1]}
    s = 0.0
    for i in range(3):
        s += e["a"]
        d["a"] = x[i]
        e = itself(d)
    return s


def changes_a_frozen_one(x):
    p = Pair(x[0], x[1])
    p.a = x[2]
    return p.a


def changes_by_a_property(x):
    w = Watched(x[0])
    w.size = x[1]
    return w.W


def unknown_key(x):
    d = {"a": x[0]}
    for i in range(len(x)):
        d[i] = x[i]
    return d[0]


def changes_an_argument(x, d):
    d["a"] = x[0]
    return d["a"] ** 2


REFUSED = [
    in_a_list, passed_on_first, passed_on_in_a_loop, changes_a_frozen_one,
    changes_by_a_property, unknown_key,
]  # fmt: skip


@pytest.mark.parametrize("program", REFUSED)
def test_refused(program):
    refused(program, x, wrt=0)


def test_arguments_stay_as_they_are():
    refused(changes_an_argument, x, {"a": 1.0}, wrt=0)


def test_a_shared_array_in_a_record():
    def shared(x):
        y = x.copy()
        s = State(y, y)
        y[0] = 3.0
        return (s.x * x).sum()

    refused(shared, x, wrt=0)


class Bucket:
    def __init__(self, w, b=0.5):
        self.w = w
        self.b = b

    def step(self, h):
        self.b = self.b + np.mean(h)
        return np.tanh(self.w + self.b) * h


def changed_by_another_name(x):
    first = Bucket(x)
    second = first
    second.w = second.w * x
    third = second
    y = third.step(x)
    first.w = first.w * third.b
    return np.sum(first.w * second.w * y) + third.b


def changed_by_a_name_of_one_branch(x):
    first = Bucket(x)
    if x[0] > 0:
        second = first
        second.w = second.w * x
    return np.sum(first.w**2)


@pytest.mark.parametrize("f", [another_name, changed_by_another_name, changed_by_a_name_of_one_branch])
def test_an_object_that_goes_by_several_names(f):
    check(f, x)


def an_object_of_the_round_before(x):
    s = 0.0
    for k in range(3):
        if k > 0:
            second.w = second.w * 3  # noqa: F821
            s = s + np.sum(second.w)  # noqa: F821
        first = Bucket(x * k)
        second = first  # noqa: F841
    return s


def the_first_of_two_objects(x):
    first = Bucket(x)
    second = first
    first = Bucket(2 * x)
    second.w = second.w * x
    return np.sum(first.w * second.w)


@pytest.mark.parametrize("f", [an_object_of_the_round_before, the_first_of_two_objects])
def test_a_name_that_may_stand_for_another_object(f):
    refused(f, x, match="may be held by somebody else")


def a_parameter_by_another_name(params):
    old = params
    params = {k: v * 2 for k, v in params.items()}
    params["a"] = params["a"] * params["b"]
    return params["a"] + old["a"]


def test_a_parameter_that_is_bound_to_another_record():
    check(a_parameter_by_another_name, {"a": 0.7, "b": 1.3})
