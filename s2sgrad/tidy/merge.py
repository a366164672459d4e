"""Write ``dx = dz`` followed at once by ``dx = dx + e`` as ``dx = dz + e``.

>>> from s2sgrad.quote import statements, unquote
>>> print("".join(unquote(s) for s in merge_borrowed(statements("dx = dz\\ndx = dx + e"))), end="")
dx = dz + e

Any other operation is merged just so.

>>> print("".join(unquote(s) for s in merge_borrowed(statements("dx = dz\\ndx = dx * e"))), end="")
dx = dz * e

A copy is made of what was borrowed.

>>> print("".join(unquote(s) for s in merge_borrowed(statements("dx = dz\\ndx = dx.copy()"))), end="")
dx = dz.copy()

So it is where other adjoints are borrowed in between.

>>> print("".join(unquote(s) for s in merge_borrowed(statements("dx = u\\ndy = v\\ndx = dx.copy()"))), end="")
dx = u.copy()
dy = v
"""

from __future__ import annotations

from typing import Any

import gast

from s2sgrad.quote import names_in, quote, statements, substitute

__all__ = ["merge_borrowed"]


def merge_borrowed(body: list[gast.stmt]) -> list[gast.stmt]:
    """``body`` with each borrowed adjoint and the operation on it that follows in one line."""
    out: list[gast.stmt] = []
    for statement in body:
        if not isinstance(statement, gast.Assign):
            out.append(_inside(statement))
            continue
        at = _place_of_copied(out, statement)
        merged = _merged(out[at], statement) if out else None
        if merged is not None:
            out[at] = merged
        else:
            out.append(statement)
    return out


def _place_of_copied(out: list[gast.stmt], statement: Any) -> int:
    """Where the line that borrows what ``statement`` copies stands: nothing but other such lines may follow it."""
    name = _target(statement)
    if name is None or not _is_copy(statement.value, name):
        return -1
    for back, line in enumerate(reversed(out), start=1):
        if _target(line) == name:
            return -back
        borrows = isinstance(line, gast.Assign) and isinstance(line.value, gast.Name)
        if not (borrows or _copies(line)) or name in names_in(line):
            return -1
    return -1


def _copies(line: Any) -> bool:
    read = names_in(line.value) if isinstance(line, gast.Assign) else []
    return len(read) == 1 and _is_copy(line.value, read[0])


def _inside(statement: Any) -> Any:
    if isinstance(statement, (gast.If, gast.For, gast.While)):
        new = statement.__class__.__new__(statement.__class__)
        new.__dict__.update(statement.__dict__)
        new.body, new.orelse = merge_borrowed(statement.body), merge_borrowed(statement.orelse)
        return new
    return statement


def _merged(first: Any, second: Any) -> gast.stmt | None:
    name = _target(first)
    if name is None or name != _target(second) or not isinstance(first.value, gast.Name):
        return None
    value = second.value
    if _is_copy(value, name):
        return statements(f"{name} = {{e}}", e=substitute(value, {name: first.value}))[0]
    grows = isinstance(value, gast.BinOp) and isinstance(value.left, gast.Name) and value.left.id == name
    if not grows or name in names_in(value.right) or first.value.id == name:
        return None
    merged: gast.stmt = statements(f"{name} = {{e}}", e=gast.BinOp(quote(first.value.id), value.op, value.right))[0]
    return merged


def _is_copy(value: Any, name: str) -> bool:
    """True for ``name.copy()``, and for ``+name``, which gives a number."""
    if isinstance(value, gast.UnaryOp) and isinstance(value.op, gast.UAdd):
        return getattr(value.operand, "id", "") == name
    if not isinstance(value, gast.Call) or value.args or not isinstance(value.func, gast.Attribute):
        return False
    return value.func.attr == "copy" and getattr(value.func.value, "id", "") == name


def _target(statement: Any) -> str | None:
    if (
        isinstance(statement, gast.Assign)
        and len(statement.targets) == 1
        and isinstance(statement.targets[0], gast.Name)
    ):
        return str(statement.targets[0].id)
    return None
