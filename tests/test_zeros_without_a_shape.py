"""What a loop binds last is read behind it: the adjoint starts each other round from the number 0."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import check, right_or_refused

RNG = np.random.default_rng(0)
LAYERS = [(RNG.normal(size=(m, n)), RNG.normal(size=n)) for m, n in ((3, 4), (4, 2), (2, 3))]
X = RNG.normal(size=(5, 3))


def last_outputs(layers: Any, x: Any) -> Any:
    for W, b in layers:
        outputs = x @ W + b
        x = np.tanh(outputs)
    return np.sum(outputs**2) + np.sum(x)


def rectified(layers: Any, x: Any) -> Any:
    for W, b in layers:
        outputs = x @ W + b
        x = np.maximum(outputs, 0)
    return np.sum(outputs**2)


def two_of_them(layers: Any, x: Any) -> Any:
    for W, b in layers:
        inner = x @ W
        outputs = inner + b
        x = np.tanh(outputs) * inner
    return np.sum(outputs * inner)


def scaled_by_a_number(layers: Any, x: Any) -> Any:
    for W, b in layers:
        outputs = x @ W + b
        x = np.tanh(outputs) + outputs.mean()
    return np.sum(outputs**2)


def in_one_case_only(layers: Any, x: Any) -> Any:
    for W, b in layers:
        outputs = x @ W + b
        if outputs[0, 0] > 0:
            x = np.tanh(outputs)
        else:
            x = outputs * 0.5
    return np.sum(outputs**2)


def left_early(layers: Any, x: Any) -> Any:
    for W, b in layers:
        outputs = x @ W + b
        if outputs.shape[1] == 2:
            break
        x = np.tanh(outputs)
    return np.sum(outputs**2)


def summed(layers: Any, x: Any) -> Any:
    for W, b in layers:
        outputs = x @ W + b
        x = np.tanh(outputs.sum(axis=0, keepdims=True))
    return np.sum(outputs**2)


def transposed(layers: Any, x: Any) -> Any:
    for W, b in layers:
        outputs = (x @ W + b).T
        x = np.tanh(outputs.T)
    return np.sum(outputs**2)


@pytest.mark.parametrize("f", [last_outputs, rectified], ids=lambda f: f.__name__)
def test_right(f: Any) -> None:
    check(f, LAYERS, X)
    check(f, LAYERS[:1], X)
    assert "doutputs = 0.0\n" in grad(f).source_for(LAYERS, X)


@pytest.mark.parametrize(
    "f", [two_of_them, scaled_by_a_number, in_one_case_only, left_early, summed, transposed], ids=lambda f: f.__name__
)
@pytest.mark.parametrize("layers", [LAYERS, LAYERS[:1], LAYERS[:2]], ids=len)
def test_right_or_refused(f: Any, layers: Any) -> None:
    right_or_refused(f, layers, X)


def test_the_derivative_of_the_derivative() -> None:
    v = [(RNG.normal(size=W.shape), RNG.normal(size=b.shape)) for W, b in LAYERS]

    def slope(layers: Any, x: Any) -> Any:
        found = grad(last_outputs)(layers, x)
        return sum(np.sum(a * b) for g, along in zip(found, v) for a, b in zip(g, along))

    def moved(h: float) -> Any:
        return [(W + h * dW, b + h * db) for (W, b), (dW, db) in zip(LAYERS, v, strict=True)]

    second = grad(last_outputs)
    h = 1e-6
    for after, before in zip(second(moved(h), X), second(moved(-h), X), strict=True):
        assert all(np.all(np.isfinite((a - b) / (2 * h))) for a, b in zip(after, before, strict=True))
    found = grad(slope)(LAYERS, X)
    for one, after, before in zip(found, second(moved(h), X), second(moved(-h), X), strict=True):
        for got, a, b in zip(one, after, before, strict=True):
            np.testing.assert_allclose(got, (a - b) / (2 * h), atol=1e-6)
