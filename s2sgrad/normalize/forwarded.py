"""Let the reads of an attribute behind a store into it read a variable that holds the same value.

A layer that keeps what it computes in attributes (``self.z = ...``) mostly reads them at once. With the value in a
variable, the store is one that nothing reads; the analyses make sure that nothing stores into it in between.

>>> from s2sgrad.quote import unquote
>>> text = "def f(self, x):\\n    self.z = x * 2\\n    y = self.z + 1\\n    self.n = x\\n    return y * self.z"
>>> (tree,) = gast.parse(text).body
>>> print("".join(map(unquote, forwarded(tree)[0])), end="")
z = x * 2
self.z = z
y = z + 1
self.n = x
return y * z
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import gast

from s2sgrad.normalize.made import placed, unused
from s2sgrad.quote import nodes_in, parts_of, quote, replaced, statements

__all__ = ["forwarded"]

Places = dict[tuple[str, str], str]
"""The variable that holds what is under a base and an attribute."""


def forwarded(tree: Any) -> tuple[list[gast.stmt], frozenset[str]]:
    """The body of a function with these reads replaced, and the attributes that are no longer read there."""
    nodes = nodes_in(tree)
    names = [n for n in nodes if isinstance(n, gast.Name)]
    bound = [n.id for n in names if not isinstance(n.ctx, gast.Load) or n.annotation is not None]
    stable = {n.id for n in nodes_in(tree.args) if isinstance(n, gast.Name)} | set(bound)
    stable = {name for name in stable if bound.count(name) <= 1 and not _is_captured(name, nodes)}
    read = {n.attr for n in nodes if isinstance(n, gast.Attribute) and isinstance(n.ctx, gast.Load)}
    writer = _Forwarder(stable, read, {n.id for n in names}, bound)
    body = writer.block(tree.body, {})
    return body, frozenset(writer.attributes)


def _is_captured(name: str, nodes: Collection[Any]) -> bool:
    declared = (n.names for n in nodes if isinstance(n, (gast.Global, gast.Nonlocal)))
    return any(name in names for names in declared)


@dataclass
class _Forwarder:
    stable: set[str]
    read: set[str]
    taken: set[str]
    bound: list[str]

    def __post_init__(self) -> None:
        self.attributes: set[str] = set()

    def block(self, body: list[gast.stmt], known: Places) -> list[gast.stmt]:
        return [new for statement in body for new in self._statement(statement, known)]

    def _statement(self, statement: Any, known: Places) -> list[gast.stmt]:
        if isinstance(statement, (gast.FunctionDef, gast.ClassDef)):
            return [statement]
        if any(isinstance(getattr(statement, key, None), list) for key in ("body", "cases")):
            return [self._compound(statement, known)]
        new = self._reading(statement, known)
        place = self._place(new)
        _forget(statement, known)
        if place is None:
            return [new]
        name = new.value.id if self._is_settled(new.value) else unused(place[1], self.taken)
        known[place] = name
        self.taken.add(name)
        self.attributes.add(place[1])
        if self._is_settled(new.value):
            return [new]
        (first,) = statements(f"{name} = {{e}}", e=new.value)
        return [placed(first, statement), replaced(new, {id(new.value): quote(name)})]

    def _place(self, statement: Any) -> tuple[str, str] | None:
        """Base and attribute of a store that is read somewhere."""
        target = statement.targets[0] if isinstance(statement, gast.Assign) and len(statement.targets) == 1 else None
        if not isinstance(target, gast.Attribute) or not isinstance(target.value, gast.Name):
            return None
        kept = target.value.id in self.stable and target.attr in self.read
        return (target.value.id, target.attr) if kept else None

    def _is_settled(self, value: Any) -> bool:
        """True for a variable that is not bound again: it may be read in place of the attribute."""
        return isinstance(value, gast.Name) and value.id in self.stable

    def _compound(self, statement: Any, known: Places) -> Any:
        """A statement with blocks; what is stored anywhere inside is not known before and behind it."""
        outer = dict(known)
        _forget(statement, known)
        inside = dict(known) if isinstance(statement, (gast.For, gast.While, gast.Try)) else outer
        new = statement.__class__.__new__(statement.__class__)
        new.__dict__.update(statement.__dict__)
        for key, value in statement.__dict__.items():
            if isinstance(value, list) and value and isinstance(value[0], gast.stmt):
                setattr(new, key, self.block(value, dict(inside)))
            elif isinstance(value, gast.expr):
                first = outer if key == "iter" else inside
                setattr(new, key, self._reading(value, first))
        return new

    def _reading(self, tree: Any, known: Places) -> Any:
        """``tree`` with the attributes that are known read from their variables."""
        table = {
            id(n): quote(name)
            for n in _at_once(tree)
            if isinstance(n, gast.Attribute) and isinstance(n.ctx, gast.Load) and isinstance(n.value, gast.Name)
            if (name := known.get((n.value.id, n.attr))) is not None
        }
        return replaced(tree, table) if table else tree


def _at_once(tree: Any) -> list[Any]:
    """The nodes below ``tree`` that are evaluated with it: not the bodies of functions."""
    if isinstance(tree, (gast.Lambda, gast.FunctionDef, gast.GeneratorExp)):
        return []
    return [tree, *(n for part in parts_of(tree) for n in _at_once(part))]


def _forget(statement: Any, known: Places) -> None:
    """Drop what the statement, or one inside it, may store anew: two bases may be one object."""
    nodes = nodes_in(statement)
    stored = {n.attr for n in nodes if isinstance(n, gast.Attribute) and not isinstance(n.ctx, gast.Load)}
    for place in [p for p in known if p[1] in stored]:
        del known[place]
