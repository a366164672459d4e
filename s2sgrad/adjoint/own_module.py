"""Spell the functions of a rule as the user spells theirs: ``math.sin`` goes with ``math.cos``, not with NumPy's.

On Python's floats NumPy's functions take ten times as long, and what they return slows down all that follows.

>>> import math
>>> from s2sgrad.analysis.facts import python
>>> from s2sgrad.quote import quote
>>> call = Op("call", quote("math.sin(x)"))
>>> module_of(call, math.sin, [python(float)]).id
'math'
>>> module_of(call, math.tanh, [python(float)]) is None
True
"""

from __future__ import annotations

import types
from collections.abc import Iterable
from typing import Any

import gast

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.analysis.ir import Op
from s2sgrad.errors import Refusal

__all__ = ["module_of", "scipy_module"]

_PARTNERS = frozenset(["sin", "cos", "sinh", "cosh"])
"""Defined, and raising, at the same arguments as the function whose derivative they are."""


def module_of(op: Op, function: Any, operands: Iterable[Fact]) -> gast.expr | None:
    """``math`` in the user's call of ``math.sin``; None where the rule's own spelling stays."""
    if getattr(function, "__module__", "") != "math" or function.__name__ not in _PARTNERS:
        return None
    if not all(isinstance(fact, Num) and fact.shape == () for fact in operands):
        return None
    called: Any = getattr(op.node, "func", None)
    plain = isinstance(called, gast.Attribute) and isinstance(called.value, gast.Name)
    return called.value if plain and called.attr == function.__name__ else None


_WORDS = {"s2sgrad.rules.scipy_special": "special", "s2sgrad.rules.scipy_linalg": "linalg"}
"""Files of rules for a module of SciPy's, and the name that stands for the module there."""


def scipy_module(template: types.FunctionType, op: Op) -> dict[str, gast.AST]:
    """What stands for SciPy's module in a rule: the module in the user's call of ``special.erf``.

    Raises Refusal for a call by a bare name where the rule needs other functions of the module.
    """
    word = _WORDS.get(template.__module__, "")
    if word not in template.__code__.co_names:
        return {}
    called: Any = getattr(op.node, "func", None)
    if isinstance(called, gast.Attribute):
        return {word: called.value}
    raise Refusal(
        f"the derivative of this needs other functions of scipy.{word}",
        f"call it as `{word}.<name>`, after `from scipy import {word}`",
        op.node,
    )
