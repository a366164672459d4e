"""The backward pass before it is assembled: groups of lines, loops and branches, in the order in which they run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import gast

from s2sgrad.analysis import ir

__all__ = ["Branch", "Lines", "Loop", "Piece", "without_idle"]


@dataclass(eq=False)
class Lines:
    """The lines of one simple statement; ``quoted`` ones open with the user's own text."""

    statement: ir.Statement
    lines: list[gast.stmt]
    quoted: bool = True


@dataclass(eq=False)
class Loop:
    """A loop run backwards. ``start`` goes above it, ``finish`` at the end of its body.

    Of the names in ``measured`` only the shape is read at the end of the body, and that is the same in all iterations.
    """

    statement: ir.Loop
    start: list[gast.stmt]
    body: list[Piece]
    finish: list[gast.stmt]
    index: str | None = None
    measured: frozenset[str] = frozenset()


@dataclass(eq=False)
class Branch:
    """A branch taken again; ``start`` goes above it."""

    statement: ir.If
    start: list[gast.stmt]
    body: list[Piece] = field(default_factory=list)
    orelse: list[Piece] = field(default_factory=list)


Piece: TypeAlias = "Lines | Loop | Branch"


def without_idle(pieces: list[Piece]) -> list[Piece]:
    """``pieces`` without loops and branches in which nothing is done, so that nothing is kept for their headers."""
    kept: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Loop):
            piece.body = without_idle(piece.body)
        elif isinstance(piece, Branch):
            piece.body, piece.orelse = without_idle(piece.body), without_idle(piece.orelse)
        if _does_something(piece):
            kept.append(piece)
    return kept


def _does_something(piece: Piece) -> bool:
    if isinstance(piece, Lines):
        return bool(piece.lines)
    if isinstance(piece, Loop):
        return bool(piece.start or piece.body or piece.finish)
    return bool(piece.start or piece.body or piece.orelse)
