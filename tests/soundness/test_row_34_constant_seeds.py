"""Row 34: whether a seed of 1 stays 1 comes out of the loop, not of a pattern."""

import numpy as np
import pytest

from tests.differences import right_or_refused

x = np.array([0.5, -0.7, 1.1, 0.9, 0.3, 1.2])


def doubled_once(x):
    loss = 0.0
    for t in range(len(x)):
        loss += x[t] ** 2
        if t == 3:
            loss = loss * 2
    return loss


def doubled_before(x):
    loss = 0.0
    for t in range(len(x)):
        if t == 3:
            loss *= 2
        loss += x[t] ** 2
    return loss


def read_again(x):
    loss = 0.0
    total = 0.0
    for t in range(len(x)):
        loss += x[t] ** 2
        total += loss * x[t]
    return loss + total


def read_once_later(x):
    loss = 0.0
    for t in range(len(x)):
        loss += x[t] ** 2
    other = loss * x[0]
    return loss + other


def reset(x):
    loss = x[0]
    for t in range(len(x)):
        loss += x[t] ** 2
        if t == 2:
            loss = 0.0
    return loss


def negated(x):
    loss = 0.0
    for t in range(len(x)):
        loss = x[t] ** 2 - loss
    return loss


def subtracted(x):
    loss = 0.0
    for t in range(len(x)):
        loss -= x[t] ** 2
    return -loss


def scaled_seed(x):
    loss = 0.0
    for t in range(len(x)):
        loss += x[t] ** 2
    return 3 * loss / len(x)


def nested(x):
    loss = 0.0
    for i in range(3):
        part = 0.0
        for t in range(i, len(x)):
            part += x[t] ** 2
            if t == 4:
                part = part * 0.5
        loss += part
    return loss


def branch_only(x):
    loss = (x * x).sum()
    if x[0] > 0:
        loss = loss * 2
    loss += x[1]
    if x[1] > 0:
        loss = loss + loss
    return loss


def array_accumulator(x):
    loss = np.zeros(len(x))
    for t in range(3):
        loss += x * x[t]
        if t == 1:
            loss = loss * x
    return loss.sum()


def two_accumulators(x):
    a = 0.0
    b = 0.0
    for t in range(len(x)):
        a += x[t] ** 2
        b += a
    return a + b


def swapped_accumulators(x):
    a = 0.0
    b = 1.0
    for t in range(5):
        a += x[t] ** 2
        a, b = b, a
    return a - 2 * b


def conditional_accumulation(x):
    loss = 0.0
    for v in x:
        if v > 0:
            loss += v**2
        elif loss > 0.1:
            loss = loss * v
    return loss


def break_leaves(x):
    loss = 0.0
    for v in x:
        if loss > 2.0:
            loss = loss * 2
            break
        loss += v * v
    return loss


def starting_value(x, loss):
    for v in x:
        loss += v * v
    return loss


PROGRAMS = [
    doubled_once, doubled_before, read_again, read_once_later, reset, negated, subtracted, scaled_seed, nested,
    branch_only, array_accumulator, two_accumulators, swapped_accumulators, conditional_accumulation, break_leaves,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_accumulators(program):
    right_or_refused(program, x)


def test_starting_value():
    right_or_refused(starting_value, x, 0.5)
    right_or_refused(starting_value, x[:0], 0.5)
    right_or_refused(starting_value, x, np.float64(2.0))
