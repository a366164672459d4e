"""Give a name to what a loop runs over, where a derivative passes through its items.

>>> from s2sgrad.quote import unquote
>>> body = gast.parse("for w, c in zip([x, x * 2], cs):\\n    s = s + c * w").body
>>> print("".join(unquote(s) for s in named_iterables(body, {(1, 16)}, {"x", "w", "c"})), end="")
items = [x, x * 2]
for w, c in zip(items, cs):
    s = s + c * w
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import gast

from s2sgrad.normalize.made import fresh
from s2sgrad.quote import nodes_in, quote, replaced, statements

__all__ = ["named_iterables"]


def named_iterables(body: list[gast.stmt], places: Collection[tuple[int, int]], taken: set[str]) -> list[gast.stmt]:
    """``body`` with the expressions at these places bound to names above the loops that run over them."""
    return [new for statement in body for new in _statement(statement, places, taken)]


def _statement(statement: Any, places: Collection[tuple[int, int]], taken: set[str]) -> list[gast.stmt]:
    new = _shallow(statement)
    for key in ("body", "orelse", "finalbody"):
        if isinstance(getattr(new, key, None), list):
            setattr(new, key, named_iterables(getattr(new, key), places, taken))
    if not isinstance(statement, gast.For):
        return [new]
    wanted = _with_calls(statement.iter, [n for n in _parts(statement.iter) if _place(n) in places])
    above: list[gast.stmt] = []
    table: dict[int, gast.expr] = {}
    for node in wanted:
        name = fresh("items", taken)
        above += [_at(s, statement) for s in statements(f"{name} = {{e}}", e=node)]
        table[id(node)] = gast.copy_location(quote(name), node)
    new.iter = replaced(statement.iter, table) if table else statement.iter
    return [*above, new]


def _parts(tree: Any) -> list[Any]:
    """The sequences behind ``zip``, ``enumerate`` and ``reversed``."""
    wraps = isinstance(tree, gast.Call) and getattr(tree.func, "id", "") in ("zip", "enumerate", "reversed")
    return [p for a in tree.args for p in _parts(a)] if wraps else [tree]


def _with_calls(tree: Any, wanted: list[Any]) -> list[Any]:
    """``wanted``, and whatever else is called if one of those calls something: all runs in the order of the text."""
    if not any(isinstance(n, gast.Call) for w in wanted for n in nodes_in(w)):
        return wanted
    ids = {id(n) for n in wanted}
    called = (gast.Call, gast.NamedExpr)
    return [p for p in _parts(tree) if id(p) in ids or any(isinstance(n, called) for n in nodes_in(p))]


def _place(node: Any) -> tuple[int, int] | None:
    return (node.lineno, node.col_offset) if hasattr(node, "lineno") else None


def _at(tree: Any, place: Any) -> Any:
    for key in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
        setattr(tree, key, getattr(place, key, None))
    return tree


def _shallow(node: Any) -> Any:
    new = node.__class__.__new__(node.__class__)
    new.__dict__.update(node.__dict__)
    return new
