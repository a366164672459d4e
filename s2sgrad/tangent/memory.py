"""Whether the array that an expression of forward mode gives is one that nobody else holds.

>>> from s2sgrad.quote import quote
>>> [is_own(quote(text)) for text in ("x_dot", "x_dot[1:]", "2 * x_dot", "x_dot.sum(axis=0)", "x_dot.reshape(2, 3)")]
[False, False, True, True, False]
"""

from __future__ import annotations

from typing import Any

import gast

from s2sgrad.tidy.apart import makes_own

__all__ = ["is_own"]


def is_own(tree: Any) -> bool:
    """True for an expression whose result, or what it holds, is proven to share memory with no name."""
    if isinstance(tree, gast.BinOp | gast.UnaryOp | gast.Constant | gast.Compare):
        return not isinstance(tree, gast.UnaryOp) or isinstance(tree.op, gast.USub)
    if isinstance(tree, (gast.Tuple, gast.List)):
        return all(map(is_own, tree.elts))
    return isinstance(tree, gast.Call) and isinstance(tree.func, gast.Attribute) and makes_own(tree)
