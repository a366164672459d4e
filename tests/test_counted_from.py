"""Loops over ``enumerate`` that count from another number than 0."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.differences import check, refused

X = np.array([0.5, 1.5, 2.0, 0.3])
FIRST = 2


def powers(x: Any) -> Any:
    total = 0.0
    for k, v in enumerate(x, start=1):
        total += v**k
    return total


def neighbours(x: Any) -> Any:
    total = 0.0
    for k, v in enumerate(x[1:], 1):
        total += np.sin(v) * x[k - 1]
    return total


def pairs(x: Any) -> Any:
    total = 0.0
    for n, (a, b) in enumerate(zip(x, x[1:]), start=-1):  # noqa: RUF007
        total += a * b * n
    return total


def until(x: Any) -> Any:
    total = 0.0
    for n, v in enumerate(x, FIRST):
        if total > 3:
            break
        total += v * n
    return total * n


def in_a_sum(x: Any) -> Any:
    return sum(v**k for k, v in enumerate(x, 2)) + sum([v / k for k, v in enumerate(x, start=1)])


def stored(x: Any) -> Any:
    y = np.zeros(6)
    for k, v in enumerate(x, 1):
        y[k] = v * y[k - 1] + v
    return y.sum()


def rows(x: Any) -> Any:
    m = np.outer(x, x)
    total = 0.0
    for k, row in enumerate(m, 1):
        total += (row * k) @ x
    return total


@pytest.mark.parametrize("f", [powers, neighbours, pairs, until, in_a_sum, stored, rows], ids=lambda f: f.__name__)
def test_counted_from_a_number(f: Any) -> None:
    check(f, X)


def test_a_number_that_is_not_known_is_refused() -> None:
    def powers_from(x: Any, first: Any) -> Any:
        total = 0.0
        for k, v in enumerate(x, first + 1):
            total += v**k
        return total

    refused(powers_from, X, 1, wrt="x", match="cannot be run backwards")
