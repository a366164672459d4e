"""Functions that are written in place of their calls, and return from within a loop: the caller goes on behind them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from s2sgrad import value_and_grad
from tests.differences import check

A = np.arange(9.0).reshape(3, 3) / 5 - 0.4


def scaled(a: Any) -> Any:
    def first_positive(a: Any, n: int) -> Any:
        for t in range(1, n):
            if a[t].sum() > 0:
                return a[0].sum()
        return a.sum()

    return first_positive(a, 3) * 2 + first_positive(-a, 3) ** 2


def unpacked(a: Any) -> Any:
    def first(condition: Any) -> Any:
        for i in range(3):
            for j in range(3):
                if condition(a[i, j]):
                    return a[i, j] * 2, i
        return a[0, 0], -1

    v, i = first(lambda t: t > 0.3)
    w, k = first(lambda t: t > 30)
    return v**2 + w * 3 + i + k


def newton(a: Any) -> Any:
    def root(x: Any, tol: float) -> Any:
        while True:
            step = (x**3 - a[1, 2]) / (3 * x**2)
            x = x - step
            if abs(step) < tol:
                return x

    return root(1.0, 1e-12) * a[0, 1] + root(2.0, 1e-12)


def in_a_try(a: Any) -> Any:
    def first(x: Any) -> Any:
        try:
            for v in x:
                if v > 0.1:
                    return v * v
        finally:
            pass
        return x[0]

    return first(a[0]) * 2 + first(a[1]) * 3


class Counting:
    def __init__(self, a: Any) -> None:
        self.a = a
        self.seen = 0

    def find(self, bound: float) -> Any:
        for row in self.a:
            self.seen += 1
            for v in row:
                if v > bound:
                    return v
        else:
            self.seen += 10
        return self.a.sum()


def methods(a: Any) -> Any:
    box = Counting(a * 1.0)
    total = box.find(0.05) ** 2 + box.find(9.0) ** 2
    return total * box.seen


def marched(a: Any) -> Any:
    def march(start: float) -> Any:
        t = 0.0
        for _ in range(5):
            d = a[2, 2] - t * a[2, 1] + start
            if d < 0.7:
                return t * a[1, 2], True
            t = t + d * 0.5
        return t, False

    total = 0.0
    for start in (0.0, 5.0, 1.0):
        t, hit = march(start)
        total += t**2 if hit else 0.1 * t
    return total


def rows_until(a: Any) -> Any:
    def until(bound: float) -> Any:
        row = a[0]
        for row in a:
            if row.sum() > bound:
                return row * 2
        return row

    total = 0.0
    for bound in (0.5, 9.0, -9.0):
        total += (until(bound) ** 2).sum()
    return total


def with_what_else_is_returned(a: Any) -> Any:
    def first(a: Any, n: int) -> Any:
        for t in range(1, n):
            if a[t].sum() > 0:
                return a[0].sum(), 5.0
        return a.sum(), 7.0

    value, scale = first(a, 3)
    return value**2 * scale, scale


FUNCTIONS = [scaled, unpacked, newton, in_a_try, methods, marched, rows_until]


@pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)
def test_what_follows_a_return_from_a_loop(f: Any) -> None:
    check(f, A)


def test_the_result_is_not_that_of_the_inner_function() -> None:
    value, gradient = value_and_grad(with_what_else_is_returned, has_aux=True)(np.ones((3, 3)))
    assert value == (45.0, 5.0)
    assert np.array_equal(gradient, [[30.0] * 3, [0.0] * 3, [0.0] * 3])
