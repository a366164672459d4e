"""Let a temporary take the name of the adjoint that it is copied to, and give the result what it would be a copy of.

>>> from s2sgrad.quote import statements, unquote
>>> body = statements("t = np.zeros_like(x)\\nt[1:] += dy\\ndx = t\\nreturn dx")
>>> print("".join(unquote(s) for s in rename_copies(body, {"x", "dy"})), end="")
dx = np.zeros_like(x)
dx[1:] += dy
return dx
>>> body = statements("t = e * f\\ndv = t\\ndx = dv\\ndy = dv * 2\\nreturn dx, dy")
>>> print("".join(unquote(s) for s in rename_copies(body, {"e", "f"})), end="")
dv = e * f
dx = dv
dy = dv * 2
return dx, dy
>>> body = statements("da, dx = f(saved, dh)\\ndh = da\\ndW_0 = dx\\nreturn dh, [dW_0]")
>>> print("".join(unquote(s) for s in rename_copies(body, {"saved", "f"}, {"dW_0"})), end="")
dh, dx = f(saved, dh)
return dh, [dx]
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import gast

from s2sgrad.printer import Blank, Comment
from s2sgrad.quote import names_of, occurring, quote, substitute

__all__ = ["rename_copies"]


def rename_copies(
    body: list[gast.stmt], kept: Collection[str], parts: Collection[str] = frozenset()
) -> list[gast.stmt]:
    """``body`` without lines ``d = t`` for temporaries ``t`` of no other use; names in ``kept`` are the user's.

    ``parts`` are the names of parts of the result, which say less than what they are copies of.
    """
    uses: dict[str, int] = dict.fromkeys(kept, 1000)
    for statement in body:
        _count(statement, uses)
    return _block(_returned(body, uses, parts), uses)


def _returned(body: list[gast.stmt], uses: dict[str, int], parts: Collection[str]) -> list[gast.stmt]:
    """``body`` with what the parts of the result are copies of in their place."""
    *lines, last = body or [gast.Pass()]
    if not isinstance(last, gast.Return):
        return body
    out: list[gast.stmt] = []
    touched: set[str] = set()
    for statement in reversed(lines):
        target, source = _names_copied(statement) or ("", "")
        if target in parts and uses[target] == 2 and source not in touched and target in names_of(last):
            last = substitute(last, {target: quote(source)})
        else:
            touched.update(names_of(statement))
            out.append(statement)
    return [*reversed(out), last]


def _count(tree: Any, uses: dict[str, int]) -> None:
    for name in occurring(tree):
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
            uses[pair[0]] += uses[pair[1]] - 2  # this line is gone, which read one and bound the other
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
    names = _names_copied(statement)
    return None if names is None or uses.get(names[1], 0) >= 1000 else names


def _names_copied(statement: Any) -> tuple[str, str] | None:
    """Target and source of ``target = source``."""
    if not isinstance(statement, gast.Assign) or not isinstance(statement.value, gast.Name):
        return None
    target = statement.targets[0]
    return (target.id, statement.value.id) if isinstance(target, gast.Name) else None


def _definition(out: list[gast.stmt], target: str, source: str, uses: dict[str, int]) -> int | None:
    """Where ``source`` is assigned, if it has no other use than from there on, and ``target`` is not touched there.

    Several values that are unpacked take their names from the groups that follow; anything else from its own group.
    """
    found, apart = 1, False
    for place in range(len(out) - 1, -1, -1):
        statement: Any = out[place]
        apart = apart or isinstance(statement, (Comment, Blank))
        found += occurring(statement).count(source)
        targets = statement.targets if isinstance(statement, gast.Assign) else []
        if any(source in _bound(t) for t in targets):
            several = isinstance(targets[0], gast.Tuple) and found == 2
            touched = targets if several else [statement]
            free = not any(target in names_of(t) for t in touched) and (several or not apart)
            return place if free and found == uses.get(source) else None
        if target in names_of(statement):
            return None
    return None


def _bound(target: Any) -> list[str]:
    """The names that an assignment to ``target`` binds."""
    return [t.id for t in getattr(target, "elts", [target]) if isinstance(t, gast.Name)]
