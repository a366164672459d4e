"""The intermediate form: the user's statements, each with its primitive operations in Python's evaluation order.

Analyses and rules see operations only; the printer sees trees only. Control flow stays structured: a block is
a list of statements, and a compound statement holds blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import gast

__all__ = ["Assign", "Block", "Effect", "For", "If", "NameTarget", "Op", "Return", "Statement", "StoreTarget", "Target"]


@dataclass(eq=False)
class Op:
    """One primitive operation.

    ``form`` says which: ``read`` (of the local variable ``payload``), ``global`` (payload: dotted path),
    ``const`` (payload: the value), ``call`` (payload: a known operator, or None and args[0] is the callee),
    ``attribute`` (payload: its name), ``tuple``, ``list``, ``dict`` (payload: the keys), ``slice``,
    ``item`` (item ``payload[0]`` of the ``payload[1]`` that args[0] unpacks to) and ``opaque``
    (anything else; args are the variables that it reads).
    """

    form: str
    node: gast.AST
    payload: Any = None
    args: tuple[Op, ...] = ()
    keywords: tuple[tuple[str, Op], ...] = ()
    number: int = -1

    def __repr__(self) -> str:
        parts = [*map(repr, self.args), *(f"{k}={v!r}" for k, v in self.keywords)]
        name = getattr(self.payload, "__name__", self.payload)
        return f"{name}" if self.form in ("read", "const", "global") else f"{name or self.form}({', '.join(parts)})"

    def walk(self) -> Iterator[Op]:
        """This operation and all that it is made of, in evaluation order (itself last)."""
        for arg in self.args:
            yield from arg.walk()
        for _, arg in self.keywords:
            yield from arg.walk()
        yield self


@dataclass(eq=False)
class NameTarget:
    """``name = value``."""

    name: str
    value: Op


@dataclass(eq=False)
class StoreTarget:
    """``base[index] = value``; ``element`` reads the same place when the statement is augmented."""

    base: Op
    index: Op
    value: Op


Target: TypeAlias = "NameTarget | StoreTarget"


@dataclass(eq=False)
class Assign:
    """An assignment; ``augmented`` for ``x += e`` (which mutates an array in place)."""

    node: gast.stmt
    targets: list[Target]
    value: Op
    augmented: bool = False


@dataclass(eq=False)
class Return:
    """``return value``, always in tail position."""

    node: gast.stmt
    value: Op


@dataclass(eq=False)
class Effect:
    """A statement without targets, run once in the forward part: ``print``, ``assert``, ``pass``."""

    node: gast.stmt
    values: list[Op]


@dataclass(eq=False)
class If:
    """A branch."""

    node: gast.stmt
    test: Op
    body: Block
    orelse: Block


@dataclass(eq=False)
class For:
    """A loop over a range or a sequence; ``targets`` take their values from ``item``, one element of ``iterable``."""

    node: gast.stmt
    item: Op
    targets: list[NameTarget]
    iterable: Op
    body: Block


Statement: TypeAlias = "Assign | Return | Effect | If | For"


@dataclass(eq=False)
class Block:
    """Statements in order."""

    statements: list[Statement] = field(default_factory=list)

    def __iter__(self) -> Iterator[Statement]:
        return iter(self.statements)


def children(statement: Statement) -> list[Block]:
    """The blocks directly below a statement."""
    if isinstance(statement, If):
        return [statement.body, statement.orelse]
    return [statement.body] if isinstance(statement, For) else []


def every_statement(block: Block) -> Iterator[Statement]:
    """All statements of a block and of the blocks below it, outer ones first."""
    for statement in block:
        yield statement
        for inner in children(statement):
            yield from every_statement(inner)


def own_ops(statement: Statement) -> Iterator[Op]:
    """The operations of a statement itself (for a compound one, of its header), in evaluation order."""
    if isinstance(statement, Assign):
        seen: set[int] = set()
        roots = [statement.value]
        for target in statement.targets:
            roots += [target.value] if isinstance(target, NameTarget) else [target.base, target.index, target.value]
        for root in roots:
            for op in root.walk():
                if id(op) not in seen:
                    seen.add(id(op))
                    yield op
    elif isinstance(statement, Return):
        yield from statement.value.walk()
    elif isinstance(statement, Effect):
        for value in statement.values:
            yield from value.walk()
    elif isinstance(statement, If):
        yield from statement.test.walk()
    else:
        yield from statement.iterable.walk()
        seen = {id(op) for op in statement.iterable.walk()}
        for target in statement.targets:
            for op in target.value.walk():
                if id(op) not in seen:
                    seen.add(id(op))
                    yield op


def assigned_names(statement: Statement) -> list[str]:
    """Names that a statement (with all below it) may bind, in order, without repetition."""
    found: dict[str, None] = {}
    if isinstance(statement, Assign | For):
        found.update((t.name, None) for t in statement.targets if isinstance(t, NameTarget))
    for block in children(statement):
        for inner in block:
            found.update((name, None) for name in assigned_names(inner))
    return list(found)
