"""The primal next to its generated code: for a terminal, and for a notebook."""

from __future__ import annotations

import html as escaping
import shutil
import sys
import textwrap
import types
from itertools import zip_longest

from s2sgrad.errors import S2SGradError
from s2sgrad.wrapper import Derivative

__all__ = ["coloured", "html", "show", "side_by_side"]

Primal = types.FunctionType | Derivative
_GAP = "  |  "


def show(primal: Primal, generated: str) -> None:
    """Print both texts, in colour where standard output is a terminal and pygments is installed."""
    left = primal_text(primal)
    colour = sys.stdout.isatty()
    print(side_by_side(left, generated, shutil.get_terminal_size((120, 24)).columns, colour))


def primal_text(primal: Primal) -> str:
    """The user's own text, or that of the derivative that is differentiated; empty where there is none to be had."""
    from s2sgrad.parse import parse

    try:
        if isinstance(primal, Derivative):
            return primal.source
        source = parse(primal)
    except S2SGradError:
        return ""
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
    """Python text with a terminal's colours; as it is where pygments is not installed."""
    try:
        from pygments import highlight
        from pygments.formatters import TerminalFormatter
        from pygments.lexers import PythonLexer
    except ImportError:
        return text
    return str(highlight(text, PythonLexer(stripnl=False), TerminalFormatter()))


def html(primal: Primal, generated: str) -> str:
    """Both texts as HTML, next to each other where the page is wide enough."""
    texts = (text for text in (primal_text(primal), generated) if text)
    return f'<div style="display: flex; flex-wrap: wrap; gap: 2em">{"".join(map(_html_block, texts))}</div>'


def _html_block(text: str) -> str:
    try:
        from pygments import highlight
        from pygments.formatters import HtmlFormatter
        from pygments.lexers import PythonLexer
    except ImportError:
        return f"<pre>{escaping.escape(text)}</pre>"
    return str(highlight(text, PythonLexer(stripnl=False), HtmlFormatter(noclasses=True)))
