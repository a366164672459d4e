"""Name what ``xs.pop()`` gives in the middle of an expression: the adjoint of that name is the adjoint of the item.

>>> from s2sgrad.quote import unquote
>>> body = gast.parse("y[1:] = 2 * xs.pop()").body
>>> print(unquote(named_pops(body, {(1, 12)}, {"item"})[0]), end="")
y[1:] = 2 * (item2 := xs.pop())
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import gast

from s2sgrad.normalize.made import fresh
from s2sgrad.quote import clone, nodes_in, quote

__all__ = ["named_pops"]


def named_pops(body: list[gast.stmt], places: Collection[tuple[int, int]], taken: set[str]) -> list[gast.stmt]:
    """``body`` with the calls at ``places`` bound where they stand; ``taken`` grows by the names."""
    if not places:
        return body
    return [_named(s, places, taken) if any(_is_pop(n, places) for n in nodes_in(s)) else s for s in body]


def _named(statement: gast.stmt, places: Collection[tuple[int, int]], taken: set[str]) -> Any:
    new = clone(statement)
    for parent in list(nodes_in(new)):
        for key in parent._fields:
            held = getattr(parent, key, None)
            if isinstance(held, list):
                setattr(parent, key, [_bound(n, taken) if _is_pop(n, places) else n for n in held])
            elif _is_pop(held, places):
                setattr(parent, key, _bound(held, taken))
    return new


def _is_pop(node: Any, places: Collection[tuple[int, int]]) -> bool:
    if not isinstance(node, gast.Call) or (getattr(node, "lineno", 0), node.col_offset) not in places:
        return False
    return isinstance(node.func, gast.Attribute) and node.func.attr == "pop"


def _bound(call: Any, taken: set[str]) -> Any:
    name = fresh("item", taken)
    bound = gast.copy_location(quote("(placeholder := 0)"), call)
    bound.target, bound.value = gast.copy_location(quote(name), call), call
    return bound
