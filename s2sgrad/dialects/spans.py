"""Put new trees into a text: what a pass leaves alone keeps its lines, comments and layout.

>>> text = "x = 1  # one\\ny = two(x)\\n"
>>> call = gast.parse(text).body[1].value
>>> print(replaced_text(text, [(call, quote("2 * x"))]), end="")
x = 1  # one
y = 2 * x
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import gast

from s2sgrad.printer import to_text
from s2sgrad.quote import quote, unquote

__all__ = ["Edit", "quote", "replaced_text"]

Edit = tuple[Any, gast.expr | Sequence[gast.stmt]]
"""A node of the parsed text, and the expression or the statements that take its place."""


def replaced_text(text: str, edits: Iterable[Edit]) -> str:
    """``text`` with every node of ``edits`` replaced; no two of them may overlap."""
    held = text.encode("utf-8")
    starts = _line_starts(held)
    spans = [(*_span(node, starts), _written(node, new)) for node, new in edits]
    for start, end, new in sorted(spans, reverse=True):
        held = held[:start] + new.encode("utf-8") + held[end:]
    return held.decode("utf-8")


def _line_starts(held: bytes) -> list[int]:
    starts = [0]
    for line in held.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts


def _span(node: Any, starts: list[int]) -> tuple[int, int]:
    return starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset


def _written(node: Any, new: gast.expr | Sequence[gast.stmt]) -> str:
    if isinstance(new, gast.AST):
        return unquote(new)
    indent: int = node.col_offset
    lines = "".join(map(to_text, new)).rstrip("\n").split("\n")
    return ("\n" + " " * indent).join(lines)
