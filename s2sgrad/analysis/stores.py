"""The stores that calls which change an array are written as, by what is known of their arguments.

>>> from s2sgrad.analysis.facts import Dim, array, python
>>> vector, places = array(float, [Dim.of(3)]), array(int, [Dim.of(2)])
>>> store_of("put", [vector, places, python(float)]), store_of("resize", [vector])
('{0}[{1}] = {2}', None)
"""

from __future__ import annotations

from collections.abc import Sequence

from s2sgrad.analysis.arrays import rank_of
from s2sgrad.analysis.facts import Fact, Num, Seq, roots_of

__all__ = ["loop_of_at", "store_of"]

_IN_PLACE = {"multiply": "*", "divide": "/", "true_divide": "/"}
"""Ufuncs of two operands that an operator spells."""


_METHODS_OF_NUMBERS = frozenset(["fill", "partition", "put", "resize", "sort"])
"""What changes a copy where it is called of one of NumPy's numbers."""


def store_of(name: str, facts: Sequence[Fact]) -> str | None:
    """The store that a call which changes an array is written as, see :mod:`s2sgrad.normalize.outputs`.

    The empty text is the plain form known there; None where there is none.
    """
    rank = rank_of(facts[0])
    value = facts[-1]
    if name in _METHODS_OF_NUMBERS and rank is None and getattr(facts[0], "box", "") == "any":
        return None
    if name in ("fill", "sort", "partition", "copyto"):
        return ""
    if name == "shuffle":
        return "" if rank and len(facts) == 1 else None
    if name == "resize":
        return _resized(facts)
    if rank is None or not isinstance(value, (Num, Seq)):
        return None
    made = "{np}.array({%d})" if isinstance(value, Seq) else "{%d}"
    if name == "fill_diagonal" and len(facts) == 2 and rank == 2:
        diagonal = "{0}[{np}.diag_indices(min({0}.shape))]"
        if rank_of(value) == 0:
            return f"{diagonal} = {{1}}"
        return _repeated(diagonal, made % 1, "min({0}.shape)") if _has_items(value) else None
    if name == "put_along_axis" and len(facts) == 4:
        return _along(facts, rank)
    if len(facts) != 3 or name not in ("put", "putmask", "place"):
        return None
    place = _at(facts[1]) if name == "put" else _masked(facts[1], rank)
    if place is None:
        return None
    if name == "put" and rank != 1:
        place = f"{{0}}[{{np}}.unravel_index({_counted(facts[1])}, {{0}}.shape)]"
    if rank_of(value) == 0:
        return f"{place} = {{2}}"
    if not _has_items(value):
        return None
    if name == "putmask":
        return _repeated(place, made % 2, "{0}.shape") + place.removeprefix("{0}")
    return _repeated(place, made % 2, "{np}.shape({1})" if name == "put" else "{np}.count_nonzero({1})")


def _at(indices: Fact) -> str | None:
    """Where indices are: truth values are the indices 0 and 1 here, and a mask in an index."""
    numbers = indices.element if isinstance(indices, Seq) else indices
    return "{0}[{1}]" if isinstance(numbers, Num) and numbers.kind in "iu" else None


def _masked(mask: Fact, rank: int) -> str | None:
    """Where a mask of that rank marks an array: numbers other than 0 are marks here, and none in an index."""
    of_numbers = isinstance(mask, Seq) and isinstance(mask.element, Num) and mask.element.shape == ()
    if (1 if of_numbers else rank_of(mask)) != rank:
        return None
    if isinstance(mask, Num) and mask.kind == "b":
        return "{0}[{1}]"
    return "{0}[{np}.array({1}, bool)]" if of_numbers or getattr(mask, "kind", "") in tuple("iu") else None


def _counted(indices: Fact) -> str:
    """The places of ``put`` counted from the front, as ``np.unravel_index`` wants them."""
    numbers = indices.items if isinstance(indices, Seq) else (indices,)
    known = [getattr(number, "value", None) for number in numbers or (None,)]
    if all(isinstance(k, int) and k >= 0 for k in known):
        return "{1}"
    return "{np}.arange({0}.size)[{np}.array({1})]" if isinstance(indices, Seq) else "{np}.arange({0}.size)[{1}]"


def _resized(facts: Sequence[Fact]) -> str | None:
    """A vector of the function's own in another shape, cut or filled with zeros: another array of the same name."""
    x, *lengths = facts
    if not isinstance(x, Num) or x.rank != 1 or x.kind != "f" or not all(":" in root for root in x.roots):
        return None
    words = [_word(length, f"{{{i + 1}}}") for i, length in enumerate(lengths)]
    if len(lengths) == 1 and isinstance(lengths[0], Seq):
        words = [_word(length, f"{{1}}[{i}]") for i, length in enumerate(lengths[0].items or ())]
    elif not all(rank_of(length) == 0 for length in lengths):
        return None
    if not 1 <= len(words) <= 3 or len(lengths) > 2:
        return None
    size = " * ".join(words)
    longer = f"{{np}}.append({{0}}, {{np}}.zeros({size}, {{0}}.dtype))[:{size}]"
    return f"{{0}} = {{np}}.reshape({longer}, ({', '.join(words)},))"


def _word(fact: Fact, word: str) -> str:
    """A number as it is written, where the program spells it out."""
    return repr(fact.value) if isinstance(fact, Num) and fact.value is not None and fact.origin is None else word


def _along(facts: Sequence[Fact], rank: int) -> str | None:
    """A store at one index for each vector along an axis of a matrix, or at the indices of a vector."""
    _, indices, values, axis = facts
    number, known = rank_of(values), axis.value if isinstance(axis, Num) else None
    if not isinstance(indices, Num) or indices.rank != rank or indices.shape is None or not isinstance(known, int):
        return None
    if rank == 1:
        return "{0}[{1}] = {2}" if number in (0, 1) else None
    if rank != 2 or number not in (0, 2) or known not in (-2, -1, 0, 1) or not indices.shape[known].is_one:
        return None
    part = "[:, 0]" if known % 2 else "[0]"
    every = f"{{np}}.arange({{0}}.shape[{1 - known % 2}])"
    place = f"{every}, {{1}}{part}" if known % 2 else f"{{1}}{part}, {every}"
    return f"{{0}}[{place}] = {{2}}{part if number else ''}"


def loop_of_at(ufunc: str, facts: Sequence[Fact]) -> str | None:
    """The loop that ``ufunc.at(x, indices, values)`` is: an index that stands there twice counts twice.

    ``{i}`` is a new name, ``{y}`` the ufunc as it is spelled.
    """
    if len(facts) != 3 or not all(isinstance(fact, Num | Seq) for fact in facts):
        return None
    x, indices, values = facts
    listed = isinstance(indices, Seq) and isinstance(indices.element, Num) and indices.element.kind in "iu"
    vector = isinstance(indices, Num) and indices.rank == 1 and indices.kind in "iu"
    rank, number = rank_of(x), rank_of(values)
    if roots_of(x) & (roots_of(indices) | roots_of(values)):
        return None
    if not isinstance(x, Num) or x.kind != "f" or not rank or not (listed or vector) or number not in (0, rank):
        return None
    place, value = "{0}[{1}[{i}]]", "{2}[{i}]" if number else "{2}"
    sign = _IN_PLACE.get(ufunc)
    store = f"{place} {sign}= {value}" if sign else f"{place} = {{y}}({place}, {value})"
    return f"for {{i}} in range(len({{1}})):\n    {store}"


def _has_items(value: Fact) -> bool:
    """True where there is something to store: NumPy leaves the array as it is where there is not."""
    lengths = (value.length,) if isinstance(value, Seq) else getattr(value, "shape", None)
    return lengths is not None and all(length.some for length in lengths)


def _repeated(place: str, value: str, shape: str) -> str:
    """What is stored is repeated until all places are full."""
    return f"{place} = {{np}}.resize({value}, {shape})"
