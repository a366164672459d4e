"""Which lines of the user's and which generated lines belong to each other.

Both sides are lists of panels, one for each function. Every line is of at most one group: the statement of the user's
for which it stands. What starts and ends a generated function is of the group of the ``def`` line.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from s2sgrad.errors import S2SGradError
from s2sgrad.highlight import Piece, highlighted
from s2sgrad.parse import Source, parse
from s2sgrad.request import NOWHERE, Generated, Origins, Unit
from s2sgrad.show import source_text

__all__ = ["Group", "Pages", "Panel", "Placed", "Row", "correspondence", "inner_blocks"]


BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")
"""The fields of a statement that hold others."""


class Group(NamedTuple):
    """A statement of the user's: the number of its function, and its first line in the file."""

    function: int
    line: int


class Placed(NamedTuple):
    """A statement of a generated function: its tree, its group, and whether it is of the backward part."""

    node: ast.stmt
    group: Group
    backward: bool


class Row(NamedTuple):
    """A line of text: its number in the file (or in the generated text), its pieces, its group if it is of any."""

    number: int
    pieces: Sequence[Piece]
    group: Group | None
    backward: bool = False


@dataclass(frozen=True)
class Panel:
    """The lines of one function. ``statements`` are those of a generated one, in the order of the text."""

    title: str
    rows: list[Row]
    place: str = ""
    unit: Unit | None = None
    statements: tuple[Placed, ...] = ()


@dataclass(frozen=True)
class Pages:
    """Both sides. Of the user's functions the one that is differentiated comes first, and so does its derivative.

    ``tangents``: the generated functions are of forward mode, and nothing goes back.
    """

    left: list[Panel]
    right: list[Panel]
    sources: list[Source]
    tangents: bool = False


def correspondence(generated: Generated, tangents: bool = False) -> Pages:
    """The panels of both sides for a generated text."""
    units = sorted(generated.units, key=lambda unit: unit.name not in generated.entry)
    homes = list(dict.fromkeys(unit.home for unit in units if unit.home is not None))
    sources = {home: source for home in homes if (source := _source(home)) is not None}
    left = [_left(number, source) for number, source in enumerate(sources.values())]
    numbers = {home: number for number, home in enumerate(sources)}
    right = [_right(unit, numbers[h], sources[h]) if (h := unit.home) in sources else _right(unit) for unit in units]
    return Pages(left, right, list(sources.values()), tangents)


def _source(home: types.FunctionType) -> Source | None:
    try:
        return parse(home)
    except S2SGradError:
        return None


# ---- the user's side ----


def _left(number: int, source: Source) -> Panel:
    owners = _owners(source)
    text = source_text(source).rstrip("\n")
    first = source.tree.lineno
    rows = [
        Row(line, pieces, Group(number, owners[line]) if line in owners else None)
        for line, pieces in enumerate(highlighted(text), first)
    ]
    return Panel(source.name, rows, "" if source.filename.startswith("<") else f"{Path(source.filename).name}:{first}")


def _owners(source: Source) -> dict[int, int]:
    """Of each line of a function the first line of the innermost statement to which it belongs."""
    tree: Any = source.tree
    owners = dict.fromkeys(range(tree.lineno, _head_end(tree) + 1), int(tree.lineno))
    for statement in _below(tree.body):
        for line in range(statement.lineno, _head_end(statement) + 1):
            owners[line] = owners.get(line, statement.lineno)
    return owners


def _head_end(statement: Any) -> int:
    """The last line of a simple statement, or of what stands in front of the blocks of a compound one."""
    if not any(inner_blocks(statement)):
        return int(statement.end_lineno)
    heads = (node for key, node in ast.iter_fields(statement) if key not in BLOCKS)
    parts = (part for node in heads for each in (node if isinstance(node, list) else [node]) for part in _nodes(each))
    return max([int(statement.lineno), *(int(getattr(part, "end_lineno", None) or 0) for part in parts)])


def _nodes(node: Any) -> Iterator[Any]:
    return ast.walk(node) if isinstance(node, ast.AST) else iter(())


def inner_blocks(statement: Any) -> Iterator[list[Any]]:
    """The blocks of a compound statement, in the order of the text."""
    for key in BLOCKS[:4]:
        held = getattr(statement, key, None)
        if isinstance(held, list):
            yield from (h.body for h in held) if key == "handlers" else [held]
    yield from (case.body for case in getattr(statement, "cases", ()))


def _below(body: Sequence[Any]) -> Iterator[Any]:
    for statement in body:
        yield statement
        for block in inner_blocks(statement):
            yield from _below(block)


# ---- the generated side ----


def _right(unit: Unit, number: int = 0, source: Source | None = None) -> Panel:
    tree = ast.parse(unit.source).body[0]
    assert isinstance(tree, ast.FunctionDef)
    owners = _owners(source) if source is not None else {}
    found = _placed(tree, unit.origins if source is not None else NOWHERE, number, owners)
    at = {line: placed for placed in found for line in _span(placed.node)}
    head = Group(number, source.tree.lineno) if source is not None and found else None
    text = unit.source.rstrip("\n")
    rows = []
    for line, pieces in enumerate(highlighted(text), 1):
        if line < _first(tree):
            rows.append(Row(line, pieces, head))
            continue
        following = at.get(line) or (_next(at, line, len(text.split("\n"))) if _is_comment(pieces) else None)
        rows.append(Row(line, pieces, following and following.group, bool(following and following.backward)))
    return Panel(unit.name, rows, "", unit, tuple(found))


def _placed(tree: ast.FunctionDef, origins: Origins, number: int, owners: dict[int, int]) -> list[Placed]:
    """The statements with their groups; none where the text is not the one of which the origins tell."""
    body = tree.body[1:] if ast.get_docstring(tree) is not None else tree.body
    statements = list(_below(body))
    if len(statements) != len(origins.lines):
        return []
    groups = [Group(number, owners.get(line, line)) for line in origins.lines]
    return [Placed(s, g, i >= origins.backward) for i, (s, g) in enumerate(zip(statements, groups, strict=True))]


def _first(tree: ast.FunctionDef) -> int:
    """The first line behind the signature and the line that says what the function does."""
    docstring = tree.body[0] if ast.get_docstring(tree) is not None else None
    return int(docstring.end_lineno or 0) + 1 if docstring is not None else tree.body[0].lineno


def _span(statement: ast.stmt) -> range:
    return range(statement.lineno, _head_end(statement) + 1)


def _is_comment(pieces: Sequence[Piece]) -> bool:
    return any(piece.kind == "comment" for piece in pieces)


def _next(at: dict[int, Placed], line: int, last: int) -> Placed | None:
    """The first statement behind a line: a comment belongs to what follows it."""
    return next((at[n] for n in range(line + 1, last + 1) if n in at), None)
