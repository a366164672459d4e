"""What is known of a value in a generated text: how many axes it has, and whether a stack of them stands in its place.

The first axis of a stack counts the seeds; ``rank`` is that of one value, without it.

>>> fact_of((np.ones((2, 3)), [1.0, 2.0], "a"))
(rank 2, [rank 0], unknown)
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

__all__ = [
    "NOTHING",
    "SCALAR",
    "UNKNOWN",
    "WHOLE",
    "NotStacked",
    "Ranked",
    "fact_of",
    "joined",
    "listed",
    "rows_of",
    "tupled",
]


class NotStacked(Exception):
    """The text cannot be written for a stack: it is run once for each seed instead."""


@dataclass(frozen=True)
class Ranked:
    """A number or array of ``rank`` axes (None: not known), a tuple of ``items`` or a list of ``element``.

    ``kind`` is NumPy's letter for what an array that is no stack holds, ``""`` where it is not known.
    """

    rank: int | None = None
    stacked: bool = False
    items: tuple[Ranked, ...] | None = None
    element: Ranked | None = None
    kind: str = ""

    @property
    def anywhere(self) -> bool:
        """True where it is a stack, or holds one."""
        parts = (*(self.items or ()), *([self.element] if self.element is not None else []))
        return self.stacked or any(part.anywhere for part in parts)

    def agrees(self, other: Ranked) -> bool:
        """True where a stack stands wherever ``other``, which is joined of this and more, has one."""
        if NOTHING in (self, other):
            return True
        parts = zip(self.items or (), other.items or (), strict=False)
        inner = self.element is None or other.element is None or self.element.agrees(other.element)
        return self.stacked == other.stacked and inner and all(a.agrees(b) for a, b in parts)

    def stack(self) -> Ranked:
        """The same as a stack."""
        return replace(self, stacked=True, kind="")

    def __repr__(self) -> str:
        if self.items is not None:
            return f"({', '.join(map(repr, self.items))})"
        if self.element is not None:
            return f"[{self.element!r}]"
        known = "unknown" if self.rank is None else f"rank {self.rank}"
        return f"stack of {known}" if self.stacked else known


UNKNOWN = Ranked()
NOTHING = Ranked(-1)
"""Of the items of a list that is empty so far."""
SCALAR = Ranked(0)
WHOLE = Ranked(0, kind="i")


def tupled(*items: Ranked) -> Ranked:
    """A tuple."""
    return Ranked(items=items)


def listed(element: Ranked) -> Ranked:
    """A list of which one element stands for all."""
    return Ranked(element=element)


def joined(a: Ranked | None, b: Ranked | None) -> Ranked:
    """What holds of a value of which ``a`` or ``b`` holds; None is nothing yet.

    Raises NotStacked for stacks of several ranks.
    """
    if a is None or b is None or a == b:
        return a or b or UNKNOWN
    if NOTHING in (a, b):
        return b if a == NOTHING else a
    if a.items is not None and b.items is not None and len(a.items) == len(b.items):
        return tupled(*map(joined, a.items, b.items))
    if a.element is not None and b.element is not None:
        return listed(joined(a.element, b.element))
    plain = all(part is None for fact in (a, b) for part in (fact.items, fact.element))
    if plain and a.rank == b.rank and a.rank is not None:
        return Ranked(a.rank, a.stacked or b.stacked, kind=a.kind if a.kind == b.kind else "")
    if a.anywhere or b.anywhere:
        raise NotStacked(f"{a} or {b}")
    return UNKNOWN


def fact_of(value: Any) -> Ranked:
    """What is known of a value at hand."""
    if isinstance(value, np.ndarray | np.generic):
        return Ranked(np.ndim(value), kind=value.dtype.kind)
    if isinstance(value, bool | int | float | complex):
        return Ranked(0, kind={bool: "b", int: "i", float: "f", complex: "c"}[type(value)])
    if type(value) is tuple:
        return tupled(*map(fact_of, value))
    if type(value) is list:
        found = map(fact_of, value)
        return listed(functools.reduce(joined, found, NOTHING))
    return UNKNOWN


def rows_of(facts: dict[str, Ranked]) -> str:
    """A text that counts the seeds."""
    for name, fact in facts.items():
        if fact.stacked:
            return f"len({name})"
        stacks = [i for i, part in enumerate(fact.items or ()) if part.stacked]
        if stacks:
            return f"len({name}[{stacks[0]}])"
    raise NotStacked("no stack is given")
