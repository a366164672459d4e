"""What the body of a loop hands on: the names that it binds, stores into, and reads from before it.

>>> body = gast.parse("v = u * a\\nu = u + v\\nw[0] = v").body
>>> sorted(assigned_in(body)), sorted(stored_in(body)), sorted(live_at_start(body, frozenset()))
(['u', 'v'], ['w'], ['a', 'u', 'w'])
"""

from __future__ import annotations

from typing import Any

import gast

from s2sgrad.quote import COMPREHENSIONS, nodes_in, parts_of
from s2sgrad.tidy.owned import live_before

__all__ = ["assigned_in", "live_at_start", "stored_in"]


def live_at_start(body: list[gast.stmt], live: frozenset[str]) -> frozenset[str]:
    """The names that may be read from the start of ``body`` on, if ``live`` are read behind it."""
    for statement in reversed(body):
        live = live_before(statement, live)
    return live


def assigned_in(body: list[gast.stmt]) -> set[str]:
    """The names that a body binds in the scope of its function."""
    found: set[str] = set()
    pending: list[Any] = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, COMPREHENSIONS):
            found |= {n.target.id for n in nodes_in(node) if isinstance(n, gast.NamedExpr)}
        elif isinstance(node, gast.Name):
            found |= {node.id} if isinstance(node.ctx, gast.Store) else set()
        else:
            pending += parts_of(node)
    return found


def stored_in(body: list[gast.stmt]) -> set[str]:
    """The names of what a body stores into: ``u`` of ``u[1:-1] += e``."""
    nodes = [n for s in body for n in nodes_in(s)]
    stores = (n for n in nodes if isinstance(n, gast.Subscript) and not isinstance(n.ctx, gast.Load))
    return {name for n in stores for name in _root(n)}


def _root(node: Any) -> list[str]:
    while isinstance(node, (gast.Subscript, gast.Attribute)):
        node = node.value
    return [node.id] if isinstance(node, gast.Name) else []
