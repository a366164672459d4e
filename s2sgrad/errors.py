"""One family of errors: what was wrong, where in the user's file, and what to write instead.

>>> print(Refusal("'global' cannot be differentiated", instead="return the value"))
'global' cannot be differentiated
Instead: return the value
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    import gast

__all__ = ["ArgumentError", "GeneratedCodeError", "GradientError", "InPlace", "Refusal", "S2SGradError", "SourceError"]

E = TypeVar("E", bound="S2SGradError")


class SourceLike(Protocol):
    """What an error needs in order to show a place: the name of the file and all of its lines."""

    @property
    def filename(self) -> str:
        """The name of the file."""

    @property
    def lines(self) -> Sequence[str]:
        """Every line of the file, the first at index 0."""


class S2SGradError(Exception):
    """Every error that this package raises: ``reason``, what to write ``instead``, and the place once it is known.

    ``filename``, ``lineno`` (from 1) and ``col_offset`` (characters, from 0) are None until :meth:`at` gives a place.
    """

    def __init__(self, reason: str, instead: str = "", node: gast.AST | None = None) -> None:
        super().__init__(reason, instead)
        self.reason = reason
        self.instead = instead
        self.node = node
        self.filename: str | None = None
        self.lineno: int | None = None
        self.col_offset: int | None = None
        self.excerpt = ""

    def at(self: E, source: SourceLike, node: gast.AST | None = None) -> E:
        """A copy that tells its place: ``node`` (or the error's own node) in ``source``; the first place told stays.

        What was written for the user stands nowhere: then the place is that of the function.
        """
        if self.lineno is not None:
            return self
        located = copy.copy(self)
        located.filename = source.filename
        places = (self.node, node, getattr(source, "tree", None))
        located.node = next((n for n in places if getattr(n, "lineno", 0)), self.node)
        lineno = getattr(located.node, "lineno", None)
        if lineno is not None and 1 <= lineno <= len(source.lines):
            located._show(source.lines[lineno - 1].rstrip(), lineno)
        return located

    def _show(self, line: str, lineno: int) -> None:
        start, end = _columns(self.node, line)
        indent = len(line) - len(line.lstrip())
        pad = "".join(c if c == "\t" else " " * _width(c) for c in line[indent:start])
        carets = "^" * max(1, sum(map(_width, line[start:end])))
        self.lineno, self.col_offset = lineno, start
        self.excerpt = f"    {line[indent:]}\n    {pad}{carets}"

    def __str__(self) -> str:
        place = "" if self.filename is None else f"{self.filename}:"
        if self.lineno is not None:
            place += f"{self.lineno}:"
        parts = [f"{place} {self.reason}".lstrip(), self.excerpt, self.instead and f"Instead: {self.instead}"]
        return "\n".join(part for part in parts if part)


class Refusal(S2SGradError):
    """The function uses a construct that this package does not differentiate; nothing was generated.

    Raised before any code runs, so that an unsupported program never becomes a wrong gradient.
    """


class InPlace(Refusal):
    """A function changes what it is given, or returns nothing: as a helper it is written in place of its call."""


class SourceError(S2SGradError):
    """The text of a function cannot be had: never stored, edited since it was loaded, or not written in Python."""


class ArgumentError(S2SGradError, TypeError):
    """The arguments are wrong: those of ``grad`` and its siblings, or those of a call to what they return."""


class GradientError(S2SGradError):
    """The gradient asked for does not exist at these values: a result that is no scalar, a gradient that is complex."""


class GeneratedCodeError(S2SGradError):
    """The generator broke a promise of its own: a defect of this package, never of the user's function."""

    def __str__(self) -> str:
        return f"{super().__str__()}\nThis is a defect of s2sgrad, not of your code; please report it."


def _columns(node: Any, line: str) -> tuple[int, int]:
    """Where ``node`` starts and ends on its first line, in characters; trees count bytes of UTF-8."""
    start = _characters(line, node.col_offset)
    one_line = getattr(node, "end_lineno", None) == node.lineno
    end = _characters(line, node.end_col_offset) if one_line else len(_without_comment(line))
    return start, max(end, start)


def _characters(line: str, offset: int) -> int:
    return len(line.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "ignore"))


def _without_comment(line: str) -> str:
    """The part of a line under which carets go when a node runs on; a ``#`` in a string cuts a caret, nothing else."""
    return line.split("#")[0].rstrip() or line


def _width(character: str) -> int:
    """How many columns a terminal gives to a character."""
    import unicodedata

    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
