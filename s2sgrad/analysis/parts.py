"""Which names stand for a part of another array, by an index that can be written again at another place."""

from __future__ import annotations

import builtins
import operator
from collections.abc import Iterator

import gast
import numpy as np

from s2sgrad.analysis import infer as table
from s2sgrad.analysis.facts import Num, as_slice
from s2sgrad.analysis.found import Facts
from s2sgrad.analysis.ir import Assign, For, NameTarget, Op, StoreTarget
from s2sgrad.normalize.wanted import Rewriting, rewriting_at
from s2sgrad.quote import names_in

__all__ = ["is_part", "view_bindings", "views_of_stores"]


def view_bindings(names: tuple[str, ...], facts: Facts) -> Iterator[Rewriting]:
    """The rewritings that write these names as the parts that they stand for, in the order of the names."""
    for name in names:
        for statement in facts.before:
            if isinstance(statement, Assign):
                yield from _assigned(statement, name, facts)
            elif isinstance(statement, For) and _is_row(statement, name) and _walks_arrays(statement, facts):
                yield rewriting_at(f"rows {' '.join(names_in(statement.node.target))}", statement.node)


def views_of_stores(statement: Assign, written: frozenset[str], facts: Facts) -> frozenset[int]:
    """The positions of the values that are views of what is ``written``; none where one cannot be read later on."""
    node = statement.node
    sides = (node.targets[0], node.value) if isinstance(node, gast.Assign) and len(node.targets) == 1 else ()
    if not sides or not all(len(getattr(side, "elts", ())) == len(statement.targets) for side in sides):
        return frozenset()
    found: set[int] = set()
    for i, target in enumerate(statement.targets):
        fact = facts.of[target.value]
        stores = isinstance(target, StoreTarget) and is_part(target.base, facts)
        if not stores or not _means_the_same(target.index, facts):  # type: ignore[union-attr]
            return frozenset()
        if isinstance(fact, Num) and fact.box in ("array", "any") and fact.roots & written:
            if not is_part(target.value, facts):
                return frozenset()
            found.add(i)
    return frozenset(found)


def _is_row(statement: For, name: str) -> bool:
    return any(t.name == name for t in statement.targets)


def _assigned(statement: Assign, name: str, facts: Facts) -> Iterator[Rewriting]:
    named = [t for t in statement.targets if isinstance(t, NameTarget) and t.name == name]
    target = getattr(statement.node, "targets", [None])[0]
    nodes = target.elts if isinstance(target, gast.Tuple) else [target]
    for node in nodes:
        if isinstance(node, gast.Name) and node.id == name and named and is_part(named[0].value, facts):
            yield rewriting_at(f"view {name}", node)


def _walks_arrays(statement: For, facts: Facts) -> bool:
    """True for a loop over the rows of arrays that are held by names, alone, numbered or in step."""
    target, iterable = statement.node.target, statement.iterable
    bound = facts.calls.get(iterable)
    if bound is not None and bound.function in (builtins.enumerate, builtins.zip) and not bound.keywords:
        names = isinstance(target, gast.Tuple) and all(isinstance(e, gast.Name) for e in target.elts)
        count = 1 if bound.function is builtins.enumerate else len(getattr(target, "elts", ()))
        return names and len(bound.args) == count and all(_has_rows(a, facts) for a in bound.args)
    return isinstance(target, gast.Name) and _has_rows(iterable, facts)


def _has_rows(op: Op, facts: Facts) -> bool:
    fact = facts.of[op]
    return isinstance(fact, Num) and fact.rank is not None and fact.rank > 1 and is_part(op, facts)


def is_part(op: Op, facts: Facts) -> bool:
    """True for a variable that holds an array, and for a view of one by an index that means the same later on."""
    fact, bound = facts.of[op], facts.calls.get(op)
    if not isinstance(fact, Num) or fact.box != "array":
        return False
    if op.form == "read":
        return True
    if bound is None or not bound.args or op.args[0].form == "global":
        return False
    if op in facts.flat:
        return True
    if bound.function is operator.getitem:
        index = bound.args[1]
        sure = table.getitem_effect(facts.of[index]) == "view" and _means_the_same(index, facts)
        return sure and is_part(bound.args[0], facts)
    if bound.function in (np.transpose, np.swapaxes):
        return all(_means_the_same(a, facts) for a in bound.args[1:]) and is_part(bound.args[0], facts)
    return False


def _means_the_same(index: Op, facts: Facts) -> bool:
    """True for an index made of numbers, scalar variables, their arithmetic and lengths of arrays."""
    if index.form in ("slice", "tuple"):
        return all(_means_the_same(a, facts) for a in index.args)
    if index.form == "const":
        return True
    fact, bound = facts.of[index], facts.calls.get(index)
    if index.form == "read" and as_slice(fact) is not None:
        return True
    if index.form == "read":
        return isinstance(fact, Num) and fact.box in ("py", "np") and fact.rank == 0
    if bound is not None and bound.function in (builtins.len, np.shape, np.size, np.ndim):
        return all(a.form == "read" and isinstance(facts.of[a], Num) for a in bound.args)
    if bound is not None and bound.function is operator.getitem and _is_shape(bound.args[0], facts):
        return _means_the_same(bound.args[1], facts) and _means_the_same(bound.args[0], facts)
    arithmetic = bound is not None and getattr(bound.function, "__module__", "") == "_operator"
    scalar = isinstance(fact, Num) and fact.box in ("py", "np") and index.payload is not operator.getitem
    return arithmetic and scalar and all(_means_the_same(a, facts) for a in index.args)


def _is_shape(op: Op, facts: Facts) -> bool:
    bound = facts.calls.get(op)
    return bound is not None and bound.function is np.shape
