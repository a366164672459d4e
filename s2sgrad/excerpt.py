"""Pieces of the user's file, cut out by the positions of a tree.

>>> import gast
>>> text = "if (x > 0 and  # both\\n        y > 0):\\n    z = 1"
>>> first_part(tuple(text.split("\\n")), gast.parse(text).body[0])
'if (x > 0 and y > 0):'
"""

from __future__ import annotations

import contextlib
import io
import tokenize
from collections.abc import Sequence
from typing import Any

import gast

__all__ = ["between", "first_part"]

Place = tuple[int, int]


def between(lines: Sequence[str], start: Place, end: Place) -> str:
    """The text from ``start`` to ``end``, each a line from 1 and a column in bytes of UTF-8, as trees count them."""
    rows = list(lines[start[0] - 1 : end[0]])
    rows[-1] = _bytes(rows[-1], None, end[1])
    rows[0] = _bytes(rows[0], start[1], None)
    return "\n".join(rows)


def _bytes(row: str, first: int | None, last: int | None) -> str:
    return row[first:last] if row.isascii() else row.encode()[first:last].decode()


def first_part(lines: Sequence[str], stmt: gast.AST) -> str:
    """The text of a statement on one line, comments dropped; of a compound statement only the head."""
    start = stmt.lineno, stmt.col_offset
    inner = _first_inside(stmt)
    if inner is None:
        return _one_line(between(lines, start, (stmt.end_lineno, stmt.end_col_offset)))
    return _head(between(lines, start, inner))


def _first_inside(stmt: Any) -> Place | None:
    """Where the first statement (or pattern) inside a compound statement starts, decorators included."""
    if isinstance(stmt, gast.Match):
        pattern = stmt.cases[0].pattern
        return pattern.lineno, pattern.col_offset
    body = getattr(stmt, "body", None)
    if not isinstance(body, list) or not body:
        return None
    first = [body[0], *getattr(body[0], "decorator_list", ())]
    return min((node.lineno, node.col_offset) for node in first)


def _head(text: str) -> str:
    """``text`` up to its last colon: what follows is line ends, comments and indentation only.

    What stands for an expression of the user's, a comprehension for one, has none: that is quoted as it is.
    """
    colons = [t.end for t in _tokens(text) if t.type == tokenize.OP and t.string == ":"]
    if not colons:
        return _one_line(text)
    row, column = colons[-1]
    rows = text.split("\n")[:row]
    rows[-1] = rows[-1][:column]
    return _one_line("\n".join(rows))


def _one_line(text: str) -> str:
    if "\n" not in text:
        return text.strip()
    rows = text.split("\n")
    for token in _tokens(text):
        if token.type == tokenize.COMMENT:
            rows[token.start[0] - 1] = rows[token.start[0] - 1][: token.start[1]]
    pieces = [piece for row in rows if (piece := row.strip().removesuffix("\\").rstrip())]
    return _joined(pieces)


def _joined(pieces: list[str]) -> str:
    """The pieces with one space between them, but none inside of a bracket."""
    line = pieces[0]
    for piece in pieces[1:]:
        tight = line.endswith(("(", "[", "{")) or piece.startswith((")", "]", "}"))
        line += piece if tight else " " + piece
    return line


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    """The tokens of any piece of a program; brackets on lines of their own around it make indentation mean nothing."""
    found: list[tokenize.TokenInfo] = []
    with contextlib.suppress(tokenize.TokenError):  # a head may end after the bracket in which its body stands
        found.extend(tokenize.generate_tokens(io.StringIO(f"(\n{text}\n)").readline))
    return [t._replace(start=(t.start[0] - 1, t.start[1]), end=(t.end[0] - 1, t.end[1])) for t in found]
