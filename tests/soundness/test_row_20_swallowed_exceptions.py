"""Row 20: an exception that somebody swallows between a save and its partner."""

import contextlib
from contextlib import suppress

import numpy as np
import pytest

from tests.differences import right_or_refused

x = np.array([0.5, -0.7, 1.1, 2.0])


def check_positive(v):
    if v < 0:
        raise ValueError("negative")
    return v


def suppressed(x):
    s = 0.5
    for i in range(len(x)):
        with suppress(ValueError):
            s = s * x[i]
            check_positive(x[i])
            s = np.sin(s)
    return s


def suppressed_index(x):
    s = 0.5
    for i in range(len(x) + 2):
        with contextlib.suppress(IndexError):
            s = s * 2
            s = s * x[i]
    return s


def tried(x):
    s = 0.5
    for i in range(len(x)):
        try:
            s = s * x[i]
            check_positive(x[i])
            s = np.sin(s)
        except ValueError:
            s = s * 3
    return s


def tried_else(x):
    s = 0.5
    for v in x:
        try:
            check_positive(v)
        except ValueError:
            s = s - v
        else:
            s = s * v
    return s


def return_in_finally(x):
    s = x[0]
    try:
        s = s * x[1]
        return s * s
    finally:
        return s * 2


def finally_changes(x):
    s = x[0]
    try:
        s = s * x[1]
        return s * s
    finally:
        s = s * 100


def finally_runs(x):
    s = x[0]
    try:
        s = s * x[1]
    finally:
        s = s * s
    return s


def continue_in_finally(x):
    s = 0.5
    for v in x:
        try:
            s = np.sin(s * v)
        finally:
            continue
        s = s * 100
    return s


def with_errstate(x):
    with np.errstate(all="ignore"):
        y = np.exp(x) * x
    return y.sum()


def break_in_with(x):
    s = 0.5
    for v in x:
        with np.errstate(divide="ignore"):
            s = s * v
            if s < 0:
                break
    return s


@contextlib.contextmanager
def swallowing():
    with suppress(ZeroDivisionError):
        yield


def own_manager(x):
    s = x[0]
    for k in range(3):
        with swallowing():
            s = s * x[k]
            s = s + 1 / (k - 1)
            s = s * 5
    return s


def raises_by_test(x):
    if x[0] < 0:
        raise ValueError("negative")
    return (x * x).sum()


def asserted(x):
    assert x[0] > 0, "negative"
    return (x * x).sum()


PROGRAMS = [
    suppressed, suppressed_index, tried, tried_else, return_in_finally, finally_changes, finally_runs,
    continue_in_finally, with_errstate, break_in_with, own_manager, raises_by_test, asserted,
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("program", PROGRAMS)
def test_exceptions(program):
    right_or_refused(program, x)
