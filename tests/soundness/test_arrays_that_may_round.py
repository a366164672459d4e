"""Arrays that may be of whole numbers on some path: what is stored there is rounded, and has no derivative."""

import numpy as np
import pytest

from s2sgrad import Refusal, jvp
from tests.differences import check, refused

X = np.array([0.31, 0.72, 1.23])


def made_on_two_paths(x):
    a = np.zeros(3, int) if x[0] < 5 else np.zeros(3)
    a[0] = x[0] * 10
    return np.sum(a * x)


def made_like_one(x):
    a = np.arange(3) if x[0] < 5 else x
    b = np.zeros_like(a)
    b[:] = x * 10
    return np.sum(b * x)


def stored_one_by_one(x):
    a = np.arange(3) if x[0] < 5 else x
    b = np.empty_like(a)
    for i in range(3):
        b[i] = x[i] * 10
    return np.sum(b * x[0])


def copied_and_filled(x):
    a = np.arange(3) if x[0] < 5 else x
    b = np.array(a)
    b.fill(x[0] * 7)
    return np.sum(b * x[0])


def listed(x):
    n = 3 if x[0] < 5 else 2.5
    b = np.array([n, n, n])
    b[0] = x[0] * 10
    return np.sum(b * x)


def full_of_a_number(x):
    n = 0
    if x[0] > 5:
        n = 2.5
    b = np.full(3, n)
    b[0] = x[0] * 10
    return np.sum(b * x)


def full_of_a_number_or_an_array(x):
    a = 3 if x[0] < 5 else x
    b = np.full(3, a)
    b[0] = x[0] * 10
    return np.sum(b * x)


def counted_in_a_loop(x):
    n, total = 0, 0.0
    for _ in range(2):
        b = np.ones(3, int) * n
        b[0] = x[0] * 10
        total = total + np.sum(b)
        n = n + x
    return total


ROUNDED = [
    made_on_two_paths,
    made_like_one,
    stored_one_by_one,
    copied_and_filled,
    listed,
    full_of_a_number,
    full_of_a_number_or_an_array,
    counted_in_a_loop,
]


@pytest.mark.parametrize("program", ROUNDED, ids=lambda p: p.__name__)
def test_a_store_is_refused(program):
    """All of them had the derivative that they would have without rounding."""
    refused(program, X, match="may hold whole numbers here, which round what is stored")
    with pytest.raises(Refusal):
        jvp(program)(X, tangents=X)


def filled_like(x):
    a = np.arange(3) if x[0] < 5 else x
    return np.sum(np.full_like(a, x[0] * 10) * x)


def put_in(x):
    a = np.arange(3) if x[0] < 5 else x
    return np.sum(np.insert(a, 0, x[0] * 10) * x[0])


def put_around(x):
    a = np.arange(3) if x[0] < 5 else x
    return np.sum(np.pad(a, 1, constant_values=x[0] * 10) * x[0])


@pytest.mark.parametrize("program", [filled_like, put_in, put_around], ids=lambda p: p.__name__)
def test_a_function_that_keeps_the_dtype_is_refused(program):
    refused(program, X, match="has no derivative rule for operands|has no rule")
    with pytest.raises(Refusal):  # `np.pad` was wrong in forward mode alone
        jvp(program)(X, tangents=X)


def sum_from_zero(x):
    total = 0
    for k in range(3):
        total = total + x[k] * x
    buffer = np.zeros_like(x)
    buffer[:] = total
    return np.sum(buffer * x) + np.sum(total)


def in_two_precisions(x):
    held = [x.astype(np.float32), x.copy()]
    for k in range(2):
        held[k % 2][:] = x * (k + 1)
    return float(np.sum(held[1] ** 2))


def padded_with_zeros(x):
    a = np.arange(3) if x[0] > 5 else x
    return np.sum(np.pad(a, 1)[1:] * 2.0 * x[0])


def made_of_a_number_of_either_kind(x):
    n = 1
    if x[0] < 0.2:
        n = np.tanh(x[1])
    a = np.stack([0.5, x[2], 1 if x[0] > 0.2 else x[1]])
    a[1] += x[0]
    b = np.sin(x * n)
    b[0] = a[1] * 2
    c = np.cos(n * b) / 2
    c[:] = a
    return np.sum(a * b * c)


@pytest.mark.parametrize(
    "program", [sum_from_zero, padded_with_zeros, made_of_a_number_of_either_kind], ids=lambda p: p.__name__
)
def test_what_is_not_rounded_is_right(program):
    check(program, X)


def test_floats_of_unknown_precision_are_floats():
    """Right or refused, and not for whole numbers."""
    try:
        check(in_two_precisions, X)
    except Refusal as refusal:
        assert "whole numbers" not in refusal.reason
