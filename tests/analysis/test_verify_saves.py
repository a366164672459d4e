"""The proof that what is read is what was there notices every save that is left out."""

import copy

import numpy as np
import pytest

from s2sgrad import grad
from s2sgrad.adjoint import writer
from s2sgrad.analysis.verify_saves import verify_saves
from s2sgrad.errors import Refusal


def carried(xs, h, W):
    s = 0.0
    for t in range(len(xs)):
        h = np.tanh(xs[t] + W @ h)
        e = h * xs[t]
        s += (e**2).sum()
    return s


def counted(x):
    k = 0
    s = 0.0
    for i in range(4):
        s = s + x[k] ** 2
        if i > 1:
            k = k + 1
    return s


def in_place(x):
    y = np.sin(x)
    s = 0.0
    for i in range(3):
        s += (y**2).sum()
        y[1:] = y[1:] * y[:-1]
    return s


def branched(x, c):
    y = 1.0
    for i in range(4):
        if y < c:
            y = y + x[i] ** 2
        else:
            y = y * x[i]
    return y


def twice(x):
    y = np.sin(x)
    z = y * y
    y = np.exp(y) * z
    return (y * y).sum()


PROGRAMS = [
    (carried, (np.ones((3, 2)), np.ones(2), np.ones((2, 2)))),
    (counted, (np.arange(1.0, 5.0),)),
    (in_place, (np.arange(1.0, 5.0),)),
    (branched, (np.arange(1.0, 5.0), 6.0)),
    (twice, (np.arange(1.0, 5.0),)),
]


@pytest.fixture
def verified(monkeypatch):
    """The arguments of every proof that was made."""
    calls = []

    def noted(*args):
        calls.append(args)
        verify_saves(*args)

    monkeypatch.setattr(writer, "verify_saves", noted)
    return calls


def _without_one(plan):
    for table in ("before", "after", "restored"):
        for statement, names in getattr(plan, table).items():
            for name in names:
                smaller = copy.copy(plan)
                rest = [n for n in names if n != name]
                setattr(smaller, table, {**getattr(plan, table), statement: rest})
                yield smaller


@pytest.mark.parametrize(("program", "args"), PROGRAMS, ids=lambda p: getattr(p, "__name__", ""))
def test_no_save_can_be_left_out(program, args, verified):
    grad(program, tuple(range(len(args)))).source_for(*args)
    ((block, facts, needs, plan, style),) = verified
    smaller = list(_without_one(plan))
    assert smaller
    for one in smaller:
        with pytest.raises(Refusal, match="as it was here"):
            verify_saves(block, facts, needs, one, style)


def test_a_save_below_a_branch_that_is_stepped_over_is_noticed(verified):
    grad(counted).source_for(np.ones(4))
    ((block, facts, needs, plan, style),) = verified
    loop = next(s for s in block if type(s).__name__ == "For")
    branch = loop.body.statements[1]
    moved = copy.copy(plan)
    moved.before = {branch.body.statements[0]: ["k"]}
    with pytest.raises(Refusal, match="`k` as it was here"):
        verify_saves(block, facts, needs, moved, style)
