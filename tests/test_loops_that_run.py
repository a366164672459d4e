"""Loops whose number of rounds is known to be one at least; helpers that write in place; branches that return."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.differences import check

X = np.array([0.5, -1.0, 2.0, 0.3])


def steps(a: Any) -> Any:
    for k in range(2):
        a = np.tanh(a + k)
    return a


def result_is_no_argument(x: Any) -> Any:
    y = steps(x[::-1])
    y[0] *= x[1]
    return (y * x).sum()


def last_round(x: Any) -> Any:
    for i in range(3):
        y = np.sin(x[i])
        z = y * y
    return z * y


def best_of_three(x: Any) -> Any:
    best = None
    for i in range(3):
        if best is None or x[i] > best:
            best = x[i]
    return best**2


def left_early(x: Any) -> Any:
    for i in (0, 1, 2):
        y = x[i] * x[3]
        if y < 0:
            break
    return y**2


def damped(u: Any, a: Any) -> None:
    u *= 0.5
    u += np.tanh(a)


def head_scaled(u: Any, a: Any) -> None:
    first = u[0:1]
    first *= np.mean(a)
    u[-1] = np.sin(u[0])


def changed_by_helpers_then_rebound(x: Any) -> Any:
    y = np.tanh(x)
    damped(y, x)
    total = y.sum()
    for _ in range(2):
        head_scaled(y, x)
        total += (y**2).sum()
        y = y + x
    return total * y[0]


def returned_from_a_case(x: Any) -> Any:
    w = x[0]
    match int(4 * w) % 3:
        case 0:
            w = np.sin(w)
        case 1 | 2:
            if w >= 1:
                return w + np.sum(x)
    scaled = lambda v: np.tanh(v * w)
    return scaled(x).sum()


def spent(x: Any) -> Any:
    h, k = None, 0
    numbers = iter(range(3))
    for k in numbers:
        pass
    for k in numbers:
        h = x[0]
    return x[1] * k if h is None else h * 2


def spent_in_step(x: Any) -> Any:
    total, pairs = x[1], zip((1, 2), (3, 4))
    for _ in pairs:
        pass
    for _, (a, b) in enumerate(pairs):
        total = total * x[0] * a * b
    return total**2


def shorter_than_it_seems(x: Any) -> Any:
    h = None
    for _, _ in zip(range(3), range(0)):
        h = x[0]
    for _ in range(3, 0):
        h = x[2]
    return x[1] ** 2 if h is None else h * 2


FUNCTIONS = [
    spent, spent_in_step, shorter_than_it_seems,
    result_is_no_argument, last_round, best_of_three, left_early, changed_by_helpers_then_rebound, returned_from_a_case,
]  # fmt: skip


@pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)
def test_what_holds_behind(f: Any) -> None:
    check(f, X)
