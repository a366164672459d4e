"""Write an assignment to variables and to items at once as the assignments that Python makes one after the other.

>>> from s2sgrad.quote import statements, unquote
>>> print("".join(map(unquote, one_by_one(statements("i, a[i] = 1, f(x)"), {"i", "a", "f", "x"}))), end="")
value = f(x)
i = 1
a[i] = value
"""

from __future__ import annotations

from typing import Any

import gast

from s2sgrad.normalize.order import shallow
from s2sgrad.quote import quote, statements

__all__ = ["one_by_one"]


def one_by_one(body: list[gast.stmt], taken: set[str]) -> list[gast.stmt]:
    """``body`` with such assignments split: first all values, then the targets from left to right."""
    return [new for statement in body for new in _statement(statement, taken)]


def _statement(statement: Any, taken: set[str]) -> list[gast.stmt]:
    new = statement
    for key in ("body", "orelse", "finalbody"):
        block = getattr(statement, key, None)
        if isinstance(block, list) and block:
            split = one_by_one(block, taken)
            if len(split) != len(block) or any(a is not b for a, b in zip(split, block, strict=True)):
                new = shallow(statement) if new is statement else new
                setattr(new, key, split)
    return _split(statement, taken) if _is_mixed(statement) else [new]


def _is_mixed(statement: Any) -> bool:
    if not isinstance(statement, gast.Assign) or len(statement.targets) != 1:
        return False
    kinds = {type(e) for e in getattr(statement.targets[0], "elts", ())}
    flat = kinds <= {gast.Name, gast.Subscript, gast.Attribute}
    return flat and gast.Name in kinds and len(kinds) > 1


def _split(statement: gast.Assign, taken: set[str]) -> list[gast.stmt]:
    targets = statement.targets[0].elts
    display = statement.value
    out: list[gast.stmt] = []
    if isinstance(display, gast.Tuple | gast.List) and len(display.elts) == len(targets):
        values = [v if isinstance(v, gast.Constant) else _named(v, out, taken) for v in display.elts]
    else:
        names = [_free(taken) for _ in targets]
        out += statements(f"{', '.join(names)} = {{e}}", e=display)
        values = [quote(name) for name in names]
    for target, value in zip(targets, values, strict=True):
        single = shallow(statement)
        single.targets, single.value = [target], value
        out.append(single)
    return [_at(s, statement) for s in out]


def _named(value: Any, out: list[gast.stmt], taken: set[str]) -> gast.expr:
    name = _free(taken)
    out += statements(f"{name} = {{e}}", e=value)
    return quote(name)


def _free(taken: set[str]) -> str:
    name, n = "value", 2
    while name in taken:
        name, n = f"value{n}", n + 1
    taken.add(name)
    return name


def _at(tree: Any, place: Any) -> Any:
    for key in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
        setattr(tree, key, getattr(place, key, None))
    return tree
