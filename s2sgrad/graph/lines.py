"""The generated lines of the backward half, by the line of the user's that they are quoted under."""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator
from dataclasses import dataclass

import gast

from s2sgrad.errors import S2SGradError
from s2sgrad.parse import Source, parse
from s2sgrad.quote import nodes_in
from s2sgrad.request import Generated, Unit

__all__ = ["Written", "written"]

CUT = " ..."


@dataclass(frozen=True)
class Written:
    """One generated statement: the user's line that it belongs to (0 for none), what it assigns, and its text."""

    line: int
    target: str
    text: str


def written(generated: Generated, function: types.FunctionType) -> list[Written]:
    """What the generated functions that belong to a function of the user's assign, in order."""
    try:
        source = parse(function)
    except S2SGradError:
        return []
    return [found for unit in generated.units if unit.home is function for found in _of_unit(unit, source)]


def _of_unit(unit: Unit, source: Source) -> Iterator[Written]:
    lines = unit.source.splitlines()
    quoted = _quoted(lines, source)
    (tree,) = ast.parse(unit.source).body
    for statement in ast.walk(tree):
        if isinstance(statement, ast.Assign | ast.AugAssign):
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            text = " ".join(ast.get_source_segment(unit.source, statement, padded=False).split())  # type: ignore[union-attr]
            yield Written(_above(lines, quoted, statement.lineno), _base(target), text)


def _quoted(lines: list[str], source: Source) -> dict[int, int]:
    """The user's line that each comment quotes. Of statements that read the same the last comes first."""
    statements = [n for n in nodes_in(source.tree) if isinstance(n, gast.stmt) and n is not source.tree]
    waiting = sorted(((s.lineno, source.quote(s)) for s in statements), reverse=True)
    found: dict[int, int] = {}
    for number, line in enumerate(lines, 1):
        text = line.strip()
        match = next((w for w in waiting if text.startswith("# ") and _is_quote(text[2:], w[1])), None)
        if match is not None:
            found[number] = match[0]
            if sum(w[1] == match[1] for w in waiting) > 1:
                waiting.remove(match)
    return found


def _is_quote(text: str, statement: str) -> bool:
    """True where a comment is a statement, whole or cut at the width of the page."""
    cut = text.removesuffix(CUT)
    return text == statement or (text != cut != "" and statement.startswith(cut))


def _above(lines: list[str], quoted: dict[int, int], number: int) -> int:
    """The user's line quoted above a generated line in its block, with no empty line between them."""
    depth = _depth(lines[number - 1])
    while number > 0 and lines[number - 1].strip() and _depth(lines[number - 1]) >= depth:
        if number in quoted and _depth(lines[number - 1]) == depth:
            return quoted[number]
        number -= 1
    return 0


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _base(target: ast.expr) -> str:
    """The variable that a target is, or is a part of."""
    while isinstance(target, ast.Subscript | ast.Attribute):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""
