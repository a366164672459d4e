"""Rewritings that only some programs need, asked for by the stage that finds out.

The user's text stays as it is unless an analysis needs it in another form: a comprehension as a loop, a view as a
part of its array, a nested function at the place of its call. The stage raises ``Wanted``; the pass of that ``kind``
makes the rewriting at that place, and the analysis starts anew.

>>> import gast
>>> node = gast.parse("y = [a * x for x in xs]").body[0].value
>>> rewriting_at("comprehension", node)
Rewriting(kind='comprehension', place=(1, 4), detail=None)
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from s2sgrad.errors import S2SGradError
from s2sgrad.normalize.copies import AnyCopy

__all__ = [
    "FOLLOWED",
    "Premise",
    "Rewriting",
    "Wanted",
    "is_asked_again",
    "place_of_loop",
    "rewriting_at",
    "slots_of",
]


@dataclass(frozen=True)
class Rewriting:
    """What is to be rewritten, by the line and column in the user's file where it begins.

    ``detail`` is what the pass must know besides: which function a call calls.
    """

    kind: str
    place: tuple[int, int]
    detail: Any = None


FOLLOWED = Rewriting("attributes", (0, 0))
"""The wish that what is stored into attributes is followed, although nothing seems to read it."""


@dataclass(frozen=True)
class Premise:
    """What a variable held at a statement when a rewriting inside a loop was asked for.

    Functions, or with ``items`` how many items, or with ``arrays`` which ranks and dtypes.
    """

    place: tuple[int, int]
    name: str
    items: bool
    structure: Any
    arrays: bool = False


class Wanted(Exception):
    """Raised by a stage that can go on only after a rewriting; never seen by users.

    ``premises``: what it relies on, once that is known; ``otherwise``: what to say where the rewriting finds no place.
    """

    def __init__(self, rewriting: Rewriting, otherwise: S2SGradError | None = None) -> None:
        super().__init__(rewriting)
        self.rewriting = rewriting
        self.otherwise = otherwise
        self.premises: frozenset[Premise] | None = None


_EVERYWHERE = frozenset((
    "accumulation", "comprehension", "flat", "iterable", "pop", "record", "reversed", "selection", "store", "unpacked",
    "whole",
))  # fmt: skip
"""Kinds that are right in every copy of a piece of text, whatever is known of the values there."""


def rewriting_at(kind: str, node: Any, detail: Any = None) -> Rewriting:
    """The rewriting of a kind at a node of the user's tree; a ``detail`` is known of this copy of it alone."""
    everywhere = kind in _EVERYWHERE and detail is None
    return Rewriting(kind, (node.lineno, AnyCopy(node.col_offset) if everywhere else node.col_offset), detail)


_ONE_AT_A_PLACE = frozenset(("copies", "each", "get", "keys", "split", "spread", "store", "unroll"))


def is_asked_again(rewriting: Rewriting, known: Collection[Rewriting]) -> bool:
    """True for a rewriting that is known, or that asks for a place in another way than one that is.

    >>> is_asked_again(Rewriting("each", (1, 4), 3), {Rewriting("each", (1, 4), 2)})
    True
    """
    if rewriting in known:
        return True
    return rewriting.kind in _ONE_AT_A_PLACE and (rewriting.kind, rewriting.place) in {(r.kind, r.place) for r in known}


def slots_of(name: Any, kind: str = "slots") -> Rewriting:
    """The rewriting that holds the slots of the record in a variable, read at a node, in variables of their own.

    The kind ``"items"`` is meant for an item of a list alone.
    """
    return Rewriting(kind, (name.lineno, name.col_offset), name.id)


def place_of_loop(loop: Any) -> tuple[int, int]:
    """Where the target of a loop stands: loops that were made of one comprehension have a place each."""
    node = loop.target if hasattr(loop.target, "lineno") else loop
    return node.lineno, node.col_offset
