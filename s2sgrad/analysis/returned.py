"""A function's result as its caller sees it, and what two calls of one function have in common.

Lengths and memory that a function finds or makes are others at each call of it: seen from the caller they are named
after the call.

>>> from s2sgrad.analysis.facts import array
>>> n, found = Dim(Symbol("n")), Dim(Symbol("pos:5.0"))
>>> as_seen(array(float, (n, found), frozenset(["pos:5"])), [array(float, (n,))], "f:", 7)
float64[n, f:7.r0]
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from s2sgrad.analysis.environment import map_fact
from s2sgrad.analysis.facts import Dim, Fact, Num, Record, Seq, Symbol

__all__ = ["as_seen", "canonical", "translated", "widened"]


def as_seen(result: Fact, operands: Iterable[Fact], prefix: str, number: int) -> Fact:
    """The result of a call with what is not known of the operands named after the call."""
    known = _Names()
    for operand in operands:
        known.of(operand)
    made: dict[str, str] = {}

    def dim(d: Dim) -> Dim:
        if d.symbol is None or d.anonymous or d.symbol.name in known.symbols:
            return d
        name = made.setdefault(d.symbol.name, f"{prefix}{number}.r{len(made)}")
        return Dim(d.symbol._replace(name=name), d.offset)

    def roots(found: frozenset[str]) -> frozenset[str]:
        # All that first appears together gets one name, so that a recursion comes to an end.
        leaf = next(places)
        new = {r for r in found if ":" in r and r not in known.roots}
        return (found - new) | {memory.setdefault(r, f"{prefix}r{leaf}:{number}") for r in sorted(new)}

    memory: dict[str, str] = {}
    places = itertools.count()
    return map_fact(result, dim, roots)


class _Names:
    """The lengths and the memory of facts, in order of appearance."""

    def __init__(self) -> None:
        self.symbols: dict[str, None] = {}
        self.roots: dict[str, None] = {}

    def of(self, fact: Fact) -> None:
        """Note those of one fact."""
        map_fact(fact, self._dim, self._roots)

    def _dim(self, d: Dim) -> Dim:
        if d.symbol is not None and not d.anonymous:
            self.symbols[d.symbol.name] = None
        return d

    def _roots(self, roots: frozenset[str]) -> frozenset[str]:
        self.roots.update(dict.fromkeys(sorted(roots)))
        return roots


def canonical(entry: Mapping[str, Fact]) -> tuple[Any, ...]:
    """Facts by parameter with memory and lengths renamed in order of appearance: equal for calls alike."""
    names: dict[str, str] = {}

    def renamed(name: str) -> str:
        return names.setdefault(name, f"n{len(names)}")

    def dim(d: Dim) -> Dim:
        if d.symbol is None or d.anonymous:
            return d
        return Dim(d.symbol._replace(name=renamed(d.symbol.name)), d.offset)

    def roots(found: frozenset[str]) -> frozenset[str]:
        return frozenset(renamed("memory " + r) for r in sorted(found))

    return tuple((name, map_fact(fact, dim, roots)) for name, fact in entry.items())


def translated(result: Fact, there: Mapping[str, Fact], here: Mapping[str, Fact]) -> Fact:
    """A result told in the lengths and the memory of one call, told in those of another call alike."""
    old, new = _Names(), _Names()
    for fact in there.values():
        old.of(fact)
    for fact in here.values():
        new.of(fact)
    symbols = dict(zip(old.symbols, new.symbols, strict=True))
    memory = dict(zip(old.roots, new.roots, strict=True))

    def dim(d: Dim) -> Dim:
        if d.symbol is None or d.symbol.name not in symbols:
            return d
        return Dim(d.symbol._replace(name=symbols[d.symbol.name]), d.offset)

    return map_fact(result, dim, lambda roots: frozenset(memory.get(r, r) for r in roots))


def widened(entry: Mapping[str, Fact], before: Mapping[str, Fact], name: str) -> dict[str, Fact]:
    """The facts of a call inside another call of the same function, where they differ, without what changes each time.

    Numbers lose their values, axes their lengths: else each call of a recursion would be of another kind.
    """
    lengths: dict[Dim, Dim] = {}

    def dim(d: Dim) -> Dim:
        if d.is_one or d.anonymous:
            return d
        return lengths.setdefault(d, Dim(Symbol(f"{name}.{len(lengths)}")))

    def wide(fact: Fact) -> Fact:
        if isinstance(fact, Num):
            value = fact.value if isinstance(fact.value, bool) else None
            shape = None if fact.shape is None else tuple(map(dim, fact.shape))
            return replace(fact, shape=shape, value=value, length=None, origin=None)
        if isinstance(fact, Seq):
            items = None if fact.items is None else tuple(map(wide, fact.items))
            return replace(fact, items=items, element=wide(fact.element), length=dim(fact.length))
        if isinstance(fact, Record):
            return replace(fact, slots=tuple((key, wide(slot)) for key, slot in fact.slots))
        return fact

    return {p: fact if fact == before.get(p) else wide(fact) for p, fact in entry.items()}
