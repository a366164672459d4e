"""Attributes that are stored and never read in what is differentiated: caches of layers, counters, last values."""

from __future__ import annotations

import copy
import linecache
import types
from dataclasses import dataclass, replace

import numpy as np
import pytest

from s2sgrad import checkpointed, grad, jvp, value_and_grad
from s2sgrad.errors import ArgumentError, Refusal
from tests.differences import check, refused, right_or_refused

W, V, X = np.array([[0.3, -0.5], [0.2, 0.9], [-0.4, 0.1]]), np.array([[0.7, -0.2], [0.1, 0.6]]), np.array([0.5, -1, 2])


class Dense:
    def __init__(self, W, b=0.1):
        self.W, self.b, self.name, self.x = W, b, "dense", None

    def forward(self, x):
        self.x = x
        self.z = x @ self.W + self.b
        self.a = np.tanh(self.z)
        return self.a

    def backward(self, da):
        return self.x, self.z, da


class Relu:
    def forward(self, x):
        self.mask = x > 0
        self.out = np.where(self.mask, x, 0.1 * x)
        return self.out


class Net:
    calls = 0

    def __init__(self, layers):
        self.layers = layers
        self.steps = 0

    def forward(self, x):
        self.steps += 1
        self.calls += 1
        for layer in self.layers:
            x = layer.forward(x)
        self.out = x
        return self.out

    def loss(self, x, y):
        self.error = self.forward(x) - y
        return (self.error**2).mean()


def built(W, V, x):
    net = Net([Dense(W), Relu(), Dense(V)])
    return net.loss(x, 0.3)


def listed(W, V, x):
    layers = [Dense(W), Relu(), Dense(V)]
    for layer in layers:
        x = layer.forward(x)
    return (x**2).sum()


def given(net, x):
    return net.loss(x, 0.3)


def layers_of(W, V):
    return Net([Dense(W), Relu(), Dense(V)])


@pytest.mark.parametrize("f", [built, listed])
def test_layers_that_keep_what_they_compute(f):
    check(f, W, V, X)
    check(f, W.astype(np.float32), V.astype(np.float32), X.astype(np.float32))


def test_the_objects_of_the_caller_are_left_as_the_function_leaves_them():
    net, plain = layers_of(W, V), layers_of(W, V)
    wanted = grad(built)(W, V, X)
    for _ in range(3):
        value, gradient = value_and_grad(given, "net")(net, X)
        assert value == given(plain, X)
        np.testing.assert_allclose(gradient.layers[0].W, wanted)
    assert (net.steps, net.calls, Net.calls) == (3, 3, 0)
    assert net.layers[0].x is X
    for name in ("z", "a"):
        np.testing.assert_array_equal(getattr(net.layers[0], name), getattr(plain.layers[0], name))
    np.testing.assert_array_equal(net.error, plain.error)


def test_a_part_of_an_object_and_forward_mode():
    net = layers_of(W, V)
    direction = np.ones_like(W)
    _, tangent = jvp(given, "net.layers[0].W")(net, X, tangents=direction)
    assert tangent == pytest.approx(grad(given, "net.layers[0].W")(net, X).sum())


def test_the_text_keeps_the_stores():
    text = grad(given, "net").source_for(layers_of(W, V), X)
    assert "    self.x = x\n    z = x @ self.W + self.b\n    self.z = z\n    a = np.tanh(z)\n" in text
    assert "    self.steps += 1\n" in text


def test_attributes_that_are_no_floats_have_no_gradient():
    gradient = grad(given, "net")(layers_of(W, V), X)
    assert set(vars(gradient)) == {"layers"}
    assert [set(vars(layer)) for layer in gradient.layers] == [{"W", "b"}, set(), {"W", "b"}]


def test_integers_beside_floats_are_refused_still():
    net = layers_of(W, V)
    net.rates = [0.1, 1]
    with pytest.raises(ArgumentError, match=r"net\.rates\[1\] is the integer 1"):
        grad(given, "net")(net, X)


def test_what_is_empty_keeps_its_place():
    def f(p):
        return (p[0][0] * p[3]["w"]).sum()

    p = [[X], {}, (), {"w": 2 * X}, types.SimpleNamespace()]
    gradient = grad(f)(p)
    assert gradient[1:3] == [{}, ()] and gradient[4] == types.SimpleNamespace()
    np.testing.assert_array_equal(gradient[3]["w"], X)


class Cell:
    def __init__(self, w):
        self.w = w

    def kept(self, x):
        self.z = x * self.w
        return self.z

    def disturbed(self, x):
        self.z = x * self.w
        self.again(x)
        return self.z

    def again(self, x):
        self.z = x * x

    def scaled(self, x):
        self.last = x
        return self.penalty() + (x * self.w).sum()

    def penalty(self):
        return (self.last**2).sum()

    def chosen(self, x):
        if x[0] > 0:
            self.z = x * self.w
        else:
            self.z = x * 2
        return self.z


def disturbed(w, x):
    return Cell(w).disturbed(x).sum()


def read_by_another_method(w, x):
    return Cell(w).scaled(x)


def two_names(w, x):
    a = Cell(w)
    b = a
    a.z = x * w
    b.z = x * x
    return a.z.sum()


def in_a_loop(w, x):
    cell = Cell(w)
    cell.z = x * w
    for _ in range(3):
        y = np.sin(cell.z * 2)
        cell.z = y * w
    return cell.z.sum() + y.sum()


def on_one_path(w, x):
    return (Cell(w).chosen(x) ** 2).sum()


def behind_a_loop(w, x):
    cell = Cell(w)
    for i in range(len(x)):
        cell.z = x[i] * w
    return cell.z.sum()


def two_objects(w, x):
    a, b = Cell(w), Cell(2 * w)
    a.kept(x)
    y = b.kept(x)
    return (a.kept(y) * b.z).sum()


def changed_in_place(w, x):
    cell = Cell(w)
    y = x * 1.0
    cell.last = y
    y += w
    y *= y
    return (y * w).sum()


def called_again(w, x):
    a, b = Cell(w), Cell(2 * w)
    y = b.kept(a.kept(x))
    return (a.kept(y) * y).sum()


def test_an_object_whose_method_is_called_again_is_no_changed_one_to_the_checked_build():
    check(called_again, X, X[::-1].copy())


STORED = [disturbed, read_by_another_method, two_names, in_a_loop, on_one_path, behind_a_loop, two_objects]


@pytest.mark.parametrize("f", [*STORED, changed_in_place])
def test_what_is_read_is_right_or_refused(f):
    right_or_refused(f, X, X[::-1].copy())


def test_a_cache_read_by_another_method_of_an_argument_is_refused():
    refused(lambda cell, x: cell.scaled(x), Cell(X), X, wrt="cell.w", match="assignment to this target")


def test_an_array_that_an_object_keeps_and_that_changes():
    def f(cell, x):
        y = x * 1.0
        cell.last = y
        y += x
        return (y * y * cell.w).sum()

    refused(f, Cell(X), X, wrt="cell.w", match="assignment to this target")


@dataclass
class Pair:
    first: object
    second: object = 0.5


def test_an_object_that_is_used_as_a_whole():
    def replaced(w, x):
        p = Pair(w, x)
        p.first = 2 * w
        return (replace(p, second=x * x).second * x).sum()

    def copied(w, x):
        p = Cell(w)
        p.w = w * 3
        q = copy.copy(p)
        return (q.w * x).sum()

    def equal(w, x):
        p, q = Pair(w[0], 1.0), Pair(x[0], 1.0)
        p.second = 2.0
        return x.sum() if p == q else (x * w).sum()

    for f in (replaced, copied, equal):
        right_or_refused(f, X, X[::-1].copy())


class Watching:
    def __init__(self, w):
        object.__setattr__(self, "w", w)

    def __setattr__(self, name, value):
        object.__setattr__(self, "w", value)


class Managed:
    def __init__(self, w):
        self.w = w

    @property
    def last(self):
        return 0.0

    @last.setter
    def last(self, value):
        self.w = value


@pytest.mark.parametrize("kind", [Watching, Managed])
def test_classes_that_do_something_else_with_what_is_stored(kind):
    def f(o, x):
        o.last = x * 2
        return (o.w * x).sum()

    with pytest.raises(Refusal):
        grad(f, "x")(kind(X), X)


def test_no_gradient_shares_memory_with_what_an_object_keeps():
    def f(cell, w, x):
        t = np.sin(w)
        cell.last = t
        return (t * x).sum()

    cell = Cell(X)
    gradient = grad(f, "x")(cell, X, X)
    assert not np.shares_memory(gradient, cell.last)


def test_what_a_method_keeps_is_not_what_a_gradient_holds():
    class Sine:
        def forward(self, x):
            self.last = np.cos(x)
            return np.sin(x)

    def f(layer, x, y):
        layer.first = y
        t = layer.forward(x)
        layer.second = t
        return (t * y).sum()

    layer = Sine()
    dx, dy = grad(f, ("x", "y"))(layer, X, 2 * X)
    for kept in (layer.first, layer.second, layer.last):
        assert not np.shares_memory(dx, kept) and not np.shares_memory(dy, kept)
    np.testing.assert_allclose(dx, np.cos(X) * 2 * X)
    np.testing.assert_allclose(dy, np.sin(X))


def test_what_runs_again_stores_nothing():
    def f(layer, x):
        for _ in checkpointed(range(5), snapshots=2):
            x = layer.forward(x)
        return (x * x).sum()

    refused(f, Relu(), X, wrt="x", match="`mask` would be stored a second time")


class Sized:
    """What a test or a builtin finds hangs on an attribute that no text reads."""

    def __init__(self, w):
        self.w = w

    def __len__(self):
        return self.n

    def __bool__(self):
        return self.flag > 1

    def by_length(self, x, k):
        self.n = k
        return x * self.w * len(self)

    def by_truth(self, x, k):
        self.flag = k
        if self:
            x = x * 2
        y = x * self.w
        self.flag = 0
        return y

    def by_guard(self, x, k):
        self.flag = k
        match k:
            case 3 if self:
                x = x * 4
            case _:
                x = x * 5
        self.flag = 0
        return x * self.w


class Open:
    def __init__(self, w):
        self.w = w

    def by_dict(self, x, k):
        self.first = k
        y = x * self.w * len(self.__dict__)
        self.second = k
        return y

    def by_name(self, x, k):
        if hasattr(self, "n"):
            x = x * 2
        self.n = k
        return x * self.w

    def by_lambda(self, x, k):
        self.n = k
        return x * self.w * (lambda o: o.n)(self)


@pytest.mark.parametrize(
    ("kind", "name"),
    [(Sized, "by_length"), (Sized, "by_truth"), (Sized, "by_guard")]
    + [(Open, "by_dict"), (Open, "by_name"), (Open, "by_lambda")],
)
def test_what_reads_an_attribute_without_naming_it(kind, name):
    text = f"def f(o, x):\n    y = o.{name}(x, 1)\n    z = o.{name}(y, 3)\n    return (y * z).sum()\n"
    filename, namespace = f"<noted {name}>", {}
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    exec(compile(text, filename, "exec"), namespace)
    f = namespace["f"]
    try:
        found = grad(f, "x")(kind(X), X)
    except Refusal:
        return
    wanted = [(f(kind(X), X + e) - f(kind(X), X - e)) / 2e-6 for e in 1e-6 * np.eye(3)]
    np.testing.assert_allclose(found, wanted, atol=1e-5)
