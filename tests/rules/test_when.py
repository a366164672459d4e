"""Conditions on facts: they hold of what is known, never of what is not."""

import numpy as np
import pytest

from s2sgrad.analysis.facts import ANY_DIM, Dim, Num, Opaque, Static, Symbol, array, python
from s2sgrad.rules.when import (
    all_of,
    any_of,
    box,
    double,
    given,
    integer,
    kind,
    number,
    rank,
    ranks_from,
    real,
    some,
    square,
    value,
)

VAGUE = Num(None, "any", None)
N = Dim(Symbol("n", True))


@pytest.mark.parametrize(
    ("condition", "holds", "fails"),
    [
        (given("x", None), Static(None), Static("C")),
        (given("x", None), Static(None), python(int, 0)),
        (given("x", "C", "K"), Static("C"), Static("F")),
        (given("x", 0), python(int, 0), python(int)),
        (some("x"), python(int), Static(None)),
        (some("x"), VAGUE, Opaque()),
        (value("x", lambda v: v < 0), python(float, -1.0), python(float)),
        (value("x", lambda v: v < 0), python(int, -1), python(int, 1)),
        (number("x"), VAGUE, Static(None)),
        (integer("x"), python(int), python(float)),
        (kind("x", "iu"), array(int, [N]), array(float, [N])),
        (kind("x", "iu"), python(int), VAGUE),
        (integer("x"), python(int, 3), array(int, [N])),
        (box("x", "py"), python(float), array(float, ())),
        (double("x"), array(float, None), array(np.float32, None)),
        (double("x"), python(float), VAGUE),
        (real("x"), array(float, None), array(complex, None)),
        (real("x"), python(int), Num(None, "py", (), maybe_complex=True)),
        (rank("x", 0, 1), array(float, [N]), array(float, None)),
        (ranks_from(2), array(float, [N, N]), array(float, [N])),
        (ranks_from(2), array(float, [N, N, N]), VAGUE),
        (square("x"), array(float, [N, N]), array(float, [ANY_DIM, ANY_DIM])),
        (square("x"), array(float, [Dim.of(2), Dim.of(2)]), array(float, [N, N.minus(1)])),
    ],
)
def test_condition(condition, holds, fails):
    assert condition({"x": holds}) is True
    assert condition({"x": fails}) is False
    assert all_of(condition, condition)({"x": holds}) and not all_of(condition)({"x": fails})
    assert any_of(condition, condition)({"x": holds}) and not any_of(condition)({"x": fails})
