"""Write Python's ``max`` and ``min`` of several numbers as the choice that they are: of equal ones, the first is taken.

>>> from s2sgrad.quote import unquote
>>> body = gast.parse("m = max(a, b * c)").body
>>> print("".join(unquote(s) for s in chosen(body, {(1, 4)}, {"a", "b", "c", "m"})), end="")
m = second if a < (second := b * c) else a
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import gast

from s2sgrad.normalize.made import fresh
from s2sgrad.quote import nodes_in, quote, replaced

__all__ = ["chosen"]


def chosen(
    body: list[gast.stmt], places: Collection[tuple[int, int]], taken: set[str], rebound: Collection[str] = ()
) -> list[gast.stmt]:
    """``body`` with the calls of ``max`` and ``min`` at these places as conditional expressions.

    Variables that are ``rebound`` by functions inside get another name where they are read.
    """
    new = body
    while True:
        found = [n for s in new for n in nodes_in(s) if _is_wanted(n, places)]
        if not found:
            return new
        call: Any = found[-1]  # inner calls before those around them
        tree = _choice(call, taken, rebound)
        new = [replaced(s, {id(call): tree}) for s in new]


def _is_wanted(node: Any, places: Collection[tuple[int, int]]) -> bool:
    """True for a call at one of the places; another copy of it may be given an array, which is no choice."""
    if not isinstance(node, gast.Call) or getattr(node.func, "id", "") not in ("max", "min"):
        return False
    return (node.lineno, node.col_offset) in places and (len(node.args) > 1 or hasattr(node.args[0], "elts"))


def _choice(call: Any, taken: set[str], rebound: Collection[str]) -> gast.expr:
    args = call.args[0].elts if len(call.args) == 1 else call.args
    best = args[0]
    for other in args[1:]:
        best = _better(best, other, "<" if call.func.id == "max" else ">", taken, rebound)
    return best


def _better(a: Any, b: Any, sign: str, taken: set[str], rebound: Collection[str]) -> gast.expr:
    first, bound = _named(a, "first", taken, rebound)
    second, other = _named(b, "second", taken, rebound)
    tree = quote(f"{{y}} if {{a}} {sign} {{b}} else {{x}}", a=bound, b=other, x=first, y=second)
    for node in nodes_in(tree):
        if "lineno" in getattr(node, "_attributes", ()):
            gast.copy_location(node, b)
    return tree


def _named(tree: Any, wanted: str, taken: set[str], rebound: Collection[str]) -> tuple[Any, Any]:
    """A name or a number for an operand, and the expression that gives it that name when it is evaluated."""
    if isinstance(tree, gast.Constant) or (isinstance(tree, gast.Name) and tree.id not in rebound):
        return tree, tree
    name = fresh(wanted, taken)
    return quote(name), quote(f"({name} := {{e}})", e=tree)
