"""The intermediate form: the user's statements, each with its primitive operations in Python's evaluation order.

Analyses and rules see operations only; the printer sees trees only. Control flow stays structured: a block is
a list of statements, and a compound statement holds blocks.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import gast

__all__ = [
    "Assign",
    "Block",
    "Break",
    "Effect",
    "Enter",
    "For",
    "GradientBlock",
    "Guarded",
    "If",
    "Leave",
    "Loop",
    "NameTarget",
    "Op",
    "Return",
    "Statement",
    "StoreTarget",
    "Target",
    "While",
]


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

    def walk(self) -> list[Op]:
        """This operation and all that it is made of, in evaluation order (itself last)."""
        found: list[Op] = []
        self._note(found)
        return found

    def _note(self, found: list[Op]) -> None:
        for arg in self.args:
            arg._note(found)
        for _, arg in self.keywords:
            arg._note(found)
        found.append(self)


@dataclass(eq=False)
class NameTarget:
    """``name = value``."""

    name: str
    value: Op


@dataclass(eq=False)
class StoreTarget:
    """``base[index] = value``, where ``base`` is a variable or a view of one, such as ``x.T`` or ``x[1:]``.

    ``accumulates`` marks ``np.add.at``, to which an index that occurs twice counts twice.
    """

    base: Op
    index: Op
    value: Op
    accumulates: bool = False

    @property
    def root(self) -> Op:
        """The read of the variable whose memory is written."""
        op = self.base
        while op.form != "read" and op.args:
            op = op.args[0]
        return op

    @property
    def name(self) -> str:
        """The variable whose memory is written."""
        return str(self.root.payload)


Target: TypeAlias = "NameTarget | StoreTarget"


class _OfOps:
    """A statement whose header is made of operations."""

    def roots(self) -> list[Op]:
        """The operations that are part of no other one, in evaluation order."""
        raise NotImplementedError

    @functools.cached_property
    def ops(self) -> tuple[Op, ...]:
        """All operations of the header, each once; asked for by every pass, so found once."""
        found: list[Op] = []
        for root in self.roots():
            root._note(found)
        return tuple(dict.fromkeys(found))


@dataclass(eq=False)
class Assign(_OfOps):
    """An assignment; ``augmented`` for ``x += e`` (which mutates an array in place), and for ``np.add.at(x, i, e)``.

    ``ufunc`` is the function of which the latter calls ``at``.
    """

    node: gast.stmt
    targets: list[Target]
    value: Op
    augmented: bool = False
    ufunc: Op | None = None

    def roots(self) -> list[Op]:
        """The value, and for each target what it stores and where."""
        found = [self.value]
        for target in self.targets:
            found += [target.value] if isinstance(target, NameTarget) else [target.base, target.index, target.value]
        return found


@dataclass(eq=False)
class Return(_OfOps):
    """``return value``, always in tail position."""

    node: gast.stmt
    value: Op

    def roots(self) -> list[Op]:
        """The value."""
        return [self.value]


@dataclass(eq=False)
class Effect(_OfOps):
    """A statement without targets, run once in the forward part: ``print``, ``assert``, ``pass``, ``raise``, ``del``.

    ``continue`` is one too: it is the last thing that happens in the body of its loop, so that nothing is left out.
    So is a store into an attribute that nothing reads, ``noted``: its values are the object and what it is given.
    """

    node: gast.stmt
    values: list[Op]
    unbinds: tuple[str, ...] = ()
    noted: str = ""

    def roots(self) -> list[Op]:
        """All values."""
        return self.values


@dataclass(eq=False)
class GradientBlock(Effect):
    """``with grad_of(name) as target:`` - nothing in the forward part, ``block`` in the backward part.

    ``own`` are the names that the block assigns, ``body`` is its tree.
    """

    name: str = ""
    target: str = ""
    own: frozenset[str] = frozenset()
    body: list[gast.stmt] = field(default_factory=list)
    block: Block = field(default_factory=lambda: Block())

    @property
    def changes(self) -> bool:
        """True where the gradient is assigned, as a whole or a part of it."""
        assigned = (s for s in every_statement(self.block) if isinstance(s, Assign))
        return any(target.name == self.target for s in assigned for target in s.targets)


@dataclass(eq=False)
class If(_OfOps):
    """A branch."""

    node: gast.stmt
    test: Op
    body: Block
    orelse: Block

    def roots(self) -> list[Op]:
        """The test."""
        return [self.test]


@dataclass(eq=False)
class For(_OfOps):
    """A loop over a range or a sequence; ``targets`` take their values from ``item``, one element of ``iterable``.

    A loop that notes what it runs over has no targets of its own: the first statement of its body assigns them.
    """

    node: gast.stmt
    item: Op
    targets: list[NameTarget]
    iterable: Op
    body: Block

    def roots(self) -> list[Op]:
        """What is iterated over, and what the targets take from it."""
        return [self.iterable, *(target.value for target in targets_of(self))]


@dataclass(eq=False)
class Enter(_OfOps):
    """The beginning of a ``with``, a ``try`` that catches nothing for good, or a ``finally``.

    The statements up to the ``Leave`` of the same node run in any case, in order, if the call has a result at all;
    so they stand in the block itself, and only the forward text shows what is around them.
    """

    node: gast.stmt
    key: str
    values: list[Op] = field(default_factory=list)
    targets: list[NameTarget] = field(default_factory=list)

    def roots(self) -> list[Op]:
        """The managers, and what is bound to them; what handlers read."""
        return [*self.values, *(target.value for target in self.targets)]


@dataclass(eq=False)
class Leave(_OfOps):
    """The end of what an ``Enter`` began."""

    node: gast.stmt
    key: str

    def roots(self) -> list[Op]:
        """None."""
        return []


@dataclass(eq=False)
class Guarded(_OfOps):
    """A ``try`` whose handlers go on: it may bind no value that carries a derivative, and is run as it stands."""

    node: gast.stmt
    body: Block
    handlers: list[Block]
    orelse: Block
    finalbody: Block
    reads: list[Op]

    def roots(self) -> list[Op]:
        """What it reads."""
        return self.reads

    @property
    def names(self) -> list[str]:
        """The names that it may bind."""
        found: dict[str, None] = {}
        for block in (self.body, *self.handlers, self.orelse, self.finalbody):
            for statement in block:
                found.update(dict.fromkeys(assigned_names(statement)))
        return [*found, *(h.name.id for h in self.node.handlers if h.name is not None)]


@dataclass(eq=False)
class While(_OfOps):
    """A loop that goes on as long as its test says so; it binds no targets."""

    node: gast.stmt
    test: Op
    body: Block
    targets: list[NameTarget] = field(default_factory=list)

    def roots(self) -> list[Op]:
        """The test."""
        return [self.test]


@dataclass(eq=False)
class Break(_OfOps):
    """Leave the loop; the last thing that happens in its body."""

    node: gast.stmt

    def roots(self) -> list[Op]:
        """Nothing."""
        return []


Loop: TypeAlias = "For | While"
Statement: TypeAlias = "Assign | Return | Effect | If | For | While | Break | Enter | Leave | Guarded"


@dataclass(eq=False)
class Block:
    """Statements in order."""

    statements: list[Statement] = field(default_factory=list)

    def __iter__(self) -> Iterator[Statement]:
        return iter(self.statements)


def children(statement: Statement) -> list[Block]:
    """The blocks directly below a statement."""
    cls = statement.__class__
    if cls is Assign:
        return []  # most
    if cls is If:
        return [statement.body, statement.orelse]  # type: ignore[union-attr]
    return [statement.body] if cls is For or cls is While else []  # type: ignore[union-attr]


def every_statement(block: Block) -> Iterator[Statement]:
    """All statements of a block and of the blocks below it, outer ones first."""
    for statement in block:
        yield statement
        for inner in children(statement):
            yield from every_statement(inner)


def may_follow(block: Block, statement: Statement) -> list[Statement] | None:
    """The statements that may run once ``statement`` has begun, itself among them; None where ``block`` lacks it."""
    for i, one in enumerate(block.statements):
        found = (may_follow(inner, statement) for inner in children(one))
        inside = [one] if one is statement else next((f for f in found if f is not None), None)
        if inside is not None:
            whole = one is statement or isinstance(one, (For, While))
            here = [*every_statement(Block([one]))] if whole else inside
            return [*here, *every_statement(Block(block.statements[i + 1 :]))]
    return None


def own_ops(statement: Statement) -> tuple[Op, ...]:
    """The operations of a statement itself (for a compound one, of its header), in evaluation order."""
    return statement.ops


def assigned_names(statement: Statement) -> list[str]:
    """Names that a statement (with all below it) may bind, in order, without repetition."""
    found: dict[str, None] = {}
    if isinstance(statement, (Assign, For, Enter)):
        found = {t.name: None for t in statement.targets if isinstance(t, NameTarget)}
    if isinstance(statement, Guarded):
        found.update(dict.fromkeys(statement.names))
    for block in children(statement):
        for inner in block:
            found.update(dict.fromkeys(assigned_names(inner)))
    return list(found)


def targets_of(statement: For) -> list[NameTarget]:
    """The targets of a loop, whether or not it notes them."""
    first = statement.body.statements[0] if statement.body.statements else None
    noted = not statement.targets and isinstance(first, Assign)
    found = first.targets if noted and isinstance(first, Assign) else statement.targets
    return [t for t in found if isinstance(t, NameTarget)]


def breaks_of(block: Block) -> Iterator[Break]:
    """The statements that leave the loop of which ``block`` is (a part of) the body."""
    for statement in block:
        if isinstance(statement, Break):
            yield statement
        elif isinstance(statement, If):
            for side in children(statement):
                yield from breaks_of(side)
