"""What is known of a function serves its next derivative, and only while it is true."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from s2sgrad import checkpointed, grad, hvp, jvp, value_and_grad, vjp
from s2sgrad.recent import recent

scale = 2.0


def helper(x):
    return x * x


def loss(x, order=2):
    y = helper(x) * scale
    for i in range(len(x)):
        y[i] = y[i] ** order
    return y.sum()


@pytest.fixture(autouse=True)
def _nothing_known():
    recent.clear()
    yield
    recent.clear()


@pytest.fixture
def analyses(monkeypatch):
    """The functions that were analysed, in order."""
    found = []
    module = importlib.import_module("s2sgrad.adjoint.analysed")
    analyse = module.analysed

    def noted(function, *args, **kwargs):
        found.append(function.__name__)
        return analyse(function, *args, **kwargs)

    monkeypatch.setattr(module, "analysed", noted)
    return found


X = np.array([0.5, -1.5, 2.0])


def test_another_mode_starts_from_what_is_known(analyses):
    for make in (grad, value_and_grad, vjp, jvp):
        make(loss).source_for(X)
    assert analyses == ["loss"]


def looped(x):
    s = x * 0
    for _ in checkpointed(range(4), snapshots=2):
        s = np.sin(s) * x + x
    return s.sum()


def calling(x):
    return looped(x) * 2.0


@pytest.mark.parametrize("f", [looped, calling])
def test_a_checkpointed_loop_is_another_thing_in_forward_mode(analyses, f):
    gradient = grad(f)(X)
    _, tangent = jvp(f)(X, tangents=np.ones(3))
    assert len(analyses) == 2
    assert tangent == pytest.approx(gradient.sum())


def test_other_facts_are_analysed_anew(analyses):
    grad(loss).source_for(X)
    value_and_grad(loss).source_for(X.astype(np.float32))
    value_and_grad(loss).source_for(X, 3.0)
    assert analyses == ["loss"] * 3


@pytest.mark.parametrize("make", [grad, value_and_grad, vjp, jvp, hvp])
def test_the_text_is_the_same(make):
    fresh = make(loss).source_for(X)
    recent.clear()
    for other in (jvp, vjp, grad):
        other(loss).source_for(X)
    assert make(loss).source_for(X) == fresh


def test_a_helper_of_another_body_is_seen(monkeypatch):
    before = grad(loss)(X)
    monkeypatch.setitem(globals(), "helper", lambda x: x)
    value, after = value_and_grad(loss)(X)
    assert value == pytest.approx(((scale * X) ** 2).sum())
    np.testing.assert_allclose(before, 4 * scale**2 * X**3)
    np.testing.assert_allclose(after, 2 * scale**2 * X)


def test_a_global_of_another_kind_is_seen(monkeypatch):
    grad(loss)(X)
    monkeypatch.setitem(globals(), "scale", np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(value_and_grad(loss)(X)[1], 4 * scale**2 * X**3)


def test_another_body_and_other_defaults_are_seen(monkeypatch):
    def f(x, p=2):
        return (x**p).sum()

    def g(x, p=2):
        return (x**p).sum() * 3

    grad(f)(X)
    monkeypatch.setattr(f, "__defaults__", (3,))
    np.testing.assert_allclose(value_and_grad(f)(X)[1], 3 * X**2)
    monkeypatch.setattr(f, "__code__", g.__code__)
    np.testing.assert_allclose(vjp(f)(X)[1](1.0), 9 * X**2)


def test_clearing_a_derivative_forgets(analyses):
    first = grad(loss)
    first.source_for(X)
    first.cache_clear()
    first.source_for(X)
    assert analyses == ["loss", "loss"]


def test_few_are_kept(analyses):
    def made(n):
        def f(x):
            return (x * n).sum()

        return f

    functions = [made(float(n)) for n in range(6)]
    for make in (grad, value_and_grad):
        for f in functions:
            make(f)(X)
    assert len(analyses) == 12
    vjp(functions[-1])(X)
    assert len(analyses) == 12
