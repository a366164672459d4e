"""Lists, tuples and what loops run over: ``zip``, ``enumerate``, ``reversed``, the items of a dict.

An iterator that can be run over only once is a ``Seq`` of kind ``iterator``; a dict's view one of kind ``view``.
"""

from __future__ import annotations

from typing import Any

from s2sgrad.analysis.facts import ANY_DIM, Bottom, Dim, Fact, Num, Opaque, Record, Seq, Static, python
from s2sgrad.analysis.infer.broadcasting import Fresh
from s2sgrad.analysis.infer.instances import element_of, is_text, join_all, key_fact, length_of
from s2sgrad.analysis.infer.table import FALSE, NONE, ZERO, Unknown, infers, integer

__all__: list[str] = []


def _sequence(kind: str, fact: Fact, fresh: Fresh) -> Seq:
    """A sequence of the items that iterating over a value yields."""
    items = _items(fact)
    if items is not None:
        return Seq(kind, items, join_all(items), Dim.of(len(items)))
    element = element_of(fact)
    if isinstance(element, Opaque) and not isinstance(fact, Seq) and not is_text(fact):
        raise Unknown
    length = length_of(fact)
    return Seq(kind, None, element, fresh("items", not_one=length.not_one) if length.anonymous else length)


def _items(fact: Fact) -> tuple[Fact, ...] | None:
    if isinstance(fact, Record) and fact.kind == "namedtuple":
        return tuple(slot for _, slot in fact.slots)
    if isinstance(fact, Record) and fact.kind == "dict":
        return tuple(python(type(key), key) if isinstance(key, int) else Static(key) for key, _ in fact.slots)
    return fact.items if isinstance(fact, Seq) else None


def _container(kind: str, functions: tuple[Any, ...]) -> None:
    @infers(*functions)
    def infer(fresh: Fresh, iterable: Fact | None = None) -> Fact:
        if iterable is None:
            return Seq(kind, (), Bottom(), Dim.of(0))
        return _sequence(kind, iterable, fresh)


_container("list", (list, list.copy))
_container("tuple", (tuple,))
_container("iterator", (iter,))


@infers(sorted)
def _sorted(fresh: Fresh, iterable: Fact, *, key: Fact = NONE, reverse: Fact = NONE) -> Fact:
    found = _sequence("list", iterable, fresh)
    words = found.items is not None and all(isinstance(i, Static) and type(i.value) is str for i in found.items)
    items = tuple(sorted(found.items or (), key=_word)) if words and key is NONE and reverse is NONE else None
    return Seq("list", items, found.element, found.length)


def _word(fact: Fact) -> str:
    return str(getattr(fact, "value", ""))


@infers(reversed)
def _reversed(fresh: Fresh, sequence: Fact) -> Fact:
    found = _sequence("iterator", sequence, fresh)
    items = None if found.items is None else found.items[::-1]
    return Seq("iterator", items, found.element, found.length)


@infers(enumerate)
def _enumerate(fresh: Fresh, iterable: Fact, start: Fact = ZERO) -> Fact:
    found, first = _sequence("iterator", iterable, fresh), integer(start)
    if found.items is not None and first is not None:
        items = tuple(_pair(python(int, first + i), item) for i, item in enumerate(found.items))
        return Seq("iterator", items, join_all(items), found.length)
    return Seq("iterator", None, _pair(python(int), found.element), found.length)


def _pair(*items: Fact) -> Fact:
    return Seq("tuple", items, join_all(items), Dim.of(len(items)))


@infers(zip)
def _zip(fresh: Fresh, *iterables: Fact, strict: Fact = NONE) -> Fact:
    found = [_sequence("iterator", iterable, fresh) for iterable in iterables]
    known = [one.items for one in found if one.items is not None]
    if len(known) == len(found):
        if len(set(map(len, known))) > 1 and not isinstance(strict, Static) and strict != FALSE:
            raise Unknown  # the call raises
        items = tuple(_pair(*row) for row in zip(*known, strict=False))
        return Seq("iterator", items, join_all(items), Dim.of(len(items)))
    return Seq("iterator", None, _pair(*(one.element for one in found)), _shortest([one.length for one in found]))


def _shortest(lengths: list[Dim]) -> Dim:
    if all(length.equals(lengths[0]) for length in lengths):
        return lengths[0]
    constants = [length.constant for length in lengths if length.constant is not None]
    return Dim.of(min(constants)) if len(constants) == len(lengths) else ANY_DIM


def _dict_view(function: Any, pick: Any) -> None:
    @infers(function)
    def infer(fresh: Fresh, mapping: Fact) -> Fact:
        if not isinstance(mapping, Record) or mapping.kind != "dict":
            raise Unknown
        items = tuple(pick(key_fact(key), slot) for key, slot in mapping.slots)
        return Seq("view", items, join_all(items), Dim.of(len(items)))


_dict_view(dict.items, _pair)
_dict_view(dict.keys, lambda key, slot: key)
_dict_view(dict.values, lambda key, slot: slot)


@infers(dict.get)
def _get(fresh: Fresh, mapping: Fact, key: Fact, default: Fact = NONE) -> Fact:
    value = key.value if isinstance(key, (Static, Num)) else None
    if not isinstance(mapping, Record) or mapping.kind != "dict" or value is None:
        raise Unknown
    found = mapping.slot(value)
    return default if found is None else found
