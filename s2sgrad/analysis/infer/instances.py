"""From summaries to single values: the element of a list, the item of a loop, the parts of an unpacking.

A summary stands for many values, so its lengths are anonymous; one value taken out of it has lengths of its own.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any, TypeGuard

from s2sgrad.analysis.facts import (
    ANY_DIM,
    Bottom,
    Dim,
    Fact,
    Num,
    Opaque,
    RangeFact,
    Record,
    Seq,
    Static,
    join,
    python,
    roots_of,
)
from s2sgrad.analysis.infer.broadcasting import Fresh

__all__ = ["element_of", "instantiate", "is_text", "iterate", "join_all", "key_fact", "length_of", "row", "unpack"]


def instantiate(fact: Fact, fresh: Fresh) -> Fact:
    """The fact of one value of which ``fact`` is a summary: anonymous lengths get names."""
    if isinstance(fact, Num):
        shape = None if fact.shape is None else tuple(_name(dim, fresh) for dim in fact.shape)
        length = None if fact.length is None or fact.length.anonymous else fact.length
        return replace(fact, shape=shape, length=length)
    if isinstance(fact, Seq):
        items = None if fact.items is None else tuple(instantiate(item, fresh) for item in fact.items)
        return replace(fact, items=items, length=_name(fact.length, fresh))
    if isinstance(fact, Record):
        return replace(fact, slots=tuple((key, instantiate(slot, fresh)) for key, slot in fact.slots))
    if isinstance(fact, RangeFact):
        return replace(fact, length=_name(fact.length, fresh))
    return fact


def _name(dim: Dim, fresh: Fresh) -> Dim:
    return fresh("item", not_one=dim.not_one) if dim.anonymous else dim


def row(fact: Num) -> Fact:
    """One item of an array along its first axis."""
    if fact.shape is None:
        return Num(fact.dtype, "any", None, roots=fact.roots)
    if not fact.shape:
        return Opaque(fact.roots)
    rest = fact.shape[1:]
    return Num(fact.dtype, "array" if rest else "np", rest, roots=fact.roots if rest else frozenset())


def join_all(facts: tuple[Fact, ...]) -> Fact:
    """The fact that holds of each of several values; ``Bottom`` of none."""
    bottom: Fact = Bottom()
    return functools.reduce(join, facts, bottom)


def element_of(fact: Fact) -> Fact:
    """A summary of the values that iterating over a value with this fact yields."""
    if isinstance(fact, Num):
        return row(fact)
    if isinstance(fact, RangeFact):
        return python(int)
    if isinstance(fact, Seq):
        return fact.element if fact.items is None else join_all(fact.items)
    if isinstance(fact, Record) and fact.kind == "namedtuple":
        return join_all(tuple(slot for _, slot in fact.slots))
    if isinstance(fact, Record) and fact.kind == "dict":
        return join_all(tuple(key_fact(key) for key, _ in fact.slots))
    return Opaque(roots_of(fact))


def key_fact(key: Any) -> Fact:
    """The fact of a constant key of a dict."""
    return python(type(key), key) if type(key) in (bool, int, float) else Static(key)


def iterate(fact: Fact, fresh: Fresh) -> Fact:
    """The fact of the item of one iteration over a value with this fact."""
    return instantiate(element_of(fact), fresh)


def is_text(fact: Fact) -> TypeGuard[Static]:
    """True for a string, which yields its characters."""
    return isinstance(fact, Static) and type(fact.value) is str


def length_of(fact: Fact) -> Dim:
    """How many items iterating over a value with this fact yields."""
    if isinstance(fact, Num) and fact.shape:
        return fact.shape[0]
    if isinstance(fact, (Seq, RangeFact)):
        return fact.length
    if isinstance(fact, Record) and fact.kind in ("namedtuple", "dict"):
        return Dim.of(len(fact.slots))
    return Dim.of(len(fact.value)) if is_text(fact) else ANY_DIM


def unpack(fact: Fact, n: int, fresh: Fresh) -> list[Fact]:
    """The facts of the ``n`` values into which a value with this fact is unpacked."""
    if isinstance(fact, Seq) and fact.items is not None and len(fact.items) == n:
        return list(fact.items)
    if isinstance(fact, Record) and fact.kind == "namedtuple" and len(fact.slots) == n:
        return [slot for _, slot in fact.slots]
    return [iterate(fact, fresh) for _ in range(n)]
