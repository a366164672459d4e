"""Print the user's own statements as the user wrote them, with the comments that belong to them.

A statement owns the comment lines right above it and the comment behind it. A statement that was changed on the way (an
expression was named, a helper written in place) is printed anew, and keeps the comments above it.

>>> from s2sgrad.printer import to_text
>>> lines = ("def f(x):", "    # twice", "    return 2*x  # exact")
>>> tree = gast.parse("\\n".join(lines)).body[0]
>>> source = Source("f.py", lines, tree, "f", False)
>>> tree.body = [*remarks(source, tree.body[0]), *keep_text(tree.body, source, {id(tree.body[0])})]
>>> print(to_text(tree), end="")
def f(x):
    # twice
    return 2*x  # exact
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import gast

from s2sgrad.parse import Source
from s2sgrad.printer import Comment, Verbatim

__all__ = ["Remark", "keep_text", "remarks"]


class Remark(Comment):
    """A comment of the user's; it goes where its statement goes."""


def remarks(source: Source, node: Any) -> list[gast.stmt]:
    """The comment lines right above a statement."""
    found: list[gast.stmt] = []
    above = node.lineno - 2
    while above >= 0 and source.lines[above].lstrip().startswith("#"):
        found.insert(0, Remark(text=source.lines[above].strip().lstrip("#").strip()))
        above -= 1
    return found


def keep_text(body: list[gast.stmt], source: Source, own: Collection[int]) -> list[gast.stmt]:
    """``body`` with each simple statement whose identity is in ``own`` as the text in the user's file."""
    return [_kept(statement, source, own) for statement in body]


def _kept(statement: Any, source: Source, own: Collection[int]) -> gast.stmt:
    if isinstance(statement, (gast.With, gast.Try)) and id(statement) not in own:
        new = statement.__class__.__new__(statement.__class__)
        new.__dict__.update(statement.__dict__)
        for key in ("body", "orelse", "finalbody"):
            setattr(new, key, keep_text(getattr(statement, key, []), source, own))
        if getattr(statement, "handlers", []):
            new.handlers = [_with_body(h, keep_text(h.body, source, own)) for h in statement.handlers]
        return new
    if isinstance(statement, (gast.If, gast.For, gast.While)):
        new = statement.__class__.__new__(statement.__class__)
        new.__dict__.update(statement.__dict__)
        new.body = keep_text(statement.body, source, own)
        new.orelse = keep_text(statement.orelse, source, own)
        return new
    if id(statement) not in own or source.is_lambda:
        return statement
    text = source.text(statement)
    if "__" in text or '"""' in text or "'''" in text:
        return statement
    return Verbatim(text=text + _behind(source, statement), column=statement.col_offset)


def _with_body(handler: Any, body: list[gast.stmt]) -> Any:
    new = handler.__class__.__new__(handler.__class__)
    new.__dict__.update(handler.__dict__)
    new.body = body
    return new


def _behind(source: Source, statement: Any) -> str:
    """The comment on the statement's last line."""
    line = source.lines[statement.end_lineno - 1].encode("utf-8")
    rest = line[statement.end_col_offset :].decode("utf-8", "ignore").strip()
    return f"  {rest}" if rest.startswith("#") else ""
