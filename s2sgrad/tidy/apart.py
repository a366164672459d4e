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

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.infer import memory_effect
from s2sgrad.printed import OF_RULES
from s2sgrad.quote import names_in

__all__ = [
    "NO_LISTS",
    "Lists",
    "Pairs",
    "copies_list",
    "gives_list",
    "is_backward",
    "is_fresh",
    "is_module",
    "joined_lists",
    "makes_own",
    "sharing",
]

Pairs = frozenset[frozenset[str]]
NONE: Pairs = frozenset()

Lists = Mapping[str, bool]
"""The names that may hold a list or a record, each with whether its items may be such."""
NO_LISTS: Lists = MappingProxyType({})
_MAKERS = frozenset(("list", "tuple", "sorted", "reversed", "zip", "map", "filter", "enumerate"))


def sharing(body: list[gast.stmt], lists: Lists = NO_LISTS) -> dict[int, Pairs]:
    """By the identity of each statement, the pairs of names that may share memory when it is reached.

    Names that were never assigned are not paired: whoever asks knows of memory that came from outside.
    """
    return _Sharing(lists).of(body)


class _Sharing:
    """Follows the pairs through statements; ``lists`` tells where a copy or a sum holds the same arrays as before."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists
        self.found: dict[int, Pairs] = {}

    def of(self, body: list[gast.stmt]) -> dict[int, Pairs]:
        """The pairs at every statement of a function."""
        self._block(body, NONE)
        return self.found

    def _block(self, body: list[Any], pairs: Pairs) -> Pairs:
        for statement in body:
            self.found[id(statement)] = self.found.get(id(statement), NONE) | pairs
            pairs = self._statement(statement, pairs)
        return pairs

    def _statement(self, statement: Any, pairs: Pairs) -> Pairs:
        if isinstance(statement, gast.If):
            return self._block(statement.body, pairs) | self._block(statement.orelse, pairs)
        if isinstance(statement, gast.For):
            return self._loop(statement, pairs)
        targets = statement.targets if isinstance(statement, gast.Assign) else []
        if targets and all(isinstance(t, (gast.Name, gast.Tuple)) for t in targets):
            for target in targets:
                pairs = self._assigned(target, statement.value, pairs)
            return pairs
        if isinstance(statement, gast.AugAssign) and isinstance(statement.target, gast.Name):
            return pairs | _among([statement.target.id, *self._sources(statement.value)])
        if self._changes_nothing(statement):
            return pairs
        # Whatever this is, it may make anything in it share with anything else in it.
        return pairs | _among(_closure(names_in(statement), pairs))

    def _changes_nothing(self, statement: Any) -> bool:
        """True for what only reads, adds numbers to a part, or stores a fresh value (a list holds any other one)."""
        if isinstance(statement, gast.Assign):
            return isinstance(statement.targets[0], gast.Subscript) and not self._sources(statement.value)
        return isinstance(statement, (gast.Return, gast.Pass, gast.AugAssign))

    def _loop(self, statement: gast.For, pairs: Pairs) -> Pairs:
        while True:
            head = self._assigned(statement.target, statement.iter, pairs)
            again = pairs | self._block(statement.body, head)
            if again == pairs:
                return pairs
            pairs = again

    def _assigned(self, target: Any, value: Any, pairs: Pairs) -> Pairs:
        """The pairs after all targets are bound at once, each to what its value may share memory with."""
        display = isinstance(target, gast.Tuple) and isinstance(value, gast.Tuple)
        starred = any(isinstance(e, gast.Starred) for e in getattr(target, "elts", ()))
        if display and not starred and len(target.elts) == len(value.elts):
            bound = [(n, v) for t, v in zip(target.elts, value.elts, strict=True) for n in names_in(t)]
        else:
            bound = [(n, value) for n in names_in(target)]
        reach = {name: _closure(self._sources(v), pairs) for name, v in bound}
        kept = frozenset(p for p in pairs if not p & reach.keys())
        outside = {frozenset((n, other)) for n, names in reach.items() for other in names if other not in reach}
        # What one call gives may share memory although it shares none with the operands: a helper saves its result.
        one_value = isinstance(target, gast.Tuple) and not display and not is_backward(value)
        inside = {frozenset((a, b)) for a in reach for b in reach if a != b and (one_value or reach[a] & reach[b])}
        return kept | outside | inside

    def _sources(self, tree: Any) -> frozenset[str]:
        """The names with whose memory the value of an expression may share its own."""
        if isinstance(tree, gast.BinOp) and gives_list(tree, self.lists):
            return frozenset[str]().union(*map(self._sources, joined_lists(tree, self.lists)))
        if isinstance(tree, (gast.Constant, gast.BinOp, gast.UnaryOp, gast.Compare)) or is_backward(tree):
            return frozenset()
        if isinstance(tree, gast.Attribute) and tree.attr in ("shape", "size", "ndim", "dtype"):
            return frozenset()
        if isinstance(tree, (gast.Subscript, gast.Attribute, gast.Starred)):
            return self._sources(tree.value)
        if isinstance(tree, gast.Call):
            return self._call(tree)
        return frozenset(names_in(tree))

    def _call(self, tree: gast.Call) -> frozenset[str]:
        operands = [*tree.args, *(k.value for k in tree.keywords)]
        if isinstance(tree.func, gast.Attribute):
            if makes_own(tree) and not copies_list(tree, self.lists):
                return frozenset()
            operands.append(tree.func.value)
        return frozenset[str]().union(*(self._sources(o) for o in operands if not is_module(o)))


def _closure(names: Iterable[str], pairs: Pairs) -> frozenset[str]:
    """The names themselves and all that each of them may share memory with."""
    own = frozenset(names)
    return own.union(*(p for p in pairs if p & own))


def _among(names: Iterable[str]) -> Pairs:
    every = sorted(set(names))
    return frozenset(frozenset((a, b)) for i, a in enumerate(every) for b in every[i + 1 :])


def is_backward(tree: Any) -> bool:
    """True for a call of a generated backward function, or of a printed helper: what it returns is fresh, and apart."""
    name = tree.func.id if isinstance(tree, gast.Call) and isinstance(tree.func, gast.Name) else ""
    return name.startswith("backward_") or name == "sum_to" or name in OF_RULES


def is_module(tree: Any) -> bool:
    """True for NumPy itself."""
    return isinstance(tree, gast.Name) and tree.id in ("np", "numpy")


def makes_own(call: gast.Call) -> bool:
    """True for a call of a function or method of NumPy's whose result is always memory of its own.

    So is the conjugate, unless as a method of a real array.
    """
    function: Any = call.func
    return is_fresh(function.attr) or (function.attr in ("conj", "conjugate") and is_module(function.value))


def is_fresh(attribute: str) -> bool:
    """True for the function or method of NumPy's of this name if its result is always memory of its own."""
    found = (getattr(module, attribute, None) for module in (np.fft, np, np.linalg))
    function = next((f for f in found if callable(f)), None)
    return attribute == "copy" or (function is not None and memory_effect(function) == "fresh")


def gives_list(tree: Any, lists: Lists) -> bool:
    """True for an expression whose value may be a list: the items of its copies and sums are the same arrays.

    >>> from s2sgrad.quote import quote
    >>> [gives_list(quote(text), {"xs": False}) for text in ("xs", "xs[1:] + [a]", "xs[0] + a", "a * 2")]
    [True, True, False, False]
    """
    if isinstance(tree, gast.Name):
        return tree.id in lists
    if isinstance(tree, gast.Subscript):
        return gives_list(tree.value, lists) and (isinstance(tree.slice, gast.Slice) or _is_nested(tree.value, lists))
    if isinstance(tree, (gast.List, gast.Tuple, gast.Dict, gast.ListComp)):
        return True
    if isinstance(tree, gast.BinOp):
        return gives_list(tree.left, lists) or gives_list(tree.right, lists)
    if isinstance(tree, gast.IfExp):
        return gives_list(tree.body, lists) or gives_list(tree.orelse, lists)
    if isinstance(tree, gast.Call):
        return getattr(tree.func, "id", "") in _MAKERS or copies_list(tree, lists)
    return False


def joined_lists(tree: gast.BinOp, lists: Lists) -> list[gast.expr]:
    """The operands of a sum of lists, or the list of which a product is so many copies."""
    operands = [tree.left, tree.right]
    return [e for e in operands if gives_list(e, lists)] if isinstance(tree.op, gast.Mult) else operands


def _is_nested(tree: Any, lists: Lists) -> bool:
    while isinstance(tree, gast.Subscript):
        tree = tree.value
    return bool(lists.get(getattr(tree, "id", ""), True))


def copies_list(tree: gast.Call, lists: Lists) -> bool:
    """True for ``xs.copy()`` of what may be a list: only the list is another one."""
    method = isinstance(tree.func, gast.Attribute) and tree.func.attr == "copy"
    return method and not is_module(tree.func.value) and gives_list(tree.func.value, lists)
