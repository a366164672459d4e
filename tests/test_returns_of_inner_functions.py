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


def with_what_else_is_returned(a: Any) -> Any:
    def first(a: Any, n: int) -> Any:
        for t in range(1, n):
            if a[t].sum() > 0:
                return a[0].sum(), 5.0
        return a.sum(), 7.0

    value, scale = first(a, 3)
    return value**2 * scale, scale


@pytest.mark.parametrize("f", [scaled, unpacked, newton, in_a_try, methods], ids=lambda f: f.__name__)
def test_what_follows_a_return_from_a_loop(f: Any) -> None:
    check(f, A)


def test_the_result_is_not_that_of_the_inner_function() -> None:
    value, gradient = value_and_grad(with_what_else_is_returned, has_aux=True)(np.ones((3, 3)))
    assert value == (45.0, 5.0)
    assert np.array_equal(gradient, [[30.0] * 3, [0.0] * 3, [0.0] * 3])
