"""Reads of a variable that ask for its shape alone: no store changes what they answer."""

from __future__ import annotations

import builtins
from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.facts import Num, Static
from s2sgrad.analysis.infer import SliceFact
from s2sgrad.analysis.interpret import Facts
from s2sgrad.analysis.ir import Assign, If, NameTarget, Op, Statement, StoreTarget, children, every_statement

__all__ = ["measured_part", "steady_arrays", "stores_all", "value_reads"]

_MEASURES = (builtins.len, np.shape, np.ndim, np.size)


def value_reads(op: Op, facts: Facts) -> frozenset[str]:
    """The variables of which ``op`` reads more than lengths."""
    bound = facts.calls.get(op)
    if bound is not None and any(bound.function is f for f in _MEASURES):
        return frozenset()
    if op.form == "read":
        return frozenset([str(op.payload)])
    below = [*op.args, *(v for _, v in op.keywords)]
    return frozenset().union(*(value_reads(a, facts) for a in below))


def stores_all(target: NameTarget | StoreTarget, facts: Facts) -> bool:
    """True for ``y[...] = e`` where ``e`` is proven to have the shape and the dtype of ``y``."""
    if not isinstance(target, StoreTarget) or target.accumulates or target.base.form != "read":
        return False
    index, own, value = facts.of[target.index], facts.of[target.base], facts.of[target.value]
    whole = isinstance(index, Static) and index.value is Ellipsis
    whole = whole or (isinstance(index, SliceFact) and all(_is_none(p) for p in (index.start, index.stop, index.step)))
    if not whole or not isinstance(own, Num) or not isinstance(value, Num) or not own.shape or value.shape is None:
        return False
    same = len(own.shape) == len(value.shape) and all(a.equals(b) for a, b in zip(own.shape, value.shape, strict=True))
    known = own.dtype is not None and value.dtype is not None
    return same and known and own.dtype == value.dtype and own.box == value.box == "array"


def _is_none(fact: object) -> bool:
    return isinstance(fact, Static) and fact.value is None


def measured_part(node: Any) -> gast.Name | None:
    """The name of which ``len(x)``, ``x.shape`` and their like ask for the shape alone."""
    part = None
    if isinstance(node, gast.Attribute) and node.attr in ("shape", "size", "ndim"):
        part = node.value
    elif isinstance(node, gast.Call) and isinstance(node.func, gast.Name) and node.func.id == "len" and node.args:
        part = node.args[0]
    while isinstance(part, gast.Subscript):
        part = part.value
    return part if isinstance(part, gast.Name) else None


def steady_arrays(facts: Facts) -> frozenset[str]:
    """Names that hold one and the same array from where they are bound to the end of the function."""
    count: dict[str, int] = dict.fromkeys(facts.entry, 1)
    for statement in facts.before:
        for name in _bound(statement, facts):
            count[name] = count.get(name, 0) + 1
    loops = [s for s in facts.before if children(s) and not isinstance(s, If)]
    looped = {n for s in loops for n in _bound(s, facts)}
    inner = [i for s in loops for block in children(s) for i in every_statement(block) if i in facts.before]
    looped.update(n for s in inner for n in _bound(s, facts))
    last = list(facts.after.values())[-1].facts if facts.after else {}
    return frozenset(
        n for n, k in count.items() if k == 1 and n not in looped and _is_array(last.get(n) or facts.entry.get(n))
    )


def _bound(statement: Statement, facts: Facts) -> list[str]:
    """The names that a statement itself binds; an array stays the same one when it is changed in place."""
    targets = [t for t in getattr(statement, "targets", ()) if isinstance(t, NameTarget)]
    kept = isinstance(statement, Assign) and statement.augmented
    return [t.name for t in targets if not (kept and _is_array(facts.before[statement].facts.get(t.name)))]


def _is_array(fact: object) -> bool:
    return isinstance(fact, Num) and fact.box == "array"
