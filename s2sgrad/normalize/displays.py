"""Write a list that is filled statement by statement as a display: its items are then known one by one.

>>> from s2sgrad.quote import statements, unquote
>>> body = statements("xs = []\\nxs.append(f(a))\\nxs.append(b)\\nreturn xs")
>>> straight_lists(body, ())
{'xs'}
>>> body = as_display(body, "xs", {"xs", "a", "b", "f"})
>>> print("".join(map(unquote, body)), end="")
xs_0 = f(a)
xs_1 = b
xs = [xs_0, xs_1]
return xs
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import gast

from s2sgrad.normalize.made import fresh, placed
from s2sgrad.normalize.parts import local_functions, moved, shallow
from s2sgrad.normalize.scopes import local_reads
from s2sgrad.quote import clone, nodes_in, quote, statements

__all__ = ["as_display", "as_displays", "straight_lists"]


def straight_lists(body: list[gast.stmt], parameters: Collection[str]) -> set[str]:
    """Lists that are made by a display, then only appended to, statement by statement, before anything reads them."""
    once = _bound_once(body) - set(parameters)
    starts = [(block, s, n) for block in _blocks(body) for s in block if (n := _display_bound(s)) is not None]
    return {n for block, s, n in starts if n in once and _parts(block, s, n, body)}


def _bound_once(body: list[gast.stmt]) -> set[str]:
    """The names that exactly one statement binds."""
    stored = [n.id for s in body for n in nodes_in(s) if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)]
    return {name for name in stored if stored.count(name) == 1}


def _blocks(body: list[gast.stmt]) -> list[list[gast.stmt]]:
    found = [body]
    for node in (n for s in body for n in nodes_in(s)):
        parts = (getattr(node, key, None) for key in ("body", "orelse", "finalbody"))
        found += [p for p in parts if isinstance(p, list) and p and isinstance(p[0], gast.stmt)]
    return found


def _display_bound(statement: Any) -> str | None:
    """The variable that a statement binds to a list display."""
    if not isinstance(statement, gast.Assign) or len(statement.targets) != 1:
        return None
    target, value = statement.targets[0], statement.value
    plain = isinstance(value, gast.List) and not any(isinstance(e, gast.Starred) for e in value.elts)
    return target.id if plain and isinstance(target, gast.Name) else None


def _appended(statement: Any, name: str) -> Any:
    """The ``e`` of ``name.append(e)``."""
    call: Any = getattr(statement, "value", None) if isinstance(statement, gast.Expr) else None
    method = isinstance(call, gast.Call) and isinstance(call.func, gast.Attribute) and call.func.attr == "append"
    mine = method and getattr(call.func.value, "id", "") == name and len(call.args) == 1 and not call.keywords
    return call.args[0] if mine else None


def _parts(block: list[gast.stmt], start: Any, name: str, body: list[gast.stmt]) -> list[gast.stmt]:
    """The appending statements, if all stand in one block and nothing reads the list before the last of them."""
    after = block[[s is start for s in block].index(True) + 1 :]
    found = [s for s in after if _appended(s, name) is not None]
    everywhere = [n for s in body for n in nodes_in(s) if _appended(n, name) is not None]
    captured = any(name in local_reads(f) for s in body for f in local_functions(s))
    if not found or captured or len(everywhere) != len(found):
        return []
    until = after[: [s is found[-1] for s in after].index(True) + 1]
    reads = [n for s in until for n in nodes_in(s) if isinstance(n, gast.Name) and n.id == name]
    return found if len(reads) == len(found) else []


def as_displays(body: list[gast.stmt], names: Collection[str], taken: set[str]) -> list[gast.stmt]:
    """``body`` with each of the lists that are filled in a straight line made at once."""
    for name in names:
        body = as_display(body, name, taken)
    return body


def as_display(body: list[gast.stmt], name: str, taken: set[str]) -> list[gast.stmt]:
    """``body`` with a list that is filled in a straight line made at once, from items under names of their own."""
    once = _bound_once(body)

    def block(old: list[gast.stmt]) -> list[gast.stmt]:
        start = next((s for s in old if _display_bound(s) == name), None)
        found = _parts(old, start, name, body) if start is not None else []
        return _filled(old, start, found) if found else [_with_blocks(s, block) for s in old]

    def _filled(old: list[gast.stmt], start: Any, found: list[gast.stmt]) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        items: list[gast.expr] = []
        for statement in old:
            new = start.value.elts if statement is start else []
            if any(statement is f for f in found):
                new = [_appended(statement, name)]
            for value in new:
                if not (isinstance(value, gast.Name) and value.id in once):
                    held = fresh(f"{name}_{len(items)}", taken)
                    out += [placed(s, statement) for s in statements(f"{held} = {{e}}", e=value)]
                    value = moved(quote(held), value)
                items.append(value)
            if statement is found[-1]:
                out.append(_bound_to(start, items))
            elif not new and statement is not start:
                out.append(statement)
        return out

    return block(body)


def _bound_to(start: Any, items: list[gast.expr]) -> gast.stmt:
    new = shallow(start)
    new.value = shallow(start.value)
    new.value.elts = [clone(i) for i in items]
    return new


def _with_blocks(statement: Any, change: Any) -> Any:
    new = shallow(statement)
    for key in ("body", "orelse", "finalbody"):
        part = getattr(statement, key, None)
        if isinstance(part, list) and part and isinstance(part[0], gast.stmt):
            new.__dict__[key] = change(part)
    return new
