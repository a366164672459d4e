"""Dicts of parameters that are copied, joined and rebound, then changed."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import numpy as np
import pytest

from tests.differences import check, refused

PARAMS = {"W": np.arange(12.0).reshape(3, 4) / 10 + 0.1, "b": np.array([0.5, -1.0, 2.0, 0.3])}
H = np.array([0.4, -0.2, 1.0])


def loss(params: Any, h: Any) -> Any:
    return np.tanh(h @ params["W"] + params["b"]).sum()


def by_dict(params: Any, h: Any) -> Any:
    p = dict(params, b=params["b"] * 3)
    p["W"] = p["W"] * 2
    return loss(p, h) + params["b"].sum()


def by_method(params: Any, h: Any) -> Any:
    p = params.copy()
    p["b"] = p["b"] - 0.1
    return loss(p, h) + params["b"].sum()


def by_the_module(params: Any, h: Any) -> Any:
    params = copy.copy(params)
    params.update(W=params["W"] + 1)
    return loss(params, h)


def joined(params: Any, h: Any) -> Any:
    other = {"b": params["b"] ** 2}
    p = params | other
    q = dict(p)
    q.update(other)
    return loss(p, h) * loss(q, h)


def rebound_and_stepped(params: Any, h: Any) -> Any:
    old = params
    params = {k: v.copy() for k, v in params.items()}
    for _ in range(3):
        g = np.tanh(h @ params["W"] + params["b"])
        grads = {"W": np.outer(h, g), "b": g}
        for k in params:
            params[k] -= 0.1 * grads[k]
    return loss(params, h) + old["b"].sum()


def started(params: Any) -> Any:
    return {k: v + 0.0 for k, v in params.items()}


def stepped(params: Any, grads: Any, rate: Any) -> Any:
    for key, g in grads.items():
        params[key] -= rate * g
    return params


def by_helpers(params: Any, h: Any) -> Any:
    params = started(params)
    for _ in range(2):
        g = np.tanh(h @ params["W"] + params["b"])
        params = stepped(params, {"W": np.outer(h, g), "b": g}, 0.1)
    return loss(params, h)


@pytest.mark.parametrize(
    "f", [by_dict, by_method, by_the_module, joined, rebound_and_stepped, by_helpers], ids=lambda f: f.__name__
)
def test_a_copy_that_is_changed(f: Any) -> None:
    check(f, PARAMS, H)


@dataclasses.dataclass(frozen=True)
class Rates:
    up: float
    down: float

    @property
    def ratio(self) -> float:
        return self.up / self.down


def replaced(up: Any, down: Any) -> Any:
    rates = Rates(up, down)
    faster = dataclasses.replace(rates, up=rates.up * 2)
    return faster.ratio**2 + rates.ratio


def test_an_object_with_other_fields() -> None:
    check(replaced, 2.0, 0.7)


def given(params: Any, h: Any) -> Any:
    params["b"] = params["b"] * 2
    return loss(params, h)


def bound_now_and_then(params: Any, h: Any) -> Any:
    if h[0] > 0:
        params = dict(params)
        params["b"] = params["b"] * 2
    return loss(params, h)


@pytest.mark.parametrize(
    ("f", "reason"),
    [(given, "this changes `params`, which belongs to the caller"), (bound_now_and_then, "in a branch or a loop only")],
)
def test_a_dict_of_the_caller_is_not_changed(f: Any, reason: str) -> None:
    refused(f, PARAMS, H, match=reason)
