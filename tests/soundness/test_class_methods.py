"""Class methods, and what classes and modules hold: read as it is when the function runs."""

import types

import numpy as np

from s2sgrad import grad, vjp
from tests.differences import check, refused

x = np.array([0.5, -0.7, 1.1, 0.9])
settings = types.ModuleType("settings")
settings.rate, settings.weights = 0.3, np.array([1.0, 2.0, 3.0, 4.0])


class Scaled:
    factor = 2.0
    offsets = np.array([0.1, 0.2, 0.3, 0.4])

    def __init__(self, a):
        self.a = a

    @classmethod
    def of(cls, a):
        return cls(a * cls.factor)

    @classmethod
    def scaled(cls, a):
        return a * cls.factor + cls.offsets

    @classmethod
    def both(cls, a):
        return cls.scaled(cls.squashed(a))

    @staticmethod
    def squashed(a):
        return np.tanh(a) * Scaled.factor

    def total(self):
        return (self.scaled(self.a) ** 2).sum()


class Thrice(Scaled):
    factor = 3.0


def constructed(x):
    return (Scaled.of(x).a ** 2).sum() + Thrice.of(x).a.sum() * x[0]


def called_on_classes(x):
    for _ in range(2):
        x = Scaled.both(x)
    return (x**2).sum() + Thrice.scaled(x).sum() * x[1]


def called_by_another_name(x):
    squared = Scaled.both
    return (squared(x) ** 2).sum() * x[0]


def called_on_objects(x):
    return Scaled(x).total() + Thrice(x**2).total()


def of_an_argument(model, v):
    return model.total() * v.sum()


def attributes(x):
    return np.exp(x * Scaled.factor * Scaled.offsets).sum() + np.sin(x * settings.rate * settings.weights).sum()


def test_class_methods():
    for program in (constructed, called_on_classes, called_by_another_name, called_on_objects, attributes):
        check(program, x)
    check(constructed, x.astype(np.float32))
    check(of_an_argument, Scaled(x), x)
    check(of_an_argument, Thrice(x), x)


def test_another_class_method_is_noticed(monkeypatch):
    derivative = grad(called_on_classes)
    before = derivative(x)
    monkeypatch.setattr(Scaled, "scaled", classmethod(lambda cls, a: a))
    after = derivative(x)
    assert not np.allclose(before, after)
    assert np.array_equal(after, grad(called_on_classes)(x))


def test_a_pullback_reads_what_the_class_held(monkeypatch):
    _, pullback = vjp(attributes)(x)
    before = pullback(1.0)
    monkeypatch.setattr(Scaled, "factor", 5.0)
    monkeypatch.setattr(settings, "rate", 7.0)
    kept = Scaled.offsets.copy()
    Scaled.offsets[:] = 9.0
    try:
        assert np.array_equal(pullback(1.0), before)
    finally:
        Scaled.offsets[:] = kept


def test_a_method_of_an_object_that_no_longer_stands_beside_it_is_refused():
    def f(x):
        total = Scaled(x).total
        return total() * x[0]

    refused(f, x, match="which object the method `total` belongs to is not known here")


def test_a_class_method_called_by_another_name_is_noticed(monkeypatch):
    derivative = grad(called_by_another_name)
    before = derivative(x)
    monkeypatch.setattr(Scaled, "both", classmethod(lambda cls, a: a))
    after = derivative(x)
    assert not np.allclose(before, after)
    assert np.array_equal(after, grad(called_by_another_name)(x))
