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

import sys
import types
from collections.abc import Iterable
from typing import Any

import gast

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.analysis.infer.lazily import AREAS
from s2sgrad.analysis.ir import Op
from s2sgrad.errors import Refusal
from s2sgrad.quote import quote

__all__ = ["module_of", "needs_special", "scipy_module", "without_special"]

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


_WORDS = {f"s2sgrad.rules.{name}": word for word in ("special", "linalg", "signal") for name in AREAS[word]}
"""Files of rules for a module of SciPy's, and the name that stands for the module there."""


_WITH_SPECIAL = frozenset(f"s2sgrad.rules.{name}" for name in (*AREAS["stats"], "python_numbers"))
"""Files whose rules call ``special`` by the name that the user's module has for it."""


def needs_special(template: types.FunctionType) -> bool:
    """True for a rule that calls ``special`` by the name that the user's module has for it."""
    return template.__module__ in _WITH_SPECIAL


def scipy_module(template: types.FunctionType, op: Op, context: Any) -> dict[str, gast.AST]:
    """What stands for SciPy's module in a rule: the module in the user's call of ``special.erf``.

    For ``dist`` stands the distribution in the call of ``stats.norm.pdf``, and for ``special`` what the user's module
    calls it, and so in a call by a bare name. Raises Refusal where it has no name for it.
    """
    called: Any = getattr(op.node, "func", None)
    if template.__module__ in _WITH_SPECIAL:
        spelled = _spelled("special", context) if "special" in template.__code__.co_names else None
        own = {"dist": called.value} if "dist" in template.__code__.co_names else {}
        return own if spelled is None else {**own, "special": spelled}
    word = _WORDS.get(template.__module__, "")
    if word not in template.__code__.co_names:
        return {}
    module = called.value if isinstance(called, gast.Attribute) else _spelled(word, context)
    if module is not None:
        return {word: module}
    raise Refusal(
        f"the derivative of this needs other functions of scipy.{word}",
        f"write `from scipy import {word}` in this file",
        op.node,
    )


def _spelled(word: str, context: Any) -> gast.expr | None:
    """How the user's module spells ``scipy.special`` or another module of SciPy's; None where it does not."""
    function = context.namespace.function
    names = function.__globals__
    local = {*function.__code__.co_varnames, *function.__code__.co_cellvars}
    for module, behind in ((sys.modules.get(f"scipy.{word}"), ""), (sys.modules.get("scipy"), f".{word}")):
        found = (n for n in sorted(names) if module is not None and names[n] is module and n not in local)
        name = next(found, None)
        if name is not None and context.namespace.where(name) == "global":
            return quote(name + behind)
    return None


def without_special(op: Op) -> Refusal:
    """The refusal of a derivative that needs ``scipy.special``, which the user's module does not know."""
    return Refusal(
        "this derivative needs scipy.special",
        "write `from scipy import special` in this file",
        op.node,
    )
