"""Pieces of HTML. Every text that comes from outside goes through ``escape``.

>>> element("p", escape("a < b"), id="x", hidden=True)
'<p id="x" hidden>a &lt; b</p>'
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from s2sgrad.highlight import Piece, highlighted
from s2sgrad.page.correspondence import Group

__all__ = ["code", "element", "escape", "key", "left_id", "line_link", "pieces", "prose", "right_id"]


def element(tag: str, inner: str = "", **attributes: str | int | bool | None) -> str:
    """An element; underscores in names of attributes stand for hyphens, one at the end is dropped."""
    written = "".join(_attribute(name, value) for name, value in attributes.items() if value not in (None, False))
    return f"<{tag}{written}>{inner}</{tag}>"


def _attribute(name: str, value: str | int | bool | None) -> str:
    shown = name.rstrip("_").replace("_", "-")
    return f" {shown}" if value is True else f' {shown}="{escape(str(value))}"'


def pieces(found: Sequence[Piece]) -> str:
    """A line of code."""
    return "".join(element("span", escape(p.text), class_=p.kind) if p.kind else escape(p.text) for p in found)


def code(text: str) -> str:
    """Code within a sentence."""
    return element("code", "\n".join(pieces(line) for line in highlighted(text)))


def prose(text: str) -> str:
    """A sentence with code between backticks."""
    parts = text.split("`")
    return "".join(code(part) if i % 2 else escape(part) for i, part in enumerate(parts))


def key(group: Group) -> str:
    """The name of a group in the page."""
    return f"{group.function}-{group.line}"


def left_id(function: int, line: int) -> str:
    """The id of a line of the user's."""
    return f"l{function}-{line}"


def right_id(panel: int, line: int) -> str:
    """The id of a generated line."""
    return f"r{panel}-{line}"


def line_link(target: str, shown: str, group: Group | None) -> str:
    """A link to a line, which lights its group."""
    return element("a", escape(shown), href=f"#{target}", data_g=group and key(group))
