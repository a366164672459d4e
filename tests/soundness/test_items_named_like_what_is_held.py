"""Loops in a branch whose items have the name of a variable that is read before the branch."""

import numpy as np
import pytest

from tests.differences import check

X, Y = np.array([-0.61, 0.67, 0.02]), 0.856


def items_unread(x, y):
    d = {"a": x}
    d["a"] = d["a"] + y * y
    t = d["a"]
    if y > 0.2:
        for y in x:
            x = np.sin(x) * t
        return np.mean(x)
    return np.sum(x)


def items_read(x, y):
    t = np.sin(x) * y * y
    total = 0.0
    if y > 0.2:
        for y in x:
            total = total + y * y * t[0]
    return total + np.sum(t)


def items_counted(x, y):
    t = np.sin(x) * y * y
    total = 0.0
    if y > 0.2:
        for k, y in enumerate(x):
            total = total + k * y * y * t[k]
    return total + np.sum(t)


def items_beside_others(x, y):
    t = np.sin(x) * y * y
    total = y
    if np.sum(t) < 5.0:
        if y > 0.2:
            for y, z in zip(x, t, strict=True):
                y = y * z
                total = total * 0.5 + y * y
    return total + np.sum(t) * y


def items_in_rounds_of_rounds(x, y):
    t = np.sin(x) * y * y
    total = 0.0
    for _ in range(2):
        u = y * t
        if np.sum(t) < 5.0:
            for y in x:
                total = total + y * y * u[0]
        t = t * y
    return total + np.sum(t)


def indices(x, y):
    t = np.sin(x) * y * y
    total = 0.0
    if y > 0.2:
        for y in range(3):
            total = total + y * t[y] ** 2
    return total + np.sum(t)


@pytest.mark.parametrize(
    "program",
    [items_unread, items_read, items_counted, items_beside_others, items_in_rounds_of_rounds, indices],
)
@pytest.mark.parametrize("y", [Y, -Y])
def test_the_variable_has_its_old_value_behind_the_loop(program, y):
    check(program, X, y)
