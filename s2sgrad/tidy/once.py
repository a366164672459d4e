"""Take a number from the line that has computed it already, where the same arithmetic would stand again.

>>> from s2sgrad.quote import statements, unquote
>>> body = statements("da = 2 * d\\ndb = 2 * d\\nda += 1.0\\ndc = 2 * d\\nde = 2 * d")
>>> print("".join(unquote(s) for s in said_once(body, {"d", "da", "db", "dc", "de"})), end="")
da = 2 * d
db = da
da += 1.0
dc = 2 * d
de = dc
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import gast

from s2sgrad.normalize.leaving import with_blocks
from s2sgrad.printer import Blank, Comment
from s2sgrad.quote import names_of, nodes_in, statements, structure

__all__ = ["said_once"]

_ARITHMETIC = (gast.BinOp, gast.UnaryOp, gast.Constant, gast.Name, gast.operator, gast.unaryop)


def said_once(body: list[gast.stmt], scalars: Collection[str]) -> list[gast.stmt]:
    """``body`` with repeated arithmetic on ``scalars`` as a name: they hold numbers, which share no memory."""
    out: list[gast.stmt] = []
    known: dict[Any, str] = {}
    for statement in body:
        if isinstance(statement, (gast.If, gast.For, gast.While, gast.With, gast.Try)):
            known.clear()
            out.append(with_blocks(statement, lambda inner: said_once(inner, scalars)))
            continue
        computed = _computed(statement, scalars)
        found = known.get(computed)
        if found is not None:
            out += statements("{x} = {y}", x=statement.targets[0], y=found)
        else:
            out.append(statement)
        if known:
            changed = _changed(statement)
            known = {key: name for key, name in known.items() if name not in changed and not changed & set(key)}
        if computed is not None and statement.targets[0].id not in computed:
            known.setdefault(computed, statement.targets[0].id)
    return out


def _computed(statement: Any, scalars: Collection[str]) -> tuple[Any, ...] | None:
    """A key for what is assigned to a single name, if it is arithmetic on numbers."""
    if not isinstance(statement, gast.Assign) or len(statement.targets) != 1:
        return None
    target, value = statement.targets[0], statement.value
    if not isinstance(target, gast.Name) or target.id not in scalars or not isinstance(value, gast.BinOp):
        return None
    plain = all(isinstance(n, _ARITHMETIC) for n in nodes_in(value)) and names_of(value) <= set(scalars)
    return structure(value) if plain else None


def _changed(statement: Any) -> frozenset[str]:
    """The names that a statement may bind or change: all in it but those on the right of an assignment."""
    if isinstance(statement, (Comment, Blank)):
        return frozenset()
    if isinstance(statement, gast.Assign):
        return frozenset().union(*map(names_of, statement.targets))
    return names_of(statement.target) if isinstance(statement, gast.AugAssign) else names_of(statement)
