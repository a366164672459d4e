"""The primal next to its generated code: for a terminal, and for a notebook."""

from __future__ import annotations

import html as escaping
import shutil
import sys
import textwrap
import types
from itertools import zip_longest
from typing import TYPE_CHECKING

from s2sgrad.errors import S2SGradError
from s2sgrad.highlight import Piece, highlighted
from s2sgrad.wrapper import Derivative

if TYPE_CHECKING:
    from s2sgrad.parse import Source

__all__ = ["coloured", "html", "primal_text", "show", "side_by_side", "source_text"]

Primal = types.FunctionType | Derivative
_GAP = "  |  "
_ANSI = {"keyword": 34, "defined": 36, "number": 35, "string": 33, "comment": 32}
_COLOURS = {"keyword": "#8250df", "defined": "#0969da", "number": "#a0561a", "string": "#2a7d3f", "comment": "#6e7781"}
"""Colours that can be read on white and on black."""


def show(primal: Primal, generated: str) -> None:
    """Print both texts, in colour where standard output is a terminal."""
    left = primal_text(primal)
    colour = sys.stdout.isatty()
    print(side_by_side(left, generated, shutil.get_terminal_size((120, 24)).columns, colour))


def primal_text(primal: Primal) -> str:
    """The user's own text, or that of the derivative that is differentiated; empty where there is none to be had."""
    from s2sgrad.parse import parse

    try:
        return primal.source if isinstance(primal, Derivative) else source_text(parse(primal))
    except S2SGradError:
        return ""


def source_text(source: Source) -> str:
    """The text of a function, as far left as it goes."""
    return textwrap.dedent(" " * source.tree.col_offset + source.text(source.tree)) + "\n"


def side_by_side(left: str, right: str, columns: int, colour: bool = False) -> str:
    """Both texts in two columns, one above the other where they are too wide for ``columns``."""
    plain = left.splitlines()
    width = max(map(len, plain), default=0)
    widest = max(map(len, right.splitlines()), default=0)
    left, right = (coloured(text) if colour else text for text in (left, right))
    if not plain or width + len(_GAP) + widest > columns:
        return "\n\n".join(text.rstrip("\n") for text in (left, right) if text)
    rows = zip_longest(plain, left.splitlines(), right.splitlines(), fillvalue="")
    return "\n".join(f"{shown}{' ' * (width - len(bare))}{_GAP}{text}".rstrip() for bare, shown, text in rows)


def coloured(text: str) -> str:
    """Python text with a terminal's colours."""
    return "\n".join("".join(map(_ansi, pieces)) for pieces in highlighted(text))


def _ansi(piece: Piece) -> str:
    return f"\x1b[{_ANSI[piece.kind]}m{piece.text}\x1b[39m" if piece.kind else piece.text


def html(primal: Primal, generated: str) -> str:
    """Both texts as HTML, next to each other where the page is wide enough."""
    texts = (text for text in (primal_text(primal), generated) if text)
    return f'<div style="display: flex; flex-wrap: wrap; gap: 2em">{"".join(map(_html_block, texts))}</div>'


def _html_block(text: str) -> str:
    lines = ("".join(map(_span, pieces)) for pieces in highlighted(text))
    return "<pre>" + "\n".join(lines) + "</pre>"


def _span(piece: Piece) -> str:
    text = escaping.escape(piece.text)
    return f'<span style="color: {_COLOURS[piece.kind]}">{text}</span>' if piece.kind else text
