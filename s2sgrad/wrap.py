"""Break a long line where a person would: behind a bracket or a comma, as far out as possible.

>>> print("\\n".join(wrapped("dself_W1, dself_b1, dself_W2, dself_b2 = backward_predict(saved_predict, derror)", 0)))
dself_W1, dself_b1, dself_W2, dself_b2 = backward_predict(
    saved_predict, derror)
>>> wrapped("short = 1", 0)
['short = 1']
>>> wrapped("total = " + " + ".join(["a_rather_long_name"] * 5), 0) is None
True
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["WIDTH", "wrapped"]

WIDTH = 79
_OPENING, _CLOSING = "([{", ")]}"


class _Place(NamedTuple):
    """Where a line may be broken: how many brackets are open there, and whether the last of them stands before it."""

    at: int
    depth: int
    opens: bool


def wrapped(line: str, level: int) -> list[str] | None:
    """The lines of a statement that stands ``level`` levels deep; None where no bracket or comma is at hand."""
    indent, lines, depth = "    " * level, [], 0
    rest = indent + line
    while len(rest) > WIDTH:
        place = _best(list(_places(rest, depth)), rest, len(indent) + 4)
        if place is None:
            return None
        lines.append(rest[: place.at].rstrip())
        rest, depth = f"{indent}    {rest[place.at :].lstrip()}", place.depth
    return [*lines, rest]


def _best(places: list[_Place], text: str, indent: int) -> _Place | None:
    """The place with the fewest open brackets: a bracket, if all the rest fits one line, or the last that fits."""
    found = [p for p in places if indent + 1 < p.at <= WIDTH]
    least = min((p.depth for p in found), default=0)
    outer = [p for p in found if p.depth == least]
    whole = [p for p in outer if p.opens and indent + len(text[p.at :].strip()) <= WIDTH]
    return whole[-1] if whole else outer[-1] if outer else None


def _places(text: str, depth: int) -> Iterator[_Place]:
    """Every place behind a comma inside brackets, and behind the bracket of a call."""
    quoted = ""
    for i, letter in enumerate(text):
        if quoted:
            quoted = "" if letter == quoted and text[i - 1] != "\\" else quoted
        elif letter in "\"'":
            quoted = letter
        elif letter in _OPENING:
            depth += 1
            if letter == "(" and text[i + 1 : i + 2] != ")" and (text[i - 1].isalnum() or text[i - 1] in "_)]"):
                yield _Place(i + 1, depth, True)
        elif letter in _CLOSING:
            depth -= 1
        elif letter == "," and depth > 0 and text[i + 1 : i + 2] == " ":
            yield _Place(i + 1, depth, False)
