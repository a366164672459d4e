"""Variables and attributes that start as None and get a value in a loop or a branch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import check, refused

X = np.array([0.5, -1.0, 2.0, 0.3, 1.1, -0.7])
A = np.arange(12.0).reshape(3, 4) / 10 + 0.1


def squared_steps(x: Any) -> Any:
    previous, total = None, 0.0
    for v in x:
        if previous is not None:
            total += (v - previous) ** 2
        previous = v
    return total


def second_differences(x: Any) -> Any:
    last = before = None
    total = 0.0
    for v in x:
        if last is not None and before is not None:
            total += (v - 2 * last + before) ** 2
        before, last = last, v
    return total


def largest(x: Any) -> Any:
    best = None
    for v in x:
        if best is None or v > best:
            best = v
    if best is None:
        raise ValueError("nothing to choose from")
    return best**2


def restarted(a: Any) -> Any:
    h, total = None, 0.0
    for i, row in enumerate(a):
        if i == 2:
            h = None
        h = row * row if h is None else np.sin(h) * row
        total += (h**2).sum()
    return total


def changed_in_place(a: Any) -> Any:
    product, total = None, 0.0
    for row in a:
        if product is not None:
            product *= row
            total += product.sum()
        else:
            product = row.copy()
        product += 1.0
    return total + (product**2).sum()


def grown(a: Any) -> Any:
    rows = None
    for row in a:
        row = np.exp(-row)[None, :]
        rows = row if rows is None else np.vstack((rows, row))
    return (rows**2).sum()


def never_set(x: Any) -> Any:
    best = None
    for v in x:
        if v > 10.0:
            best = v
    return (x**2).sum() if best is None else best**2


def falsy(x: Any) -> Any:
    h, total = None, 0.0
    for v in x:
        h = v if not h else h * 0.5 + v
        total += h**2
    return total


def blended(state: Any, row: Any) -> Any:
    if state is None:
        return np.tanh(row)
    return np.tanh(row + 0.5 * state)


def given_to_a_helper(a: Any) -> Any:
    state = None
    for row in a:
        state = blended(state, row)
    return state.sum()


def first_above(x: Any, bound: Any) -> Any:
    for v in x:
        if v > bound:
            return v * v
    return None


def returned_by_a_helper(x: Any) -> Any:
    found, missed = first_above(x, 1.0), first_above(x, 10.0)
    return (0.0 if found is None else found * 3) + (x[0] if missed is None else missed)


class Adam:
    def __init__(self, rate: float = 0.1) -> None:
        self.rate, self.t = rate, 0
        self.m = None
        self.v = None

    def update(self, w: Any, g: Any) -> Any:
        if self.m is None:
            self.m = np.zeros_like(w)
            self.v = np.zeros_like(w)
        self.t += 1
        self.m = 0.9 * self.m + 0.1 * g
        self.v = 0.99 * self.v + 0.01 * g**2
        w -= self.rate * self.m / (1 - 0.9**self.t) / (np.sqrt(self.v / (1 - 0.99**self.t)) + 1e-3)
        return w


def after_three_steps_of_adam(start: Any) -> Any:
    w, optimiser = start.copy(), Adam()
    for _ in range(3):
        w = optimiser.update(w, 2 * w * np.cos(w))
    return (w**2).sum()


CASES = [
    (squared_steps, X), (second_differences, X), (largest, X), (restarted, A), (changed_in_place, A), (grown, A),
    (never_set, X), (falsy, X), (given_to_a_helper, A), (returned_by_a_helper, X), (after_three_steps_of_adam, X),
]  # fmt: skip


@pytest.mark.parametrize(("f", "argument"), CASES, ids=lambda case: getattr(case, "__name__", ""))
def test_a_value_that_starts_as_none(f: Any, argument: Any) -> None:
    check(f, argument)


def test_whether_a_number_was_none_is_asked_again() -> None:
    derivative = grad(squared_steps)
    derivative(X)
    assert derivative.source.count("if previous is not None:") == 1
    assert "taken" not in derivative.source


def may_be_returned(x: Any) -> Any:
    best = None
    for v in x:
        if best is None or v > best:
            best = v
    return best


def used_as_an_index(x: Any) -> Any:
    best = None
    for i in range(len(x)):
        if x[i] > 1.0:
            best = i
    return x[best] ** 2


def given_to_a_function_that_takes_none(x: Any) -> Any:
    y = None
    if x[0] > 0:
        y = x
    return np.sum(y)


@pytest.mark.parametrize(
    ("f", "reason"),
    [
        (used_as_an_index, r"`best` may be None here, and what `x\[best\]` gives"),
        (given_to_a_function_that_takes_none, r"`y` may be None here, and what `np.sum\(y\)` gives"),
    ],
    ids=lambda case: getattr(case, "__name__", ""),
)
def test_what_may_still_be_none_is_refused(f: Any, reason: str) -> None:
    refused(f, X, match=reason)


def test_what_is_none_without_a_round_is_refused_where_there_may_be_none() -> None:
    check(may_be_returned, X)
    refused(may_be_returned, X[:0], match="the result may be None")


def filled_and_asked(x: Any) -> Any:
    places = [None] * 4
    for i in (0, 1, 0, 3):
        places[i] = x * (i + 1)
    total = 0.0
    for p in places:
        if p is not None:
            total += np.sum(p * p)
    return total


def filled_by_appending(x: Any) -> Any:
    places = []
    for _ in range(3):
        places.append(None)
    h = x
    for i in range(3):
        places[i] = h
        h = np.tanh(h * x)
    return np.sum(places[1] * h)


def appended_between(x: Any) -> Any:
    found = []
    for k in range(3):
        found.append(x * k)
        found.append(None)
    total = 0.0
    for v in found:
        if v is None:
            total *= 2
        else:
            total += np.sum(v * v)
    return total


def remembered_in_a_list(x: Any) -> Any:
    memo: list[Any] = []
    for _ in range(3):
        memo.append(None)
    s = 0.0
    for i in [0, 1, 0, 1, 0]:
        if memo[i] is None:
            memo[i] = np.sum(x * (i + 1)) ** 2
            s += memo[i] * 2
        s += memo[i]
    return s


@pytest.mark.parametrize("f", [filled_and_asked, filled_by_appending, appended_between, remembered_in_a_list])
def test_lists_whose_places_hold_none_until_they_are_filled(f: Any) -> None:
    check(f, X)
