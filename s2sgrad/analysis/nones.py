"""Variables that start as None: what is known of them where a test has told, or where None would have raised.

>>> from s2sgrad.analysis.environment import Env
>>> from s2sgrad.analysis.facts import Num, python
>>> from s2sgrad.quote import quote
>>> best = replace(python(float), maybe_none=True)
>>> env = Env({"best": best}, frozenset(["best"]))
>>> narrowed(env, quote("best is None or x > best"), False).facts
{'best': py float64}
>>> narrowed(env, quote("best is None"), True).facts
{'best': static None}
"""

from __future__ import annotations

import builtins
import math
import operator
from dataclasses import replace
from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.environment import Env
from s2sgrad.analysis.facts import Fact, Num, Opaque, Static, may_be_none

__all__ = ["narrowed", "raises_on_none", "something", "unknown"]

_OPERATORS = frozenset((
    operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.pow,
    operator.matmul, operator.neg, operator.pos, operator.lt, operator.le, operator.gt, operator.ge,
))  # fmt: skip
_BUILTINS = frozenset((builtins.float, builtins.int, builtins.abs, builtins.round, builtins.len, builtins.pow))
_TELLING = frozenset((np.equal, np.not_equal, np.logical_and, np.logical_or, np.logical_not, np.logical_xor))
"""Ufuncs that make do with any object."""


def raises_on_none(function: Any) -> bool:
    """True for a function that raises where one of its operands is None."""
    if isinstance(function, np.ufunc):
        return function not in _TELLING
    try:
        known = function in _OPERATORS or function in _BUILTINS
    except TypeError:
        return False
    return known or getattr(math, str(getattr(function, "__name__", "")), None) is function


def something(fact: Fact) -> Fact:
    """What is known of a value that turned out not to be None."""
    return replace(fact, maybe_none=False) if isinstance(fact, Num) and fact.maybe_none else fact


def unknown(fact: Fact) -> Fact:
    """A value that may be None, for whoever can do with None too."""
    return Opaque(fact.roots) if isinstance(fact, Num) and fact.maybe_none else fact


def narrowed(env: Env, test: Any, holds: bool) -> Env:
    """The environment where a test is known to hold or not to hold."""
    for name, none in _told(test, holds):
        fact = env.facts.get(name)
        if may_be_none(fact):
            env = env.copy()
            env.facts[name] = Static(None) if none else something(fact)  # type: ignore[arg-type]
    return env


def _told(test: Any, holds: bool) -> list[tuple[str, bool]]:
    """The variables of which a test tells whether they are None."""
    if isinstance(test, gast.UnaryOp) and isinstance(test.op, gast.Not):
        return _told(test.operand, not holds)
    if isinstance(test, gast.BoolOp):
        every = isinstance(test.op, gast.And) == holds  # each part comes out as the whole
        return [found for part in test.values for found in _told(part, holds)] if every else []
    if not isinstance(test, gast.Compare) or len(test.ops) != 1 or not isinstance(test.left, gast.Name):
        return []
    (op,), (other,) = test.ops, test.comparators
    none = isinstance(other, gast.Constant) and other.value is None
    if not none or not isinstance(op, (gast.Is, gast.IsNot)):
        return []
    return [(str(test.left.id), isinstance(op, gast.Is) == holds)]
