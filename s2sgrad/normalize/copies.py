"""Tell the copies of a piece of text apart that stands at several places once calls and loops are written out.

A rewriting is asked for by line and column, and what it must know - how many items, which function - holds of one copy
only. So the column of a copied node also knows which copy it is; to whoever prints or measures it is the same number.

>>> from s2sgrad.quote import quote
>>> tree = quote("f(x)")
>>> first, second = copied(tree, "round 1").col_offset, copied(tree, "round 2").col_offset
>>> first == second, first == tree.col_offset, first == AnyCopy(tree.col_offset), first + 1, "text"[first:]
(False, False, True, 1, 'text')
"""

from __future__ import annotations

from typing import Any, TypeVar

import gast

from s2sgrad.quote import clone, nodes_in

__all__ = ["AnyCopy", "Column", "copied", "is_part_of", "relocated", "told_apart"]

N = TypeVar("N", bound=gast.AST)


class Column(int):
    """A column in a copy of the user's text; ``copy`` says in which."""

    copy: str

    def __new__(cls, column: int, copy: str) -> Column:
        """The column of a node in one copy."""
        new = super().__new__(cls, column)
        new.copy = copy
        return new

    def __eq__(self, other: object) -> bool:
        return int.__eq__(self, other) is True and (isinstance(other, AnyCopy) or _copy(other) == self.copy)

    def __lt__(self, other: int) -> bool:
        return (int(self), self.copy) < (int(other), _copy(other))

    def __repr__(self) -> str:
        return f"{int(self)}@{self.copy}"

    __hash__ = int.__hash__


class AnyCopy(int):
    """A column in whichever copy: for rewritings that are right in all of them."""


def copied(tree: N, *key: Any) -> N:
    """A copy of a tree that is told apart from other copies by ``key``, and from those of other copies of the tree."""
    new = clone(tree)
    names: dict[str, str] = {}
    for node in nodes_in(new):
        column = getattr(node, "col_offset", None)
        if column is not None:
            own = _copy(column)
            names[own] = names.get(own) or _digest(own, key)
            node.col_offset = Column(column, names[own])
    return new


def told_apart(tree: N, text: str, marks: set[str]) -> N:
    """The tree that ``text`` stands for, its nodes told apart; ``marks`` takes the copies that they are."""
    for number, node in enumerate(nodes_in(tree)):
        column = getattr(node, "col_offset", None)
        if column is not None:
            mark = _digest(_copy(column), ("form", text, number))
            node.col_offset = Column(column, mark)
            marks.add(mark)
    return tree


def is_part_of(node: Any, marks: set[str]) -> bool:
    """True for a node of one of the copies that ``told_apart`` noted."""
    return _copy(getattr(node, "col_offset", 0)) in marks


def relocated(tree: N, place: Any, *key: Any) -> N:
    """A copy of a tree of another file at the position of ``place``, its nodes told apart by their own positions."""
    new = clone(tree)
    for node in nodes_in(new):
        if "lineno" not in getattr(node, "_attributes", ()):
            continue
        own = getattr(node, "lineno", 0), repr(getattr(node, "col_offset", 0))
        for attribute in ("lineno", "end_lineno", "end_col_offset"):
            setattr(node, attribute, getattr(place, attribute, None))
        node.col_offset = Column(place.col_offset, _digest(_copy(place.col_offset), (*key, own)))
    return new


def _copy(column: Any) -> str:
    return column.copy if isinstance(column, Column) else ""


def _digest(own: str, key: Any) -> str:
    import hashlib

    return hashlib.sha256(repr((own, key)).encode()).hexdigest()[:16]
