"""Whether the arrays that an expression of forward mode gives are ones that nobody else holds, and copies that are.

>>> from s2sgrad.quote import quote
>>> [is_own(quote(text)) for text in ("x_dot", "x_dot[1:]", "2 * x_dot", "x_dot.sum(axis=0)", "x_dot.reshape(2, 3)")]
[False, False, True, True, False]
>>> [is_own(quote(text), {"L_dot": False}) for text in ("L_dot + [2 * x_dot]", "[x_dot] * 2", "L_dot.copy()")]
[False, False, False]
"""

from __future__ import annotations

from typing import Any

import gast

from s2sgrad.adjoint.lists import item_name, own_copy
from s2sgrad.analysis.facts import Fact, Seq, is_active_kind
from s2sgrad.quote import quote
from s2sgrad.tidy.apart import NO_LISTS, Lists, copies_list, gives_list, joined_lists, makes_own

__all__ = ["is_own", "own_tangent"]


def is_own(tree: Any, lists: Lists = NO_LISTS) -> bool:
    """True for an expression whose result, or what it holds, is proven to share memory with no name.

    ``lists`` are the names that may hold a list: a sum, a product or a copy of it holds the same arrays.
    """
    if isinstance(tree, gast.BinOp) and gives_list(tree, lists):
        return all(is_own(operand, lists) for operand in joined_lists(tree, lists))
    if isinstance(tree, gast.BinOp | gast.UnaryOp | gast.Constant | gast.Compare):
        return not isinstance(tree, gast.UnaryOp) or isinstance(tree.op, gast.USub)
    if isinstance(tree, (gast.Tuple, gast.List)):
        return all(is_own(item, lists) for item in tree.elts)
    method = isinstance(tree, gast.Call) and isinstance(tree.func, gast.Attribute)
    return method and makes_own(tree) and not copies_list(tree, lists)


def own_tangent(fact: Fact, tree: Any, numpy: gast.expr) -> gast.expr:
    """A copy of the tangent of a value with this fact, in its structure, that shares no array with ``tree``.

    >>> from s2sgrad.analysis.facts import ANY_DIM, array, python
    >>> from s2sgrad.quote import unquote
    >>> pair = Seq("tuple", (array(float, [ANY_DIM]), python(float)), python(float), ANY_DIM)
    >>> pairs = Seq("list", None, pair, ANY_DIM)
    >>> unquote(own_tangent(pairs, quote("list(xs_dot)"), quote("np")))
    '[(item[0].copy(), item[1]) for item in xs_dot]'
    """
    if not is_active_kind(fact):
        return tree  # None, or a zero
    if not isinstance(fact, Seq):
        return own_copy(fact, tree, numpy)
    if fact.items is not None:
        display = quote("()" if fact.kind == "tuple" else "[]")
        display.elts = [own_tangent(f, quote(f"{{x}}[{i}]", x=tree), numpy) for i, f in enumerate(fact.items)]
        return display
    item = item_name(fact.element) or "item"
    inner = own_tangent(fact.element, quote(item), numpy)
    if isinstance(inner, gast.Name):
        return tree if fact.kind == "tuple" else quote("{x}.copy()", x=_copied(tree))
    copied = quote(f"[{{e}} for {item} in {{x}}]", e=inner, x=_copied(tree))
    return quote("tuple({x})", x=copied) if fact.kind == "tuple" else copied


def _copied(tree: Any) -> Any:
    """The list of which an expression is a mere copy: ``xs`` for ``xs.copy()``, ``list(xs)`` and ``tuple(xs)``."""
    if isinstance(tree, gast.Call) and getattr(tree.func, "id", "") in ("list", "tuple") and len(tree.args) == 1:
        return _copied(tree.args[0])
    if isinstance(tree, gast.Call) and getattr(tree.func, "attr", "") == "copy" and not tree.args:
        return _copied(tree.func.value)
    return tree
