"""One derivative, called again after what the function reads from outside was given another value."""

import sys

import numpy as np
import pytest

from s2sgrad import grad, vjp
from s2sgrad.errors import Refusal
from tests.differences import check, differences, refused

x = np.array([0.4, -0.8, 1.2])
data = np.array([1.0, 2.0, 3.0])
here = sys.modules[__name__]


def same(gradient, f, *args):
    wanted = differences(f, *args)
    np.testing.assert_allclose(gradient(*args), wanted, rtol=1e-6, atol=1e-9)


def largest(v):
    return max(v[0], v[1] * v[2]) * len(v)


def total(v):
    return sum(u * u for u in v) + sum([u * v[0] for u in v])


def paired(v):
    s = 0.0
    for a, b in zip((v, v[0]), (v[1], v)):
        s = s + np.sum(a * b)
    return s


@pytest.mark.parametrize(
    ("f", "name", "value"),
    [
        (largest, "max", lambda a, b: a * b),
        (largest, "len", lambda v: 7),
        (total, "sum", lambda items: list(items)[0]),
        (paired, "zip", lambda a, b: [(b[0], a[0])]),
    ],
)
def test_builtins_that_are_shadowed_later(monkeypatch, f, name, value):
    gradient = grad(f)
    same(gradient, f, x)
    monkeypatch.setattr(here, name, value, raising=False)
    try:
        same(gradient, f, x)
    except Refusal:
        pass
    monkeypatch.undo()
    same(gradient, f, x)


def test_defaults_of_the_function_itself():
    def power(v, k=2):
        return (v**k).sum()

    gradient = grad(power)
    same(gradient, power, x)
    power.__defaults__ = (3,)
    same(gradient, power, x)


def test_keyword_defaults_of_the_function_itself():
    def power(v, *, k=2):
        return (v**k).sum()

    gradient = grad(power)
    same(gradient, power, x)
    power.__kwdefaults__ = {"k": 3}
    same(gradient, power, x)
    power.__kwdefaults__["k"] = 4
    same(gradient, power, x)


def raised(v, *, k=2):
    return v**k


def uses_raised(v):
    return raised(v).sum() ** 2


def test_keyword_defaults_of_a_helper():
    gradient = grad(uses_raised)
    same(gradient, uses_raised, x)
    raised.__kwdefaults__["k"] = 3
    try:
        same(gradient, uses_raised, x)
    finally:
        raised.__kwdefaults__["k"] = 2


def reads_data(v):
    s = data.sum() * v[0] + (data.T * v).mean()
    for i in range(data.shape[0]):
        s = s + data[i] * v[i % 3] ** 2
    return s


def test_arrays_of_the_module(monkeypatch):
    check(reads_data, x)
    gradient = grad(reads_data)
    same(gradient, reads_data, x)
    monkeypatch.setattr(here, "data", np.array([2.0, 5.0, 1.0]))
    same(gradient, reads_data, x)
    monkeypatch.setattr(here, "data", np.array([4.0]))
    same(gradient, reads_data, x)


class Scale:
    factor = 2.0

    def __init__(self, w):
        self.w = w

    def scaled(self, v):
        return v * self.w * self.factor

    @property
    def half(self):
        return self.w * 0.5


scale = Scale(3.0)


def reads_object(v):
    return (scale.scaled(v) ** 2).sum() + np.sum(scale.half * v)


def test_objects_of_the_module(monkeypatch):
    check(reads_object, x)
    gradient = grad(reads_object)
    same(gradient, reads_object, x)
    monkeypatch.setattr(scale, "w", np.array([1.0, 2.0, 3.0]))
    same(gradient, reads_object, x)
    monkeypatch.setattr(Scale, "factor", 5.0)
    same(gradient, reads_object, x)
    monkeypatch.setattr(Scale, "scaled", lambda self, v: v**3)
    same(gradient, reads_object, x)
    monkeypatch.setattr(Scale, "half", property(lambda self: self.w * 7))
    same(gradient, reads_object, x)


def writes_through_a_view(v):
    part = data[1:]
    part[0] = v[0]
    return part.sum()


def writes_transposed(v):
    data.T[0] = 2.0
    return (data * v).sum()


def fills(v):
    data.fill(2.0)
    return (data * v).sum()


@pytest.mark.parametrize("f", [writes_through_a_view, writes_transposed, fills])
def test_arrays_of_the_module_are_not_written(f):
    refused(f, x)
    assert data[0] == 1.0


def test_a_pullback_keeps_its_own_copy_of_an_array_of_the_module():
    kept = data.copy()
    _, pullback = vjp(lambda v: (data * v).sum() * data.mean())(x)
    data[:] = 9.0
    try:
        np.testing.assert_allclose(pullback(1.0), kept * kept.mean())
    finally:
        data[:] = kept


single = x.astype(np.float32)


def meets_single(v, w):
    u = w * 2
    return (u * v).sum()


def stores_single(v, w):
    u = np.zeros_like(w)
    u[:] = v * w
    return (u * v).sum()


def integers(v, n):
    u = v * 2
    return (u * n).sum()


@pytest.mark.parametrize("f", [meets_single, stores_single])
def test_the_gradient_of_double_precision_is_of_double_precision(f):
    assert grad(f, 1)(single, x).dtype == np.float64
    assert grad(f, 0)(single, x).dtype == np.float32
    check(f, single, x)
    check(f, x, single)


def test_integers_do_not_widen_single_precision():
    assert grad(integers)(single, np.arange(3)).dtype == np.float32


def summed(values):
    s = 0.0
    for v in values:
        s = s + v * 2.5
    return s


def test_numpy_scalars_in_a_list():
    assert [type(g) for g in grad(summed)([np.float32(1), np.float32(2)])] == [np.float32, np.float32]
