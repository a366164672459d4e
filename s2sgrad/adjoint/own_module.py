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

from collections.abc import Iterable
from typing import Any

import gast

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.analysis.ir import Op
from s2sgrad.errors import Refusal

__all__ = ["module_of", "scipy_special"]

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


def scipy_special(op: Op) -> gast.expr:
    """``special`` in the user's call of ``special.erf``. Raises Refusal for a call by a bare name."""
    called: Any = getattr(op.node, "func", None)
    if isinstance(called, gast.Attribute):
        module: gast.expr = called.value
        return module
    raise Refusal(
        "the derivative of this needs other functions of scipy.special",
        "call it as `special.<name>`, after `from scipy import special`",
        op.node,
    )
