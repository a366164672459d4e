"""Indexing: what ``x[index]`` is, and whether it shares memory with ``x``."""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import (
    Dim,
    Fact,
    NeedValue,
    Num,
    Opaque,
    RangeFact,
    Record,
    Seq,
    Static,
    python,
)
from s2sgrad.analysis.infer.arraylike import number
from s2sgrad.analysis.infer.broadcasting import Fresh, Shape, broadcast
from s2sgrad.analysis.infer.instances import element_of, instantiate, join_all
from s2sgrad.analysis.infer.slices import SliceFact, as_slice, sliced
from s2sgrad.analysis.infer.table import NONE, Unknown, infers, integer, is_none, normal_axis
from s2sgrad.analysis.infer.tricks import of_trick

__all__ = ["getitem_effect", "indexed", "with_entries"]


@infers(operator.getitem)
def _getitem(fresh: Fresh, a: Fact, b: Any) -> Fact:
    if isinstance(a, Num):
        return indexed(a, with_entries(b), fresh)
    if isinstance(a, Seq) and a.kind in ("list", "tuple"):
        return _item(a, b, fresh)
    if isinstance(a, RangeFact):
        return python(int) if isinstance(b, Num) else _subrange(a, b, fresh)
    if isinstance(a, Record):
        return _slot(a, b, fresh)
    if isinstance(a, Static):
        return of_trick(a.value, b, fresh)
    raise Unknown


# ---- containers ----


def _item(a: Seq, index: Any, fresh: Fresh) -> Fact:
    cut = as_slice(index)
    if cut is not None:
        return _subsequence(a, cut, fresh)
    if not isinstance(index, Num) or index.rank != 0:
        raise Unknown
    if index.value is not None:
        position = int(index.value.real)
        if a.items is not None and not -len(a.items) <= position < len(a.items):
            raise Unknown
        return a.item(position) if a.items is not None else instantiate(a.element, fresh)
    joined = element_of(a)
    if isinstance(joined, Opaque) and index.origin is not None and a.items is not None:
        raise NeedValue(index.origin)
    return instantiate(joined, fresh)


def _subsequence(a: Seq, cut: SliceFact, fresh: Fresh) -> Fact:
    parts: list[Any] = [getattr(part, "value", "?") for part in (cut.start, cut.stop, cut.step)]
    known = all(is_none(fact) or part is not None for fact, part in zip(_parts(cut), parts, strict=True))
    if a.items is not None and known:
        items = a.items[slice(*parts)]
        return Seq(a.kind, items, join_all(items), Dim.of(len(items)), a.roots)
    return Seq(a.kind, None, element_of(a), sliced(a.length, cut, fresh), a.roots)


def _parts(cut: SliceFact) -> tuple[Fact, Fact, Fact]:
    return cut.start, cut.stop, cut.step


def _subrange(a: RangeFact, index: Any, fresh: Fresh) -> Fact:
    cut = as_slice(index)
    if cut is None:
        raise Unknown
    return RangeFact(sliced(a.length, cut, fresh))


def _slot(a: Record, index: Any, fresh: Fresh) -> Fact:
    if a.kind == "namedtuple":
        slots = tuple(slot for _, slot in a.slots)
        return _item(Seq("tuple", slots, join_all(slots), Dim.of(len(slots)), a.roots), index, fresh)
    if a.kind != "dict":
        raise Unknown
    found = a.slot(index.value) if isinstance(index, (Static, Num)) and index.value is not None else None
    if found is None:
        if isinstance(index, Num) and index.value is None and index.origin is not None:
            raise NeedValue(index.origin)
        return _some_slot(a, fresh)
    return found


def _some_slot(a: Record, fresh: Fresh) -> Fact:
    """What is read of a dict of integers, or of lists of them, at some key: an error, or one of them."""
    found = join_all(tuple(slot for _, slot in a.slots))
    number = element_of(found) if isinstance(found, Seq) and found.kind in ("list", "tuple") else found
    if not isinstance(number, Num) or number.rank != 0 or number.kind not in "biu":
        raise Unknown
    return replace(found, length=None, origin=None) if isinstance(found, Num) else instantiate(found, fresh)


# ---- arrays ----


@dataclass(frozen=True)
class _Part:
    """One item of an index: how many axes it takes, and what it leaves (``dims``) where it is not an index array."""

    taken: int
    fact: Any
    advanced: bool = False
    shape: Shape = ()


def indexed(a: Num, index: Any, fresh: Fresh) -> Num:
    """The fact of ``a[index]`` for an array or NumPy scalar ``a``."""
    entries = _entries(index)
    parts = [part for entry in entries for part in _classified(entry, fresh)]
    if a.shape is None or not a.rank or any(part.shape is None or part.taken < 0 for part in parts):
        return _unknown_rank(a, entries)
    parts = _filled(parts, len(a.shape))
    shape = _result_shape(a.shape, parts, fresh)
    if shape == () and not any(_is_ellipsis(entry) for entry in entries):
        return Num(a.dtype, "np", ())
    return Num(a.dtype, "array", shape)


def _unknown_rank(a: Num, entries: list[Any]) -> Num:
    whole = a.box == "array" and any(_is_ellipsis(entry) for entry in entries)
    if a.rank == 0 and not entries:
        return Num(a.dtype, "np", ())
    if a.rank == 0 and len(entries) == 1 and is_none(entries[0]):
        return Num(a.dtype, "array", (Dim.of(1),))
    return Num(a.dtype, "array" if whole else "any", None)


def _entries(index: Any) -> list[Any]:
    if isinstance(index, Seq) and index.kind == "tuple":
        if index.items is None:
            raise Unknown
        return list(index.items)
    return [index]


def with_entries(index: Any) -> Any:
    """An index of so many slices that are not known one by one, as in ``tuple([slice(None)] * n)``, entry by entry."""
    if not isinstance(index, Seq) or index.items is not None or as_slice(index.element) is None:
        return index
    count = index.length.constant
    return index if index.kind != "tuple" or count is None else replace(index, items=(index.element,) * count)


def _is_ellipsis(entry: Any) -> bool:
    return isinstance(entry, Static) and entry.value is Ellipsis


def _classified(entry: Any, fresh: Fresh) -> list[_Part]:
    """The parts of an index that one entry stands for; a rank that is not known is shown by ``taken`` -1."""
    if is_none(entry):
        return [_Part(0, NONE)]
    if _is_ellipsis(entry):
        return [_Part(0, Ellipsis)]
    cut = as_slice(entry)
    if cut is not None:
        return [_Part(1, cut)]
    return _by_number(number(entry, fresh), fresh)


def _by_number(index: Num, fresh: Fresh) -> list[_Part]:
    if index.kind in "iu" and index.rank == 0:
        return [_Part(1, index)]
    if index.kind in "iu" and index.shape is not None:
        return [_Part(1, index, True, index.shape)]
    if index.kind == "b" and index.rank:
        return [_Part(index.rank, index, True, (fresh("mask"),))]
    return [_Part(-1, index)]


def _filled(parts: list[_Part], rank: int) -> list[_Part]:
    """The parts with an ellipsis, or the missing end, written out as full slices."""
    missing = rank - sum(part.taken for part in parts)
    places = [i for i, part in enumerate(parts) if part.fact is Ellipsis]
    if missing < 0 or len(places) > 1:
        raise Unknown
    place = places[0] if places else len(parts)
    return parts[:place] + [_Part(1, SliceFact())] * missing + parts[place + 1 :]


def _result_shape(shape: tuple[Dim, ...], parts: list[_Part], fresh: Fresh) -> Shape:
    arrays = any(part.advanced for part in parts)
    spots = [i for i, part in enumerate(parts) if isinstance(part.fact, Num) and arrays]
    gathered = broadcast([parts[i].shape for i in spots], fresh) or ()
    front: list[Dim] = []
    dims: list[Dim] = []
    axis = 0
    for i, part in enumerate(parts):
        if spots and i == spots[0]:
            front = list(dims)
        dims += _kept(part, shape[axis] if axis < len(shape) else None, fresh)
        axis += part.taken
    adjacent = not spots or spots[-1] - spots[0] == len(spots) - 1
    at = len(front) if adjacent else 0
    return (*dims[:at], *gathered, *dims[at:])


def _kept(part: _Part, dim: Dim | None, fresh: Fresh) -> list[Dim]:
    """The axes that a basic part leaves."""
    if isinstance(part.fact, SliceFact):
        assert dim is not None
        return [sliced(dim, part.fact, fresh)]
    return [Dim.of(1)] if part.taken == 0 else []


def getitem_effect(index: Any) -> str:
    """Whether ``x[index]`` is a ``view`` of an array ``x``, ``fresh`` memory, or ``maybe`` either."""
    index = with_entries(index)
    kinds = {_effect(entry) for entry in ([None] if _is_open(index) else _entries(index))}
    if "fresh" in kinds:
        return "fresh"
    return "maybe" if "maybe" in kinds else "view"


def _is_open(index: Any) -> bool:
    return isinstance(index, Seq) and index.kind == "tuple" and index.items is None


def _effect(entry: Any) -> str:
    if is_none(entry) or _is_ellipsis(entry) or as_slice(entry) is not None:
        return "view"
    if isinstance(entry, Seq) and entry.kind == "list":
        return "fresh"
    if not isinstance(entry, Num) or entry.rank is None or entry.kind not in "biu":
        return "maybe"
    if entry.rank > 0:
        return "fresh"
    return "view" if entry.box in ("py", "np") and entry.kind != "b" else "maybe"


@infers(np.take)
def _take(fresh: Fresh, a: Fact, indices: Fact, axis: Fact = NONE, *, mode: Fact = NONE) -> Fact:
    x, where = number(a, fresh), number(indices, fresh)
    if x.shape is None or where.shape is None:
        return Num(x.dtype, "any", None)
    if is_none(axis):
        shape = where.shape
    else:
        place = integer(axis)
        if place is None:
            return Num(x.dtype, "any", None)
        place = normal_axis(place, len(x.shape))
        shape = x.shape[:place] + where.shape + x.shape[place + 1 :]
    return Num(x.dtype, "array" if shape else "any", shape)


@infers(np.compress)
def _compress(fresh: Fresh, condition: Fact, a: Fact, axis: Fact = NONE) -> Fact:
    x = number(a, fresh)
    if is_none(axis):
        return Num(x.dtype, "array", (fresh("compress"),))
    place = integer(axis)
    if x.shape is None or place is None:
        return Num(x.dtype, "array", None if x.shape is None else tuple(fresh("compress") for _ in x.shape))
    place = normal_axis(place, len(x.shape))
    return Num(x.dtype, "array", tuple(fresh("compress") if i == place else d for i, d in enumerate(x.shape)))


@infers(np.ndarray.compress)
def _compress_method(fresh: Fresh, a: Fact, condition: Fact, axis: Fact = NONE) -> Fact:
    return _compress(fresh, condition, a, axis)


@infers(np.extract)
def _extract(fresh: Fresh, condition: Fact, arr: Fact) -> Fact:
    return Num(number(arr, fresh).dtype, "array", (fresh("extract"),))


@infers(np.choose)
def _choose(fresh: Fresh, a: Fact, choices: Fact, *, mode: Fact = NONE) -> Fact:
    if not isinstance(choices, Seq) or not choices.items:
        raise Unknown
    found = [number(item, fresh) for item in choices.items]
    shape = broadcast([number(a, fresh).shape, *(item.shape for item in found)], fresh)
    # Which of several dtypes it is hangs on NumPy's version where there are numbers beside arrays.
    dtypes = {item.dtype for item in found}
    return Num(dtypes.pop() if len(dtypes) == 1 else None, "array" if shape else "any", shape)


@infers(np.argwhere)
def _argwhere(fresh: Fresh, a: Fact) -> Fact:
    x = number(a, fresh)
    columns = fresh("rank") if x.rank is None else Dim.of(x.rank)
    return Num(np.dtype(np.intp), "array", (fresh("argwhere"), columns))


@infers(np.flatnonzero)
def _flatnonzero(fresh: Fresh, a: Fact) -> Fact:
    return Num(np.dtype(np.intp), "array", (fresh("nonzero"),))


@infers(np.ix_)
def _ix(fresh: Fresh, *indices: Fact) -> Fact:
    """One array per index, each along an axis of its own; a mask is as long as it selects."""
    found = [number(index, fresh) for index in indices]
    if not all(f.rank == 1 and f.kind in "biu" for f in found):
        raise Unknown
    rank = len(found)
    items: list[Fact] = []
    for axis, own in enumerate(found):
        length = fresh("mask") if own.kind == "b" else (own.shape or ())[0]
        shape = tuple(length if i == axis else Dim.of(1) for i in range(rank))
        items.append(Num(np.dtype(np.intp) if own.kind == "b" else own.dtype, "array", shape))
    return Seq("tuple", tuple(items), join_all(tuple(items)), Dim.of(rank))


@infers(np.diag_indices)
def _diag_indices(fresh: Fresh, n: Fact, ndim: Fact = NONE) -> Fact:
    axes = 2 if is_none(ndim) else integer(ndim)
    if axes is None or not isinstance(n, Num):
        raise Unknown
    index = Num(np.dtype(np.intp), "array", (n.length or fresh("diagonal"),))
    return Seq("tuple", (index,) * axes, index, Dim.of(axes))
