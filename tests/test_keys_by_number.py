"""Dicts of parameters whose keys are spelled in a loop: ``params["W" + str(k)]``, ``params[f"b{k}"]``."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import check

A = np.arange(12.0).reshape(3, 4) / 10 + 0.1
PARAMS = {"W1": A, "W2": A.T.copy(), "b1": np.array([0.5, -1.0, 2.0, 0.3]), "b2": np.array([0.4, -0.2, 1.0])}
H = np.array([0.3, -0.6, 0.9])


def by_str(params: Any, h: Any) -> Any:
    layers = len(params) // 2
    for k in range(1, layers + 1):
        h = np.tanh(h @ params["W" + str(k)] + params["b" + str(k)])
    return h.sum()


def by_f_string(params: Any, h: Any) -> Any:
    for k in range(2):
        h = np.tanh(h @ params[f"W{k + 1}"] + params["b%d" % (k + 1)])
    return h.sum()


def up_to_an_argument(params: Any, h: Any, layers: int) -> Any:
    for k in range(1, layers + 1):
        h = np.tanh(h @ params[f"W{k}"] + params[f"b{k}"])
    return (h**2).sum()


def with_a_cache(params: Any, x: Any) -> Any:
    cache = {}
    a, layers = x, len(params) // 2
    for k in range(1, layers):
        cache["Z" + str(k)] = a @ params["W" + str(k)] + params["b" + str(k)]
        a = np.maximum(0, cache["Z" + str(k)])
    z = a @ params[f"W{layers}"] + params[f"b{layers}"]
    return (z**2).sum() + (cache["Z1"] ** 2).sum()


def stored_by_name(params: Any, x: Any) -> Any:
    scaled = {}
    for i, name in enumerate(("W1", "b1")):
        scaled[name] = params[name] * (i + 1)
    return np.tanh(x @ scaled["W1"] + scaled["b1"]).sum()


def keys_that_are_numbers(params: Any, x: Any) -> Any:
    squares = {"all": x.sum()}
    for i in range(3):
        squares[i] = x[i] ** 2
    return squares[0] * squares[2] + squares["all"] + params["b2"][1]


CASES = [(f, ()) for f in (keys_that_are_numbers, by_str, by_f_string, with_a_cache, stored_by_name)]
CASES.append((up_to_an_argument, (2,)))


@pytest.mark.parametrize(("f", "more"), CASES, ids=lambda case: getattr(case, "__name__", ""))
def test_keys_that_are_spelled(f: Any, more: Any) -> None:
    check(f, PARAMS, H, *more)


def test_the_text_reads_the_keys_themselves() -> None:
    derivative = grad(by_str)
    derivative(PARAMS, H)
    assert 'params["W2"].T' in derivative.source
    assert "str(k" not in "".join(line for line in derivative.source.splitlines(True) if "#" not in line)
