"""Which names may share memory, pair by pair: two arrays that a loop exchanges are never one.

To say of each name what memory it may hold is not enough there: after any number of exchanges both names may hold
either array. Here it is the pairs that are followed, through every assignment, to a fixed point around loops.

>>> from s2sgrad.quote import statements
>>> body = statements("a = x * 2\\nb = np.zeros_like(a)\\nfor _ in range(3):\\n    a, b = b, a\\nc = a[1:]")
>>> sorted(map(sorted, sharing(body)[id(body[-1])])), sorted(map(sorted, sharing([*body, body[0]])[id(body[-1])]))
([], [])
>>> body = statements("a = x * 2\\nc = a[1:]\\na += 1")
>>> sorted(map(sorted, sharing(body)[id(body[-1])]))
[['a', 'c']]
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.infer import memory_effect
from s2sgrad.quote import names_in

__all__ = ["Pairs", "is_backward", "is_fresh", "is_module", "sharing"]

Pairs = frozenset[frozenset[str]]
NONE: Pairs = frozenset()


def sharing(body: list[gast.stmt]) -> dict[int, Pairs]:
    """By the identity of each statement, the pairs of names that may share memory when it is reached.

    Names that were never assigned are not paired: whoever asks knows of memory that came from outside.
    """
    found: dict[int, Pairs] = {}
    _block(body, NONE, found)
    return found


def _block(body: list[Any], pairs: Pairs, found: dict[int, Pairs]) -> Pairs:
    for statement in body:
        found[id(statement)] = found.get(id(statement), NONE) | pairs
        pairs = _statement(statement, pairs, found)
    return pairs


def _statement(statement: Any, pairs: Pairs, found: dict[int, Pairs]) -> Pairs:
    if isinstance(statement, gast.If):
        return _block(statement.body, pairs, found) | _block(statement.orelse, pairs, found)
    if isinstance(statement, gast.For):
        return _loop(statement, pairs, found)
    if isinstance(statement, gast.Assign) and all(isinstance(t, (gast.Name, gast.Tuple)) for t in statement.targets):
        for target in statement.targets:
            pairs = _assigned(target, statement.value, pairs)
        return pairs
    if isinstance(statement, gast.AugAssign) and isinstance(statement.target, gast.Name):
        return pairs | _among([statement.target.id, *_sources(statement.value)])
    if _changes_nothing(statement):
        return pairs
    # Whatever this is, it may make anything in it share with anything else in it.
    return pairs | _among(_closure(names_in(statement), pairs))


def _changes_nothing(statement: Any) -> bool:
    """True for what only reads, adds numbers to a part, or stores a fresh value (a list would hold any other one)."""
    if isinstance(statement, gast.Assign):
        return isinstance(statement.targets[0], gast.Subscript) and not _sources(statement.value)
    return isinstance(statement, (gast.Return, gast.Pass, gast.AugAssign))


def _loop(statement: gast.For, pairs: Pairs, found: dict[int, Pairs]) -> Pairs:
    while True:
        head = _assigned(statement.target, statement.iter, pairs)
        again = pairs | _block(statement.body, head, found)
        if again == pairs:
            return pairs
        pairs = again


def _assigned(target: Any, value: Any, pairs: Pairs) -> Pairs:
    """The pairs after all targets are bound at once, each to what its value may share memory with."""
    display = isinstance(target, gast.Tuple) and isinstance(value, gast.Tuple)
    if display and len(target.elts) == len(value.elts) and not any(isinstance(e, gast.Starred) for e in target.elts):
        bound = [(n, v) for t, v in zip(target.elts, value.elts, strict=True) for n in names_in(t)]
    else:
        bound = [(n, value) for n in names_in(target)]
    reach = {name: _closure(_sources(v), pairs) for name, v in bound}
    kept = frozenset(p for p in pairs if not p & reach.keys())
    outside = {frozenset((n, other)) for n, names in reach.items() for other in names if other not in reach}
    # What one call gives may share memory although it shares none with the operands: a helper saves its result.
    one_value = isinstance(target, gast.Tuple) and not display and not is_backward(value)
    inside = {frozenset((a, b)) for a in reach for b in reach if a != b and (one_value or reach[a] & reach[b])}
    return kept | outside | inside


def _closure(names: Iterable[str], pairs: Pairs) -> frozenset[str]:
    """The names themselves and all that each of them may share memory with."""
    own = frozenset(names)
    return own.union(*(p for p in pairs if p & own))


def _among(names: Iterable[str]) -> Pairs:
    every = sorted(set(names))
    return frozenset(frozenset((a, b)) for i, a in enumerate(every) for b in every[i + 1 :])


def _sources(tree: Any) -> frozenset[str]:
    """The names with whose memory the value of an expression may share its own."""
    if isinstance(tree, (gast.Constant, gast.BinOp, gast.UnaryOp, gast.Compare)) or is_backward(tree):
        return frozenset()
    if isinstance(tree, gast.Attribute) and tree.attr in ("shape", "size", "ndim", "dtype"):
        return frozenset()
    if isinstance(tree, (gast.Subscript, gast.Attribute, gast.Starred)):
        return _sources(tree.value)
    if isinstance(tree, gast.Call):
        return _call(tree)
    return frozenset(names_in(tree))


def _call(tree: gast.Call) -> frozenset[str]:
    operands = [*tree.args, *(k.value for k in tree.keywords)]
    if isinstance(tree.func, gast.Attribute):
        if is_fresh(tree.func.attr):
            return frozenset()
        operands.append(tree.func.value)
    return frozenset[str]().union(*(_sources(o) for o in operands if not is_module(o)))


def is_backward(tree: Any) -> bool:
    """True for a call of a generated backward function, or of ``sum_to``: what it returns is fresh, and apart."""
    name = tree.func.id if isinstance(tree, gast.Call) and isinstance(tree.func, gast.Name) else ""
    return name.startswith("backward_") or name == "sum_to"


def is_module(tree: Any) -> bool:
    """True for NumPy itself."""
    return isinstance(tree, gast.Name) and tree.id in ("np", "numpy")


def is_fresh(attribute: str) -> bool:
    """True for the function or method of NumPy's of this name if its result is always memory of its own."""
    function = getattr(np, attribute, None) or getattr(np.linalg, attribute, None)
    return attribute == "copy" or (function is not None and memory_effect(function) == "fresh")
