"""Cross products that have no rule of their own, written with what has one: in a plane, out of it, along other axes.

>>> from s2sgrad.analysis.facts import Dim, array, python
>>> plane, space = array(float, [Dim.of(2), Dim.of(5)]), array(float, [Dim.of(5), Dim.of(3)])
>>> form_by_keyword(np.cross, [plane, space], {"axisa": python(int, 0)}, method=False)
'{np}.cross({np}.moveaxis({np}.pad({0}, ((0, 1), (0, 0))), 0, -1), {1})'
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from s2sgrad.analysis.arrays import rank_of
from s2sgrad.analysis.facts import Fact, Num, Static
from s2sgrad.analysis.infer.table import MINUS_ONE, integer, is_none, length
from s2sgrad.analysis.keyword_forms import Args, Passed, by_keyword, named
from s2sgrad.analysis.statistics_forms import form_by_keyword

__all__ = ["form_by_keyword"]

_TAKES_THREE_ALONE = hasattr(np.linalg, "cross")


class _Vectors(NamedTuple):
    """An operand: the hole in which it stands, its rank, and the axis along which its vectors lie, with its length."""

    hole: str
    rank: int
    axis: int
    length: int | None

    def component(self, k: int) -> str:
        """The components ``k`` of the vectors."""
        before = "..., " if 1 < self.axis == self.rank - 1 else ":, " * self.axis
        return f"{self.hole}[{before}{k}]"

    def in_space(self) -> str:
        """The vectors; those of a plane with a height of 0."""
        if self.length != 2:
            return self.hole
        widths = ", ".join("(0, 1)" if k == self.axis else "(0, 0)" for k in range(self.rank))
        return f"{{np}}.pad({self.hole}, {widths if self.rank == 1 else f'({widths})'})"

    def moved(self) -> str:
        """The vectors in space, along the last axis."""
        text = self.in_space()
        return text if self.axis == self.rank - 1 else f"{{np}}.moveaxis({text}, {self.axis}, -1)"


@by_keyword(np.cross, asks=True)
def _cross(name: str, args: Args, passed: Passed) -> str | None:
    """Of vectors in a plane by its formula; with the axes of the vectors moved to the end, that of the result back."""
    found = named(args, passed, "b axisa axisb axisc axis")
    if found is None or "b" not in found[1]:
        return None
    holes, facts = found
    along = facts.get("axis", Static(None))
    places = [facts.get(k, MINUS_ONE) if is_none(along) else along for k in ("axisa", "axisb", "axisc")]
    a, b = _vectors("{0}", args[0], places[0]), _vectors(holes["b"], facts["b"], places[1])
    target = integer(places[2])
    if a is None or b is None or target is None:
        return None
    if a.length == b.length == 2:
        text = f"{a.component(0)} * {b.component(1)} - {a.component(1)} * {b.component(0)}"
        return f"{{np}}.asarray({text})" if a.rank == b.rank == 1 else text
    return _in_space(a, b, target, not is_none(along), set(facts) == {"b"})


def _in_space(a: _Vectors, b: _Vectors, target: int, along: bool, plain: bool) -> str | None:
    """Of vectors in space, or of one in a plane and one in space.

    Where the lengths are not known, the function that takes vectors of length 3 alone says so if they are not.
    """
    known = a.length is not None and b.length is not None
    if not known and not _TAKES_THREE_ALONE and (plain or along or target != -1):
        return None
    if a.length == b.length == 3 and (plain or (along and a.rank == b.rank)):
        return None  # has a rule
    function = "cross" if known or not _TAKES_THREE_ALONE else "linalg.cross"
    if along and a.rank == b.rank:
        return f"{{np}}.{function}({a.in_space()}, {b.in_space()}, axis={target})"
    text = f"{{np}}.{function}({a.moved()}, {b.moved()})"
    rank = max(a.rank, b.rank)
    return text if target in (-1, rank - 1) else f"{{np}}.moveaxis({text}, -1, {target})"


def _vectors(hole: str, fact: Fact, place: Fact) -> _Vectors | None:
    """What is known of an operand; None where its rank, or its axis, is not."""
    rank, k = rank_of(fact), integer(place)
    if not isinstance(fact, Num) or not rank or fact.shape is None or k is None or not -rank <= k < rank:
        return None
    return _Vectors(hole, rank, k % rank, length(fact.shape[k % rank]))
