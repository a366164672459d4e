"""Loops over a dict, written out: each round calls its own function, and the dict is the one at the start."""

from types import SimpleNamespace

import numpy as np
import pytest

from tests.differences import check

x = np.array([0.5, -0.7, 1.1, 0.9])


def functions_by_name(x):
    fns = {"sine": np.sin, "square": lambda v: v**2}
    s = 0.0
    for _name, fn in fns.items():
        s += fn(x).sum()
    return s


def functions_alone(x):
    fns = {"sine": lambda v: np.sin(v), "square": lambda v: v**2}
    s = 0.0
    for fn in fns.values():
        s = s * fn(x[0]) + fn(x).sum()
    return s


def functions_in_two_loops(x):
    inner = {"p": lambda v: v**3, "q": np.tanh}
    outer = {"sine": lambda v: np.sin(v), "square": lambda v: v**2}
    s = 0.0
    for f in outer.values():
        for g in inner.values():
            s += f(g(x)).sum()
    return s


def made(x):
    return {"a": x, "b": x**2}


def made_by_a_call(x):
    s = 1.0
    for _name, v in made(x).items():
        s *= (v**2).sum()
    return s


def attribute_bound_anew(x):
    holder = SimpleNamespace(d={"a": x, "b": 2 * x})
    s = 0.0
    for _name, v in holder.d.items():
        s += (v**2).sum()
        holder.d = {"a": 3 * x, "b": 5 * x}
    return s


def item_bound_anew(x):
    state = {"p": {"a": x, "b": 2 * x}}
    s = 0.0
    for v in state["p"].values():
        s += (v**2).sum()
        state["p"] = {"a": 3 * x, "b": 5 * x}
    return s


def functions_of_an_attribute_bound_anew(x):
    holder = SimpleNamespace(fs=[np.sin, np.tanh])
    s = 0.0
    for f in holder.fs:
        s += f(x).sum()
        holder.fs = [np.exp, np.cos]
    return s


PROGRAMS = [
    functions_by_name,
    functions_alone,
    functions_in_two_loops,
    made_by_a_call,
    attribute_bound_anew,
    item_bound_anew,
    functions_of_an_attribute_bound_anew,
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_right(program):
    check(program, x)
