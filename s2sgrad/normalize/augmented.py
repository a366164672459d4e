"""Read the target of ``x[i] += e`` before what ``e`` calls is written out above it, as Python does.

>>> from s2sgrad.quote import statements, unquote
>>> (statement,) = statements("y[i + 1] += f(y)")
>>> print("".join(map(unquote, read_first(statement, {"y", "i", "f"}, set()))), end="")
at = i + 1
item = y[at]
item += f(y)
y[at] = item
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import gast

from s2sgrad.errors import Refusal
from s2sgrad.normalize.made import fresh, placed
from s2sgrad.quote import clone, quote, statements

__all__ = ["read_first"]


def read_first(statement: gast.AugAssign, taken: set[str], rebound: Collection[str]) -> list[gast.stmt]:
    """The read of the target, the operation and the store as three statements; ``taken`` grows by the names they need.

    Raises Refusal where the target is not one variable, or a part of one that is not among ``rebound``.
    """
    above: list[gast.stmt] = []
    target = _fixed(statement.target, above, taken, rebound)
    name = fresh("item" if isinstance(target, gast.Subscript) else "value", taken)
    new = _shallow(statement)
    new.target = gast.copy_location(statements(f"{name} = 0")[0].targets[0], statement.target)
    read = statements(f"{name} = {{t}}", t=_loaded(target))
    store = statements(f"placeholder = {name}")
    store[0].targets = [target]
    return [*(placed(s, statement) for s in (*above, *read)), new, *(placed(s, statement) for s in store)]


def _fixed(target: Any, above: list[gast.stmt], taken: set[str], rebound: Collection[str]) -> Any:
    """The target with its index in variables that nothing changes."""
    if isinstance(target, gast.Name):
        return target
    if not isinstance(target.value, gast.Name) or target.value.id in rebound:
        raise Refusal(
            "the target of this is read before what is called here, which may change it",
            "give the result of the call a name first",
            target,
        )
    new = _shallow(target)
    if isinstance(target, gast.Subscript):
        new.slice = _index(target.slice, above, taken)
    return new


def _index(tree: Any, above: list[gast.stmt], taken: set[str]) -> Any:
    if tree is None or isinstance(tree, gast.Constant):
        return tree
    new = _shallow(tree)
    if isinstance(tree, gast.Tuple):
        new.elts = [_index(e, above, taken) for e in tree.elts]
        return new
    if isinstance(tree, gast.Slice):
        new.lower, new.upper, new.step = (_index(e, above, taken) for e in (tree.lower, tree.upper, tree.step))
        return new
    if isinstance(tree, gast.UnaryOp) and isinstance(tree.operand, gast.Constant):
        return tree
    name = fresh("at", taken)
    above += statements(f"{name} = {{e}}", e=tree)
    return gast.copy_location(quote(name), tree)


def _loaded(target: Any) -> Any:
    new = clone(target)
    new.ctx = gast.Load()
    return gast.copy_location(new, target)


def _shallow(node: Any) -> Any:
    new = node.__class__.__new__(node.__class__)
    new.__dict__.update(node.__dict__)
    return new
