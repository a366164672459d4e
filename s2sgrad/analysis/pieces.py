"""Which results of one call are disjoint pieces of an array: a change of one of them changes no other.

``np.split(x, [3, 1])`` is none such: its parts ``x[:3]`` and ``x[1:]`` overlap.

>>> from s2sgrad.analysis.facts import ANY_DIM, Dim, python
>>> def cuts(*values):
...     return Seq("list", tuple(python(int, v) for v in values), python(int), Dim.of(len(values)))
>>> [cuts_apart(fact) for fact in (python(int), cuts(1, 3), cuts(-3, -1), cuts(None), cuts(3, 1), cuts(-2, 3))]
[True, True, True, True, False, False]
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from s2sgrad.analysis.facts import Fact, Num, Seq
from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.analysis.ir import NameTarget, Op, Target

if TYPE_CHECKING:
    from s2sgrad.analysis.found import Facts

__all__ = ["STRETCHED", "cuts_apart", "targets_apart"]

STRETCHED = "results of broadcast_arrays"
"""The root of arrays in which one element may stand at several places, so that a change of one may change others."""
Pairs = frozenset[frozenset[str]]
_SPLITS = frozenset(map(id, (np.split, np.array_split, np.vsplit, np.hsplit, np.dsplit)))
_UNSTACKS = frozenset(map(id, numpy_functions("unstack")))


def targets_apart(targets: Sequence[Target], facts: Facts) -> Pairs:
    """The pairs of names that one statement binds to disjoint pieces of one array."""
    named = {t.name: t.value for t in targets if isinstance(t, NameTarget)}
    pieces = {name: value for name, value in named.items() if value.form == "item" and _gives_pieces(value, facts)}
    return frozenset(
        frozenset((a, b))
        for a, one in pieces.items()
        for b, other in pieces.items()
        if one.args[0] is other.args[0] and one.payload[0] != other.payload[0]
    )


def _gives_pieces(item: Op, facts: Facts) -> bool:
    """True for a row of an array, and for an item of what one is split into where the cuts keep the pieces apart."""
    fact, bound = facts.of.get(item), facts.calls.get(item.args[0])
    if not isinstance(fact, Num) or fact.box != "array":
        return False
    if isinstance(facts.of.get(item.args[0]), Num):
        return True
    if bound is None:
        return False
    if id(bound.function) in _UNSTACKS:
        return True
    given = dict(bound.keywords).get("indices_or_sections") or (bound.args[1] if len(bound.args) > 1 else None)
    return id(bound.function) in _SPLITS and given is not None and cuts_apart(facts.of[given])


def cuts_apart(cuts: Fact) -> bool:
    """True for a number of sections, for one cut wherever it is, and for known cuts from the front to the back.

    Cuts beyond the ends are moved to the ends by NumPy, which keeps their order; a cut counted from the back may lie
    anywhere beside one counted from the front.
    """
    if isinstance(cuts, Num):
        return cuts.kind in "iu" and cuts.rank == 0
    if not isinstance(cuts, Seq) or cuts.items is None or not all(map(_is_whole, cuts.items)):
        return False
    values = [cut.value for cut in cuts.items if isinstance(cut, Num) and isinstance(cut.value, int)]
    if len(cuts.items) < 2:
        return True
    one_side = all(v >= 0 for v in values) or all(v < 0 for v in values)
    return len(values) == len(cuts.items) and one_side and all(a <= b for a, b in pairwise(values))


def _is_whole(cut: Fact) -> bool:
    return isinstance(cut, Num) and cut.kind in "iu" and cut.rank == 0
