"""The stores that calls which change an array are written as, by what is known of their arguments.

>>> from s2sgrad.analysis.facts import Dim, array, python
>>> vector = array(float, [Dim.of(3)])
>>> store_of("put", [vector, vector, python(float)]), store_of("resize", [vector])
('{0}[{1}] = {2}', None)
"""

from __future__ import annotations

from collections.abc import Sequence

from s2sgrad.analysis.arrays import rank_of
from s2sgrad.analysis.facts import Fact, Num, Seq

__all__ = ["store_of"]


def store_of(name: str, facts: Sequence[Fact]) -> str | None:
    """The store that a call which changes an array is written as, see :mod:`s2sgrad.normalize.outputs`.

    The empty text is the plain form known there; None where there is none.
    """
    rank = rank_of(facts[0])
    value = facts[-1]
    if name in ("fill", "sort", "partition", "copyto"):
        return ""
    if name == "shuffle":
        return "" if rank and len(facts) == 1 else None
    if rank is None or not isinstance(value, (Num, Seq)):
        return None
    made = "{np}.array({%d})" if isinstance(value, Seq) else "{%d}"
    if name == "fill_diagonal" and len(facts) == 2 and rank == 2:
        diagonal = "{0}[{np}.diag_indices(min({0}.shape))]"
        return f"{diagonal} = {{1}}" if rank_of(value) == 0 else _repeated(diagonal, made % 1, "min({0}.shape)")
    if len(facts) != 3 or name not in ("put", "putmask", "place"):
        return None
    place = "{0}[{1}]" if name != "put" or rank == 1 else "{0}[{np}.unravel_index({1}, {0}.shape)]"
    if rank_of(value) == 0:
        return f"{place} = {{2}}"
    if name == "putmask":
        return _repeated(place, made % 2, "{0}.shape") + "[{1}]"
    return _repeated(place, made % 2, "{np}.shape({1})" if name == "put" else "{np}.count_nonzero({1})")


def _repeated(place: str, value: str, shape: str) -> str:
    """What is stored is repeated until all places are full."""
    return f"{place} = {{np}}.resize({value}, {shape})"
