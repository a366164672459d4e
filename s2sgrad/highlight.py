"""Which pieces of a Python text are of which kind, line by line: for a terminal, a notebook and a page.

>>> for pieces in highlighted("def f(x):\\n    return 2 * x  # twice"):
...     print([piece for piece in pieces if piece.kind])
[Piece(text='def', kind='keyword'), Piece(text='f', kind='defined')]
[Piece(text='return', kind='keyword'), Piece(text='2', kind='number'), Piece(text='# twice', kind='comment')]
"""

from __future__ import annotations

import io
import keyword
import tokenize
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["KINDS", "Piece", "highlighted"]

KINDS = ("keyword", "defined", "number", "string", "comment")
_SOFT = frozenset({"True", "False", "None"})


class Piece(NamedTuple):
    """Text within one line, and its kind: one of ``KINDS``, or nothing."""

    text: str
    kind: str


def highlighted(text: str) -> list[list[Piece]]:
    """The pieces of each line. What cannot be read as Python, such as a part of a statement, is of no kind."""
    lines = text.split("\n")
    found: list[list[Piece]] = [[] for _ in lines]
    done = [0] * len(lines)
    for kind, (first, start), (last, end) in _tokens(text):
        for row in range(first - 1, last):
            begin = max(done[row], start if row == first - 1 else 0)
            stop = end if row == last - 1 else len(lines[row])
            _add(found[row], lines[row][done[row] : begin], "")
            _add(found[row], lines[row][begin:stop], kind)
            done[row] = max(done[row], stop)
    for row, line in enumerate(lines):
        _add(found[row], line[done[row] :], "")
    return found


def _add(pieces: list[Piece], text: str, kind: str) -> None:
    if text:
        pieces.append(Piece(text, kind))


def _tokens(text: str) -> Iterator[tuple[str, tuple[int, int], tuple[int, int]]]:
    """The tokens that have a kind, with where they start and end."""
    before = ""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            kind = _kind(token, before)
            if kind:
                yield kind, token.start, token.end
            before = token.string
    except (tokenize.TokenError, SyntaxError):
        return  # the rest of the text stays as it is


def _kind(token: tokenize.TokenInfo, before: str) -> str:
    if token.type == tokenize.NAME:
        if keyword.iskeyword(token.string):
            return "number" if token.string in _SOFT else "keyword"
        return "defined" if before in ("def", "class") else ""
    if token.type == tokenize.STRING or tokenize.tok_name[token.type].startswith(("FSTRING", "TSTRING")):
        return "string"
    return {tokenize.NUMBER: "number", tokenize.COMMENT: "comment"}.get(token.type, "")
