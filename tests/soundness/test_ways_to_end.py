"""A function that ends in several ways: what its pullback keeps must be its own, whichever way was taken."""

from __future__ import annotations

import numpy as np
import pytest

from tests.differences import check

VECTOR = np.array([0.76617362, 0.3784563, 0.2344655, 0.60660583])


def argument_rebound_by_a_number_on_the_other_way(w):
    t = w
    if t[0] < 0.2:
        w = 1
    else:
        return np.sum(np.sin(w))
    return np.mean(t)


def argument_rebound_by_an_array_on_the_other_way(w):
    if w[0] > 0.5:
        w = w + w
        return np.sum(w)
    return np.sum(np.sin(w))


def argument_rebound_behind_the_return(w):
    if w[0] > 0.5:
        return np.sum(np.sin(w))
    w = np.ones(3)
    return np.sum(w * w)


def alias_that_ends_as_something_else(w):
    t = w
    if t[0] < 0.2:
        t = 0.5
        return np.sum(w) * t
    elif t[0] < 0.5:
        t = w * w
        return np.sum(t * np.sin(t))
    return np.sum(t * t)


def alias_that_is_deleted(w):
    t = w
    total = np.sum(t * t)
    del t
    return total


def alias_that_is_deleted_on_one_way(w):
    t = w
    if t[0] < 0.2:
        del t
        return np.sum(w)
    return np.sum(t * t)


def list_that_ends_as_another(w):
    t = [w]
    if w[0] > 0.2:
        return np.sum(t[0] ** 2)
    t = [1.0, 2.0]
    return np.sum(w * t[0])


def returned_from_a_loop(w):
    for k in range(3):
        t = w
        if t[k] > 0.3:
            return np.sum(t * t)
        t = 1.0
    return np.sum(w * w)


FUNCTIONS = [
    argument_rebound_by_a_number_on_the_other_way,
    argument_rebound_by_an_array_on_the_other_way,
    argument_rebound_behind_the_return,
    alias_that_ends_as_something_else,
    alias_that_is_deleted,
    alias_that_is_deleted_on_one_way,
    list_that_ends_as_another,
    returned_from_a_loop,
]


@pytest.mark.parametrize("scale", [1.0, 0.4, 0.1])
@pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)
def test_a_pullback_reads_what_the_function_was_called_with(f, scale: float) -> None:
    check(f, VECTOR * scale)
