"""What leaves a loop, seen in the user's tree, and the branch behind which the text goes on without an ``else``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gast

from s2sgrad.quote import nodes_in

__all__ = ["Guard", "at", "blocks_of", "ends", "exits_of", "is_endless", "open_block", "shallow", "with_blocks"]

Exit = gast.Break | gast.Continue
Blocks = Callable[[list[gast.stmt]], list[gast.stmt]]


class Guard(gast.If):  # type: ignore[misc]
    """A branch that leaves; its ``else`` holds what stands behind it in the user's text."""


def ends(body: list[gast.stmt]) -> bool:
    """True where nothing can run behind these statements."""
    if not body:
        return False
    last = body[-1]
    if isinstance(last, gast.If):
        return ends(last.body) and ends(last.orelse)
    if isinstance(last, gast.While):
        return is_endless(last) and not any(isinstance(e, gast.Break) for e in exits_of(last.body))
    return isinstance(last, (gast.Return, gast.Raise, gast.Break, gast.Continue))


def is_endless(loop: gast.stmt) -> bool:
    """True for ``while True``."""
    return isinstance(loop, gast.While) and isinstance(loop.test, gast.Constant) and bool(loop.test.value)


def exits_of(body: list[gast.stmt]) -> Iterator[Any]:
    """Every ``break`` and ``continue`` that belongs to the loop around ``body``."""
    for statement in body:
        if isinstance(statement, Exit):
            yield statement
        elif isinstance(statement, (gast.For, gast.While)):
            yield from exits_of(statement.orelse)  # what stands there belongs to the loop around, too
        elif not isinstance(statement, gast.FunctionDef):
            for field in ("body", "orelse", "finalbody", "handlers"):
                yield from exits_of(getattr(statement, field, []))


def _blocks(statement: Any) -> list[str]:
    """The fields of a statement that hold statements, in the order in which they run; handlers are not among them."""
    return [key for key in ("body", "orelse", "finalbody") if isinstance(getattr(statement, key, None), list)]


def blocks_of(statement: Any) -> list[list[gast.stmt]]:
    """The blocks of a compound statement, those of handlers included."""
    found = [getattr(statement, part, []) for part in ("body", "orelse", "finalbody")]
    return [block for block in found if block] + [handler.body for handler in getattr(statement, "handlers", ())]


def with_blocks(statement: Any, new: Blocks) -> Any:
    """A copy of a compound statement with each of its blocks replaced by what ``new`` makes of it."""
    made = shallow(statement)
    for key in _blocks(statement):
        setattr(made, key, new(getattr(statement, key)))
    if isinstance(statement, gast.Try):
        made.handlers = [with_blocks(handler, new) for handler in statement.handlers]
    return made


def open_block(statement: Any) -> str | None:
    """The block of a ``with`` or ``try`` that may be left early: none but ``finally`` runs behind it.

    None where another of its blocks leaves, or where a handler goes on.
    """
    if isinstance(statement, gast.With):
        return "body"
    if not isinstance(statement, gast.Try) or not all(_raises(h.body) for h in statement.handlers):
        return None
    key = "orelse" if statement.orelse else "body"
    others = [*statement.handlers, *statement.finalbody, *(statement.body if key == "orelse" else [])]
    leaving = (gast.Return, gast.Break, gast.Continue)
    return None if any(isinstance(n, leaving) for s in others for n in nodes_in(s)) else key


def _raises(body: list[gast.stmt]) -> bool:
    return ends(body) and not any(isinstance(n, (gast.Return, Exit, gast.While)) for s in body for n in nodes_in(s))


def at(tree: Any, place: Any) -> Any:
    """``tree`` with the positions of ``place``: it is quoted as the statement that it comes from."""
    for node in nodes_in(tree):
        if isinstance(node, (gast.stmt, gast.expr)):
            for key in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
                setattr(node, key, getattr(place, key, None))
    return tree


def shallow(node: Any, cls: Any = None) -> Any:
    """A copy of ``node`` that shares its parts, as a node of another class if one is given."""
    cls = node.__class__ if cls is None else cls
    new = cls.__new__(cls)
    new.__dict__.update(node.__dict__)
    return new
