"""Write an assignment of several values to several variables as one for each, where that is the same.

>>> from s2sgrad.quote import statements, unquote
>>> print("".join(map(unquote, singly(statements("net, best = Net(W), None\\na, net = net, a"), "net"))), end="")
net = Net(W)
best = None
a, net = net, a
"""

from __future__ import annotations

from typing import Any

import gast

from s2sgrad.normalize.leaving import with_blocks
from s2sgrad.normalize.made import placed
from s2sgrad.normalize.parts import local_functions
from s2sgrad.normalize.scopes import local_reads
from s2sgrad.quote import nodes_in, statements

__all__ = ["singly"]

_COMPOUND = (gast.If, gast.For, gast.While, gast.With, gast.Try)


def singly(body: list[gast.stmt], name: str) -> list[gast.stmt]:
    """``body`` with an assignment of its own for ``name`` wherever it is assigned together with other variables."""
    inner = frozenset[str]().union(*(local_reads(f) for s in body for f in local_functions(s)))
    return [new for statement in body for new in _statement(statement, name, inner)]


def _statement(statement: Any, name: str, inner: frozenset[str]) -> list[gast.stmt]:
    if isinstance(statement, _COMPOUND):
        return [with_blocks(statement, lambda block: [n for s in block for n in _statement(s, name, inner)])]
    target = statement.targets[0] if isinstance(statement, gast.Assign) and len(statement.targets) == 1 else None
    parts, values = getattr(target, "elts", ()), getattr(getattr(statement, "value", None), "elts", ())
    names = [getattr(part, "id", None) for part in parts]
    if name not in names or None in names or len(values) != len(names):
        return [statement]
    read = {getattr(n, "id", None) for value in values for n in nodes_in(value)}
    if read & {*names} or inner & {*names} or any(isinstance(v, gast.Starred) for v in values):
        return [statement]
    pairs = zip(names, values, strict=True)
    return [placed(s, statement) for n, value in pairs for s in statements(f"{n} = {{v}}", v=value)]
