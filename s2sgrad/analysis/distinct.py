"""Which indices are proven to name no element twice: a store through any other keeps only the last of its values."""

from __future__ import annotations

import operator

import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, Num, Seq, roots_of
from s2sgrad.analysis.infer import SliceFact
from s2sgrad.analysis.interpret import Facts
from s2sgrad.analysis.ir import Assign, NameTarget, Op

__all__ = ["index_arrays", "is_fresh_index", "names_once"]

_ONCE = (np.flatnonzero, np.argsort)
_KEEPS = {np.reshape: 0, np.compress: 1}
"""What takes each element of an array once at most, and which argument that array is."""


def names_once(index: Op, facts: Facts) -> bool:
    """True where ``x[index]`` is proven to name each element of ``x`` once at most."""
    arrays = index_arrays(index, facts)
    if arrays is None:
        bound = facts.calls.get(index)
        if bound is not None and bound.function is np.ix_:
            return all(_distinct(a, facts) for a in bound.args)
        if bound is not None and bound.function is np.unravel_index:
            place = facts.of[bound.args[0]]
            return (isinstance(place, Num) and place.rank == 0) or _distinct(bound.args[0], facts)
        return bound is not None and bound.function in (np.nonzero, np.where, np.diag_indices) and len(bound.args) == 1
    if len(arrays) <= 1:
        return all(_is_mask(facts.of[a]) or _distinct(a, facts) for a in arrays)
    lengths = [_length(facts.of[a]) for a in arrays]
    alike = all(n is not None and lengths[0] is not None and n.equals(lengths[0]) for n in lengths)
    return alike and any(_distinct(a, facts) for a in arrays)


def index_arrays(index: Op, facts: Facts) -> list[Op] | None:
    """The arrays and lists among the entries of an index; None where its entries are not written one by one."""
    fact = facts.of[index]
    if index.form == "tuple":
        return [a for a in index.args if _is_array(facts.of[a])]
    return None if isinstance(fact, Seq) and fact.kind == "tuple" else [index] if _is_array(fact) else []


def is_fresh_index(index: Op, facts: Facts) -> bool:
    """True where NumPy walks an index in the order of its axes, so that the last of equal entries is the last written.

    It walks arrays of several axes in the order of memory; those that a display makes at the place are in that order.
    """
    arrays = index_arrays(index, facts)
    if arrays is None:
        fact, bound = facts.of[index], facts.calls.get(index)
        if bound is not None and bound.function is np.ix_:
            return all(isinstance(facts.of[a], Seq) for a in bound.args)
        items = fact.items if isinstance(fact, Seq) and fact.items is not None else None
        return items is not None and all(isinstance(i, Num) and i.rank is not None and i.rank <= 1 for i in items)
    return all(isinstance(facts.of[a], Seq) or getattr(facts.of[a], "rank", None) in (0, 1) for a in arrays)


def _is_array(fact: Fact) -> bool:
    if isinstance(fact, SliceFact):
        return False
    if isinstance(fact, Num):
        return not (fact.kind in "iu" and fact.rank == 0)
    return isinstance(fact, Seq)


def _is_mask(fact: Fact) -> bool:
    return isinstance(fact, Num) and fact.kind == "b" and fact.box == "array"


def _length(fact: Fact) -> Dim | None:
    if isinstance(fact, Seq):
        return fact.length
    return fact.shape[0] if isinstance(fact, Num) and fact.rank == 1 and fact.shape and fact.kind in "iu" else None


def _distinct(op: Op, facts: Facts) -> bool:
    """True for a list or an array whose integers are proven to name different elements."""
    if op.form == "list":
        values = [facts.of[a].value if isinstance(facts.of[a], Num) else None for a in op.args]  # type: ignore[union-attr]
        known = all(type(v) is int for v in values) and len(set(values)) == len(values)
        return known and (all(v >= 0 for v in values) or all(v < 0 for v in values))  # type: ignore[operator]
    if op.form == "read":
        made = _definition(str(op.payload), facts)
        return made is not None and _distinct(made, facts)
    fact, bound = facts.of[op], facts.calls.get(op)
    if bound is None or not isinstance(fact, Num):
        return False
    if bound.function in _KEEPS:
        place = _KEEPS[bound.function]
        return len(bound.args) > place and _distinct(bound.args[place], facts)
    if fact.rank != 1:
        return False
    if bound.function is np.arange:
        return _counts_up([facts.of[a] for a in bound.args]) and not bound.keywords
    if bound.function is operator.getitem:
        return isinstance(facts.of[bound.args[1]], SliceFact) and _distinct(bound.args[0], facts)
    return bound.function in _ONCE


def _counts_up(arguments: list[Fact]) -> bool:
    """True for the arguments of an ``arange`` that starts at 0 or above: what it counts are no negative indices."""
    first = arguments[0] if len(arguments) > 1 else None
    step = arguments[2] if len(arguments) > 2 else None
    floor = first is None or (isinstance(first, Num) and type(first.value) is int and first.value >= 0)
    return floor and (step is None or (isinstance(step, Num) and type(step.value) is int and step.value > 0))


def _definition(name: str, facts: Facts) -> Op | None:
    """What the only assignment to a local variable assigns, if the array is never written afterwards."""
    found: list[Op | None] = [None] if name in facts.entry else []
    for statement in facts.before:
        targets = getattr(statement, "targets", ())
        named = [t for t in targets if isinstance(t, NameTarget) and t.name == name]
        found += [t.value if isinstance(statement, Assign) else None for t in named]
    made = found[0] if len(found) == 1 else None
    written = frozenset(r.rstrip("'") for roots in facts.writes.values() for r in roots)
    shared = made is not None and {r.rstrip("'") for r in roots_of(facts.of[made])} & written
    return None if shared else made
