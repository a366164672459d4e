"""Read an expression of a generated line as one function of its parts, whose facts then give its own.

>>> from s2sgrad.quote import quote, unquote
>>> function, parts = operation(quote("-(dy * W.T)"), "np")
>>> function.__name__, [unquote(p) for p in parts]
('neg', ['dy * W.T'])
>>> operation(quote("x[mask]"), "np")
(None, ())
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.lower import BINARY

__all__ = ["operation"]

_CALLED: dict[str, Callable[..., Any]] = {"where": np.where, "outer": np.outer}
"""The functions that the rules write most often; no length that they give is their own."""


def operation(tree: Any, numpy: str) -> tuple[Callable[..., Any] | None, tuple[gast.expr, ...]]:
    """The function and its operands, None where an expression is more than one of the few that are known here."""
    if isinstance(tree, gast.BinOp):
        return BINARY[type(tree.op)], (tree.left, tree.right)
    if isinstance(tree, gast.UnaryOp) and isinstance(tree.op, gast.USub):
        number = isinstance(tree.operand, gast.Constant)  # a literal with its sign is read as one
        return (None, ()) if number else (operator.neg, (tree.operand,))
    if isinstance(tree, gast.Attribute) and tree.attr == "T":
        return np.transpose, (tree.value,)
    if isinstance(tree, gast.Compare) and len(tree.ops) == 1 and isinstance(tree.ops[0], gast.Eq):
        return operator.eq, (tree.left, tree.comparators[0])
    if isinstance(tree, gast.Call) and isinstance(tree.func, gast.Attribute) and tree.func.attr in _CALLED:
        whole = not tree.keywords and not any(isinstance(a, gast.Starred) for a in tree.args)
        if whole and isinstance(tree.func.value, gast.Name) and tree.func.value.id == numpy:
            return _CALLED[tree.func.attr], tuple(tree.args)
    return None, ()
