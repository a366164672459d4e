"""The text that an expression spells, where it is known: ``"W" + str(k)``, ``f"W{k}"``, ``"W%d" % k``.

>>> from s2sgrad.analysis.facts import Static, python
>>> from s2sgrad.quote import quote
>>> spelled(quote("f'W{k - 1}'"), {"k": python(int, 2)})
'W1'
>>> spelled(quote("name + '_' + str(k)"), {"k": python(int, 2), "name": Static("bias")})
'bias_2'
>>> spelled(quote("'W' + str(x)"), {"x": python(float)}) is None
True
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any

import gast

from s2sgrad.analysis.facts import Fact, Num, Static

__all__ = ["spelled"]

_ARITHMETIC: dict[type, Any] = {
    gast.Add: operator.add, gast.Sub: operator.sub, gast.Mult: operator.mul, gast.FloorDiv: operator.floordiv,
    gast.Mod: operator.mod,
}  # fmt: skip


class _UnknownText(Exception):
    """Raised for a part that is not known before the function runs; never seen by users."""


def spelled(tree: Any, facts: Mapping[str, Fact]) -> str | None:
    """The text of an expression made of texts, integers and their arithmetic; None where it is not known."""
    try:
        value = _value(tree, facts)
    except (_UnknownText, TypeError, ValueError, ArithmeticError):
        return None
    return value if isinstance(value, str) else None


def _value(tree: Any, facts: Mapping[str, Fact]) -> Any:
    if isinstance(tree, gast.Constant) and type(tree.value) in (str, int):
        return tree.value
    if isinstance(tree, gast.Name):
        return _held(facts.get(tree.id))
    if isinstance(tree, gast.BinOp) and type(tree.op) in _ARITHMETIC:
        return _ARITHMETIC[type(tree.op)](_value(tree.left, facts), _value(tree.right, facts))
    if isinstance(tree, gast.JoinedStr):
        return "".join(str(_value(part, facts)) for part in tree.values)
    if isinstance(tree, gast.FormattedValue) and tree.conversion == -1 and tree.format_spec is None:
        return _value(tree.value, facts)
    called = isinstance(tree, gast.Call) and getattr(tree.func, "id", "") == "str" and "str" not in facts
    if called and len(tree.args) == 1 and not tree.keywords:
        return str(_value(tree.args[0], facts))
    raise _UnknownText


def _held(fact: Fact | None) -> Any:
    if isinstance(fact, Static) and type(fact.value) is str:
        return fact.value
    if isinstance(fact, Num) and fact.box == "py" and type(fact.value) is int:
        return fact.value
    raise _UnknownText
