"""A loop over the rows of an array that its body writes into: later rounds see what earlier ones have written."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.differences import check

W = np.array([0.75, -0.3, 0.25])


def scaled_by_its_rows(w: Any) -> Any:
    table = np.full((3, 3), 0.5)
    for _, row in enumerate(table):
        np.multiply(table, w + row, out=table)
    return np.sum(table)


def read_before_it_is_written(w: Any) -> Any:
    table, total = np.zeros((3, 3)), 0.0
    for row in table:
        total += (row * row).sum()
        table[1:] = table[:-1] + w
    return total


def backwards(w: Any) -> Any:
    table, total = np.zeros((3, 3)), 0.0
    for row in reversed(table):
        total += (row * w).sum()
        table[...] = table * 2 + w
    return total


def through_another_name(w: Any) -> Any:
    table, total = np.zeros((3, 3)), 0.0
    rest = table[1:]
    for row in table:
        total += (row * row).sum()
        rest[...] = rest + w
    return total


def numbers(w: Any) -> Any:
    sums, total = np.zeros(3), 0.0
    for i, number in enumerate(sums):
        total += number * w[i]
        sums[:] = sums[:] + w
    return total


def halved_as_a_whole(w: Any) -> Any:
    table, total = np.outer(w, w), 0.0
    for row in table:
        total += (row**2).sum()
        table /= 2
    return total + table.sum()


def bound_anew(w: Any) -> Any:
    table, total = np.outer(w, w), 0.0
    for i, (row, other) in enumerate(zip(table, table[::-1])):
        total += (row * other).sum() * i
        table = table + row
    return total + table.sum()


def empty_list(w: Any) -> Any:
    found: list[Any] = []
    cubes = [v**3 for v in found]
    return sum(v**2 for v in cubes if v > 0) + sum(found) + w.sum()


FUNCTIONS = [
    scaled_by_its_rows, read_before_it_is_written, backwards, through_another_name, numbers, halved_as_a_whole,
    bound_anew, empty_list,
]  # fmt: skip


@pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)
def test_rows_that_change_while_a_loop_takes_them(f: Any) -> None:
    check(f, W)
