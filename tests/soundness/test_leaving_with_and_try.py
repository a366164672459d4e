"""Loops, their ``else``, and ways out of a loop or of the function inside a ``with`` or a ``try``."""

from __future__ import annotations

import numpy as np
import pytest

from s2sgrad import grad
from s2sgrad.errors import GeneratedCodeError
from s2sgrad.normalize.leaving import Guard, shallow
from s2sgrad.printer import to_text
from s2sgrad.quote import statements
from tests.differences import check, refused

VECTOR = np.array([0.76617362, 0.3784563, 0.2344655, 0.60660583])


def else_of_a_loop_without_trips(w):
    s = np.sum(w)
    with np.errstate(all="ignore"):
        for k in range(0):
            s = 1.0
        else:
            s = s * np.sin(w[0])
    return s


def else_that_returns(w):
    s = np.sum(w)
    with np.errstate(all="ignore"):
        for k in range(0):
            s = s * w[k]
        else:
            return s * w[0]


def else_that_returns_in_try(w):
    s = np.sum(w)
    try:
        for k in range(0):
            s = s * w[k]
        else:
            with np.errstate(all="ignore"):
                s = s * w[0]
                return s
    finally:
        pass


def else_of_a_loop_that_may_be_left(w):
    s = np.sum(w)
    with np.errstate(all="ignore"):
        for k in range(3):
            s = s * w[k]
            if s > 0.2:
                break
        else:
            s = s * w[0]
        t = s * w[1]
    return t


def else_of_while(w):
    s = np.sum(w)
    with np.errstate(all="ignore"):
        while s > 0.3:
            s = s * w[0]
        else:
            s = s * np.sin(w[0])
        for a in w:
            s = s * a
            if s > 100:
                return s
    return s


def else_returns_or_goes_on(w):
    s = np.sum(w)
    with np.errstate(all="ignore"):
        for k in range(3):
            s = s * w[k]
            if s > 0.2:
                break
        else:
            return s * w[0]
        t = s * w[1]
    return t


def break_inside_with(w):
    s = np.sum(w)
    for a in w:
        with np.errstate(all="ignore"):
            s = s * np.sin(a)
            if s > 0.4:
                break
            s = s + a * a
        s = s * s
    return s


def continue_inside_with(w):
    s = np.sum(w)
    for a in w:
        with np.errstate(all="ignore"):
            s = s + np.sin(a)
            if s > 1.4:
                continue
            s = s + a * a
        s = s * s
    return s


def both_inside_try(w):
    s = np.sum(w)
    v = w
    for a in w:
        try:
            s = s + np.sin(a)
            if s > 4.0:
                break
            elif s > 1.4:
                s = s * 0.7
                continue
            s = s + a * a
        except ValueError as error:
            raise RuntimeError from error
        finally:
            v = v * 0.9
        s = s * s + np.sum(v)
    return s * v[0]


def break_behind_the_loop_of_a_with(w):
    s = w[0]
    for _ in range(3):
        with np.errstate(all="ignore"):
            for a in w:
                s = s + a * s
                if s > 1.5:
                    break
            else:
                continue
            s = s * w[1]
            break
    return s * s


def return_inside_with_inside_a_loop(w):
    s = np.sum(w)
    for a in w:
        with np.errstate(all="ignore"):
            s = s * np.sin(a)
            if s < 0.3:
                return s * w[1]
        s = s + a
    return s * s


def return_inside_nested_blocks(w):
    s = np.sum(w)
    with np.errstate(all="ignore"):
        try:
            if s > 1.5:
                return s * w[0]
            s = s * s
            with np.errstate(over="ignore"):
                for a in w:
                    s = s + a
                    if s > 2:
                        return s * s
        finally:
            pass
        s = s * w[2]
    return np.sin(s)


def return_of_an_overwritten_value(w):
    y = w * 1.0
    with np.errstate(all="ignore"):
        if y[0] > 0.5:
            y[1] = y[0] * y[2]
            return np.sum(y * y)
    y[0] = y[1] * y[2]
    y *= y
    return np.sum(y)


def in_the_else_of_try(w):
    s = np.sum(w)
    for a in w:
        try:
            s = s * a
        except ZeroDivisionError as error:
            raise ValueError from error
        else:
            if s < 0.3:
                break
        s = s + a
    return s * s


def helper_that_returns_early(v, s):
    with np.errstate(all="ignore"):
        for a in v:
            s = s * a
            if s > 0.6:
                return s * v[0]
        else:
            s = s + v[1]
    return s * v[2]


def through_a_helper(w):
    s = np.sum(w)
    for _ in range(2):
        s = helper_that_returns_early(w, s) + s
    return s


FUNCTIONS = [
    else_of_a_loop_without_trips,
    else_that_returns,
    else_that_returns_in_try,
    else_of_a_loop_that_may_be_left,
    else_of_while,
    else_returns_or_goes_on,
    break_inside_with,
    continue_inside_with,
    both_inside_try,
    break_behind_the_loop_of_a_with,
    return_inside_with_inside_a_loop,
    return_inside_nested_blocks,
    return_of_an_overwritten_value,
    in_the_else_of_try,
    through_a_helper,
]


@pytest.mark.parametrize("scale", [1.0, 0.6, 0.3])
@pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)
def test_every_way_out_of_a_block(f, scale: float) -> None:
    check(f, VECTOR * scale)


def handler_that_goes_on(w):
    s = np.sum(w)
    for a in w:
        try:
            n = int("3")
            if n > 2:
                break
        except ValueError:
            n = 1
        s = s * a
    return s * n


def return_in_finally(w):
    s = np.sum(w)
    for a in w:
        try:
            s = s * a
        finally:
            if s > 0:
                return s
    return s


@pytest.mark.parametrize("f", [handler_that_goes_on, return_in_finally], ids=lambda f: f.__name__)
def test_leaving_where_an_exception_may_be_under_way_is_refused(f) -> None:
    refused(f, VECTOR)


def test_a_block_that_is_left_reads_as_the_user_wrote_it() -> None:
    text = grad(break_inside_with).source_for(VECTOR)
    assert "if s > 0.4:\n                stopped = True" in text


def test_the_printer_prints_nothing_short() -> None:
    branch = shallow(statements("if x < 0:\n    break\nelse:\n    s += x")[0], Guard)
    around = statements("with a:\n    pass")[0]
    around.body = [branch]
    with pytest.raises(GeneratedCodeError, match="Guard"):
        to_text(around)
