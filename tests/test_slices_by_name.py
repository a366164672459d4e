"""Slices that are kept in names, lists, dicts and attributes, and used as indices later."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.differences import check

X = np.array([0.5, -1.0, 2.0, 0.3, 1.1, -0.7])
A = np.arange(12.0).reshape(3, 4) / 10 + 0.1
TAIL = slice(3, None)


def stencil(a: Any) -> Any:
    u, inner = a.copy(), slice(1, -1)
    for _ in range(2):
        u[inner, inner] = u[inner, inner] + 0.1 * (u[2:, inner] + u[inner, 2:] * u[:-2, inner])
    return (u**2).sum()


def blocks(x: Any) -> Any:
    total = 0.0
    for block in [slice(0, 2), slice(2, 5), slice(5, None)]:
        total = total + np.prod(x[block])
    return total * x[TAIL].sum()


def chosen(x: Any) -> Any:
    part = slice(len(x) // 2) if x[0] > 0 else slice(1, None)
    y = x.copy()
    y[part] *= 2
    return (y[part.start : part.stop] ** 3).sum()


def written_through(x: Any) -> Any:
    y, part = x.copy(), slice(1, 3)
    for i in range(2):
        v = y[part]
        v *= x[:2]
        part = slice(2 + i, 4 + i)
    return (y**2).sum()


def along(u: Any, axis: int, cut: slice) -> Any:
    index = [slice(None)] * u.ndim
    index[axis] = cut
    return u[tuple(index)]


def differences_along_each_axis(a: Any) -> Any:
    first = along(a, 0, slice(1, None)) - along(a, 0, slice(None, -1))
    second = along(a, 1, slice(1, None)) * along(a, 1, slice(None, -1))
    return (first**2).sum() + (second**2).sum()


def growing_windows(x: Any) -> Any:
    window, total = slice(0, 1), 0.0
    for k in range(1, 4):
        total += (x[window] ** 2).sum() * x[:k].sum()
        window = slice(0, k + 1)
    return total


CASES = [
    (stencil, A), (blocks, X), (chosen, X), (written_through, X), (differences_along_each_axis, A),
    (growing_windows, X),
]  # fmt: skip


@pytest.mark.parametrize(("f", "argument"), CASES, ids=lambda case: getattr(case, "__name__", ""))
def test_a_slice_that_has_a_name(f: Any, argument: Any) -> None:
    check(f, argument)
