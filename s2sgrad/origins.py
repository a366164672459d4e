"""From which line of the user's each statement of a generated function comes, and what is kept for the backward part.

A generated statement is given the position of the user's statement for which it is written, where it is written; the
statements of templates stand at line 0, which is nowhere. What the clean-ups add belongs to the group it stands in.

>>> from s2sgrad.quote import quote, statements
>>> (user,) = gast.parse("def f(x):\\n    h = x * x\\n    return h").body
>>> lines = [user.body[0], *placed(statements("dh = 2.0"), user.body[1]), *statements("dx = dh * x\\nreturn dx")]
>>> origins(lines, user).lines
(2, 3, 3, 1)
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

import gast

from s2sgrad.printer import Blank, Comment
from s2sgrad.quote import names_of
from s2sgrad.request import Kept, Origins

__all__ = ["keeping", "origins", "placed"]


def placed(lines: list[gast.stmt], node: Any) -> list[gast.stmt]:
    """``lines``; those that stand nowhere stand where ``node`` does from now on."""
    line = getattr(node, "lineno", 0)
    for statement in lines:
        if not getattr(statement, "lineno", 0):
            statement.lineno = line
        for block in _blocks(statement) if hasattr(statement, "body") else ():
            placed(block, statement)
    return lines


def origins(body: list[gast.stmt], definition: Any, backward: bool = False) -> Origins:
    """The origins of the body of a generated function; all of it goes ``backward``, or what follows a quoted line.

    What the clean-ups added takes the line of its group; the ``return`` takes that of ``definition``.
    """
    start = 0 if backward else next((i for i, s in enumerate(body) if _is_border(s)), len(body))
    halves = [list(_lines(half, definition, definition.lineno)) for half in (body[:start], body[start:])]
    return Origins((*halves[0], *halves[1]), len(halves[0]))


def keeping(found: Origins, kept: Sequence[Kept], body: Collection[gast.stmt]) -> Origins:
    """The same origins, with those kept values that ``body`` names."""
    named = frozenset[str]().union(*map(names_of, body)) if kept else frozenset()
    return replace(found, kept=tuple(dict.fromkeys(k for k in kept if k.name in named)))


def _is_border(statement: gast.stmt) -> bool:
    """True for an empty line, or a line that quotes: the user's own comments are of another class."""
    return isinstance(statement, Blank) or type(statement) is Comment


def _lines(body: list[gast.stmt], definition: Any, otherwise: int) -> Iterator[int]:
    """The lines of these statements and of all below them, each before what it holds."""
    found = [_line(statement, definition) for statement in body]
    for i, statement in enumerate(body):
        if isinstance(statement, (Blank, Comment)):
            continue
        line = found[i] or _of_group(body, found, i) or next((n for n in found[i:] if n), otherwise)
        yield line
        for block in _blocks(statement) if hasattr(statement, "body") else ():
            yield from _lines(block, definition, line)


def _of_group(body: list[gast.stmt], found: list[int], i: int) -> int:
    """The line of what stands nearest behind a statement in its group, else above it; 0 where there is none."""
    if isinstance(body[i], gast.Return):
        return 0
    end = next((n for n in range(i, len(body)) if _is_border(body[n])), len(body))
    start = next((n for n in range(i, 0, -1) if _is_border(body[n])), 0)
    return next((n for n in (*found[i:end], *found[start:i][::-1]) if n), 0)


def _line(statement: Any, definition: Any) -> int:
    """The line at which a statement stands, if that is in the user's function."""
    line = getattr(statement, "lineno", 0) or 0
    return int(line) if definition.lineno <= line <= definition.end_lineno else 0


def _blocks(statement: Any) -> Iterator[list[gast.stmt]]:
    """The blocks of a compound statement, in the order of the text."""
    for key in ("body", "handlers", "orelse", "finalbody"):
        held = getattr(statement, key, None)
        if isinstance(held, list):
            yield from (h.body for h in held) if key == "handlers" else [held]
