"""Let a temporary take the name of the adjoint that it is copied to at once.

>>> from s2sgrad.quote import statements, unquote
>>> body = statements("t = np.zeros_like(x)\\nt[1:] += dy\\ndx = t\\nreturn dx")
>>> print("".join(unquote(s) for s in rename_copies(body, {"x", "dy"})), end="")
dx = np.zeros_like(x)
dx[1:] += dy
return dx
>>> body = statements("da, db = f(x)\\ndW = da\\ndc = db\\nreturn dW, dc")
>>> print("".join(unquote(s) for s in rename_copies(body, {"x", "f"})), end="")
dW, dc = f(x)
return dW, dc
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import gast

from s2sgrad.printer import Blank, Comment
from s2sgrad.quote import names_in, occurrences, quote, substitute

__all__ = ["rename_copies"]


def rename_copies(body: list[gast.stmt], kept: Collection[str]) -> list[gast.stmt]:
    """``body`` without lines ``d = t`` for temporaries ``t`` of no other use; names in ``kept`` are the user's."""
    uses: dict[str, int] = dict.fromkeys(kept, 1000)
    for statement in body:
        _count(statement, uses)
    return _block(body, uses)


def _count(tree: Any, uses: dict[str, int]) -> None:
    for name in occurrences(tree):
        uses[name] = uses.get(name, 0) + 1


def _block(body: list[gast.stmt], uses: dict[str, int]) -> list[gast.stmt]:
    out: list[gast.stmt] = []
    for statement in body:
        pair = _copied(statement, uses)
        place = _definition(out, *pair, uses) if pair is not None else None
        if pair is None or place is None:
            out.append(_inside(statement, uses))
        else:
            out[place:] = [substitute(s, {pair[1]: quote(pair[0])}) for s in out[place:]]
    return out


def _inside(statement: Any, uses: dict[str, int]) -> Any:
    if not isinstance(statement, (gast.If, gast.For, gast.While)):
        return statement
    new = statement.__class__.__new__(statement.__class__)
    new.__dict__.update(statement.__dict__)
    new.body, new.orelse = _block(statement.body, uses), _block(statement.orelse, uses)
    return new


def _copied(statement: Any, uses: dict[str, int]) -> tuple[str, str] | None:
    """Target and source of ``target = source``, where the source is no name of the user's."""
    if not isinstance(statement, gast.Assign) or not isinstance(statement.value, gast.Name):
        return None
    target = statement.targets[0]
    if not isinstance(target, gast.Name) or uses.get(statement.value.id, 0) >= 1000:
        return None
    return target.id, statement.value.id


def _definition(out: list[gast.stmt], target: str, source: str, uses: dict[str, int]) -> int | None:
    """Where ``source`` is assigned, if it has no other use than from there on, and ``target`` is not touched there."""
    found = 1
    for place in range(len(out) - 1, -1, -1):
        statement = out[place]
        if isinstance(statement, (Comment, Blank)) or target in names_in(statement):
            return None
        found += list(occurrences(statement)).count(source)
        if isinstance(statement, gast.Assign) and any(source in _bound(t) for t in statement.targets):
            return place if found == uses.get(source) else None
    return None


def _bound(target: Any) -> list[str]:
    """The names that an assignment to ``target`` binds."""
    return [t.id for t in getattr(target, "elts", [target]) if isinstance(t, gast.Name)]
