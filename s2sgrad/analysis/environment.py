"""What each name holds at one point of the program, and how two such points meet.

Lengths that were learnt inside a loop do not survive its back edge: the same symbol would stand for the lengths of
two different iterations. Memory allocated inside a loop is primed there: it is another piece than the one that the
next iteration allocates at the same place.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from s2sgrad.analysis.facts import (
    Bottom,
    Dim,
    Fact,
    FunctionFact,
    Num,
    Opaque,
    RangeFact,
    Record,
    Seq,
    SliceFact,
    either,
    join,
    like_any,
)
from s2sgrad.analysis.local import LOST, LocalFunction

__all__ = ["UNSEEN", "Env", "map_fact", "symbols"]


UNSEEN = Bottom()
"""What a name holds that is not bound yet."""


@dataclass
class Env:
    """Facts by name; ``bound`` holds the names that are bound on every path to here.

    A point that is not ``reached`` lies behind a statement that goes elsewhere: no path comes from there.
    """

    facts: dict[str, Fact] = field(default_factory=dict)
    bound: frozenset[str] = frozenset()
    reached: bool = True

    def bind(self, name: str, fact: Fact) -> None:
        """Let ``name`` hold a value with this fact from here on."""
        self.facts[name] = fact
        if name not in self.bound:
            self.bound |= {name}

    def unbind(self, name: str) -> None:
        """Let ``name`` hold nothing from here on."""
        self.facts.pop(name, None)
        self.bound -= {name}

    def copy(self) -> Env:
        """An environment that can be changed without changing this one."""
        return Env(dict(self.facts), self.bound, self.reached)

    def left(self) -> Env:
        """The same point behind a statement that goes elsewhere."""
        return Env(self.facts, self.bound, reached=False)

    def meet(self, other: Env, site: str) -> Env:
        """What holds whichever of two paths was taken; lengths that differ get a symbol of the ``site``'s own."""
        if not (self.reached and other.reached):
            return self if self.reached or not other.reached else other
        facts = dict[str, Fact]()
        for name in (*self.facts, *(n for n in other.facts if n not in self.facts)):
            one, two = self.facts.get(name, UNSEEN), other.facts.get(name, UNSEEN)
            facts[name] = one if one is two else _merged(one, two, f"{name}@{site}")
        return Env(facts, self.bound & other.bound)

    def named(self, site: str) -> Env:
        """The same point, where lengths about which nothing is known have symbols of the ``site``'s own."""
        return Env({n: _named(f, f"{n}@{site}") for n, f in self.facts.items()}, self.bound, self.reached)


def _merged(a: Fact, b: Fact, site: str) -> Fact:
    if a == b:
        return a
    return _named(_literal_start(a, b) or _literal_start(b, a) or _lists(a, b) or either(a, b), site)


def _named(fact: Fact, site: str) -> Fact:
    axis = iter(range(1000))

    def named(dim: Dim) -> Dim:
        if not dim.anonymous or dim.symbol is None:
            return dim
        return Dim(dim.symbol._replace(name=f"{site}.{next(axis)}"))

    if isinstance(fact, Seq):
        return replace(fact, length=named(fact.length))
    return map_fact(fact, dim=named) if isinstance(fact, Num) else fact


def _literal_start(a: Fact, b: Fact) -> Fact | None:
    """A scalar literal met by an array (``total = 0``, then ``total = total + x[k]``) keeps the array's axes.

    The literal carries no derivative, so its own shape reaches no adjoint.
    """
    literal = isinstance(a, Num) and a.box == "py" and a.value is not None
    if not literal or not isinstance(b, Num) or not b.shape or not b.floating:
        return None
    anonymous = tuple(map(like_any, b.shape))
    whole = b.maybe_whole or getattr(a, "kind", "") in "biu"
    return replace(b, box="any", shape=anonymous, value=None, maybe_whole=whole)


def held_place(old: Fact, new: Fact) -> Fact:
    """The element of a list that gets another item; a literal that holds its place takes no axes from an array."""
    literal = isinstance(old, Num) and old.box == "py" and old.value is not None
    if literal and isinstance(new, Num) and new.shape and new.floating:
        return replace(new, box="any", maybe_whole=new.maybe_whole or getattr(old, "kind", "") in "biu")
    return join(old, new)


def _lists(a: Fact, b: Fact) -> Fact | None:
    """Two lists whose items are literals on one path and arrays on the other."""
    if not isinstance(a, Seq) or not isinstance(b, Seq) or a.kind != b.kind or a.items is not b.items:
        return None
    if isinstance(a.element, Num) and a.element.box != "py":
        a, b = b, a
    length = a.length if a.length == b.length else like_any(a.length, b.length)
    if a.items is not None:
        return None
    return Seq(a.kind, None, held_place(a.element, b.element), length, a.roots | b.roots, a.apart and b.apart)


def map_fact(
    fact: Fact,
    dim: Callable[[Dim], Dim] = lambda d: d,
    roots: Callable[[frozenset[str]], frozenset[str]] = lambda r: r,
) -> Fact:
    """``fact`` with every length and every set of roots in it replaced; ``fact`` itself where nothing changes."""
    if isinstance(fact, Num):
        shape = None if fact.shape is None else tuple(map(dim, fact.shape))
        length = None if fact.length is None else dim(fact.length)
        length = None if length is None or length.anonymous else length
        memory = roots(fact.roots)
        if (shape, length, memory) == (fact.shape, fact.length, fact.roots):
            return fact
        known = fact.dtype, fact.box, shape, fact.value, length, fact.origin
        return Num(*known, memory, fact.maybe_complex, fact.maybe_none, fact.maybe_whole)
    if isinstance(fact, Opaque):
        return replace(fact, roots=roots(fact.roots))
    if isinstance(fact, RangeFact):
        return replace(fact, length=dim(fact.length))
    if isinstance(fact, SliceFact):
        return SliceFact(*(map_fact(part, dim, roots) for part in (fact.start, fact.stop, fact.step)))
    if isinstance(fact, Seq):
        items = None if fact.items is None else tuple(map_fact(i, dim, roots) for i in fact.items)
        element = map_fact(fact.element, dim, roots)
        return Seq(fact.kind, items, element, dim(fact.length), roots(fact.roots), fact.apart)
    if isinstance(fact, Record):
        slots = tuple((k, map_fact(f, dim, roots)) for k, f in fact.slots)
        return replace(fact, slots=slots, roots=roots(fact.roots))
    return fact


def _dims(fact: Fact) -> tuple[Dim, ...]:
    """All lengths in a fact."""
    if isinstance(fact, Num):  # as most are
        shape = fact.shape or ()
        return shape if fact.length is None else (*shape, fact.length)
    if isinstance(fact, RangeFact):
        return (fact.length,)
    parts: Iterable[Fact] = ()
    if isinstance(fact, SliceFact):
        parts = fact.start, fact.stop, fact.step
    elif isinstance(fact, Seq):
        parts = *(fact.items or ()), fact.element
    elif isinstance(fact, Record):
        parts = (slot for _, slot in fact.slots)
    own = (fact.length,) if isinstance(fact, Seq) else ()
    return own + tuple(itertools.chain.from_iterable(map(_dims, parts)))


def symbols(env: Env) -> frozenset[str]:
    """Names of all length symbols that occur in an environment."""
    return frozenset(d.symbol.name for f in env.facts.values() for d in _dims(f) if d.symbol is not None)


def _roots(fact: Fact) -> Iterator[str]:
    """All memory that is named anywhere in a fact."""
    if isinstance(fact, (Num, Opaque)):
        return iter(fact.roots)
    parts: Iterable[Fact] = ()
    if isinstance(fact, Seq):
        parts = *(fact.items or ()), fact.element
    elif isinstance(fact, Record):
        parts = (slot for _, slot in fact.slots)
    own = fact.roots if isinstance(fact, (Seq, Record)) else ()
    return itertools.chain(own, *map(_roots, parts))


def back_edge(entry: Env, end: Env, permanent: frozenset[str]) -> Env:
    """The end of a loop body as its next iteration sees it."""
    known_symbols = symbols(entry) | permanent
    known_roots = permanent.union(*map(_roots, entry.facts.values()))

    def forget(d: Dim) -> Dim:
        return d if d.symbol is None or d.symbol.name in known_symbols else like_any(d)

    def prime(roots: frozenset[str]) -> frozenset[str]:
        if roots <= known_roots:
            return roots
        return frozenset(r if r in known_roots or r.endswith("'") else r + "'" for r in roots)

    held = (fact for fact in entry.facts.values() if not isinstance(fact, Num))
    kept = frozenset(function for fact in held for function in _singles(fact))
    facts = {n: _without_singles(map_fact(f, forget, prime), kept) for n, f in end.facts.items()}
    return Env(facts, end.bound, end.reached)


def _singles(fact: Fact) -> Iterator[LocalFunction]:
    """The functions in a value that remember what held when they were made."""
    if isinstance(fact, FunctionFact) and isinstance(fact.function, LocalFunction) and fact.function.single:
        yield fact.function
    elif isinstance(fact, Seq):
        for item in (*(fact.items or ()), fact.element):
            yield from _singles(item)
    elif isinstance(fact, Record):
        for _, slot in fact.slots:
            yield from _singles(slot)


def _without_singles(fact: Fact, kept: frozenset[LocalFunction]) -> Fact:
    """A value of the iteration before: the next iteration makes its functions anew, with other values to remember."""
    if isinstance(fact, Num) or all(function in kept for function in _singles(fact)):
        return fact
    return FunctionFact(LOST)
