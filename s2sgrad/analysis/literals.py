"""Variables that start as a literal number and hold an array later: what a call gives must hold of both.

A variable of which ``total = 0.0`` is met by an array keeps the array's axes, and its box says that it may be a number
(see :func:`may_be_number`). With the number for its operand, a call may give fewer axes, or another answer.

>>> from s2sgrad.analysis.facts import Symbol, array, python
>>> row, matrix = (array("f8", [Dim(Symbol(n)) for n in names]) for names in ("m", "nm"))
>>> start = replace(matrix, box="any")
>>> may_be_number(start), may_be_number(matrix), [[f.rank for f in case] for case in with_numbers([start, row])]
(True, False, [[0, 1]])
>>> in_either_case(matrix, row).shape, in_either_case(matrix, matrix).box, in_either_case(matrix, python(float)).box
(None, 'array', 'any')
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, Num, Opaque, Seq, join, like_any
from s2sgrad.analysis.infer.randoms import PARAMETRIC

__all__ = [
    "in_doubt",
    "in_either_case",
    "is_elementwise",
    "may_be_number",
    "may_round",
    "of_known_kind",
    "with_numbers",
]


def may_be_number(fact: Fact) -> bool:
    """True for an array that is a number where its variable still holds what it started with; for a list of such."""
    if isinstance(fact, Seq):
        return any(map(may_be_number, (fact.element, *(fact.items or ()))))
    return isinstance(fact, Num) and fact.box == "any" and bool(fact.shape)


def with_numbers(operands: Sequence[Fact]) -> Iterator[list[Fact]]:
    """The operands with each of those that may be a number taken for one, and with all of them."""
    found = [n for n, fact in enumerate(operands) if may_be_number(fact)]
    for chosen in [{n} for n in found] + [set(found)] * (len(found) > 1):
        yield [_as_number(fact) if n in chosen else fact for n, fact in enumerate(operands)]


def in_doubt(function: Any, facts: dict[str, Fact]) -> dict[str, Fact]:
    """What rules may rely on of operands: none has a rank that may be a number where the function takes one."""
    doubtful = any(map(may_be_number, facts.values()))
    if not doubtful or function in _FOR_ARRAYS or is_elementwise(function):
        return facts
    return {k: replace(f, shape=None) if isinstance(f, Num) and may_be_number(f) else f for k, f in facts.items()}


_FOR_ARRAYS = (operator.getitem, operator.matmul, np.matmul)
"""What raises for a number."""

_ELEMENTWISE_OPERATORS = frozenset((
    operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.mod, operator.floordiv,
    operator.neg, operator.pos, np.where, np.clip,
))  # fmt: skip


def is_elementwise(function: Any) -> bool:
    """True for a function that works element by element with broadcasting."""
    if isinstance(function, np.ufunc):
        return function.signature is None
    try:
        return function in _ELEMENTWISE_OPERATORS or function in PARAMETRIC
    except TypeError:
        return False


def may_round(fact: Fact) -> bool:
    """True for an array or a number of a dtype that is not known, and may be of whole numbers."""
    return isinstance(fact, Num) and fact.kind == "?" and bool(fact.maybe_whole)


def of_known_kind(fact: Fact) -> Fact:
    """The same of whole numbers where it may be of such, of floats in double precision where it is of floats.

    Whether a result is of floats does not hang on their precision, and NumPy 1 tells that by the values.
    """
    if isinstance(fact, Seq):
        items = None if fact.items is None else tuple(map(of_known_kind, fact.items))
        return replace(fact, items=items, element=of_known_kind(fact.element))
    if not isinstance(fact, Num) or fact.kind not in "?f":
        return fact
    return replace(fact, dtype=np.dtype(float if fact.holds_floats else int))


def _as_number(fact: Fact) -> Fact:
    if isinstance(fact, Seq):
        items = None if fact.items is None else tuple(map(_as_number, fact.items))
        return replace(fact, items=items, element=_as_number(fact.element))
    if not isinstance(fact, Num) or not may_be_number(fact):
        return fact
    return replace(fact, shape=(), dtype=np.dtype(int) if fact.maybe_whole else fact.dtype)


def in_either_case(of_array: Fact, of_number: Fact, elementwise: bool = False) -> Fact:
    """What is known of a result, from what would be known of it with an array for an operand, and with a number.

    A call of which nothing is known with a number raises there, as a rule: no number is indexed, or has a transpose.
    ``elementwise``: a length that the other operands prove to differ from 1 is that of the result in both cases.
    """
    if isinstance(of_number, Opaque) or of_array == of_number:
        return of_array
    if isinstance(of_array, Num) and isinstance(of_number, Num) and of_array.floating and of_number.kind in "biu?":
        known = of_array.box == "array" and of_number.box == "array"
        of_array = replace(of_array, dtype=None if known else of_array.dtype, maybe_whole=True)
    if isinstance(of_array, Num) and isinstance(of_number, Num) and of_array.shape and of_number.shape is not None:
        if len(of_array.shape) == len(of_number.shape):
            pairs = zip(of_array.shape, of_number.shape, strict=True)
            return replace(of_array, shape=tuple(_either_length(a, b, elementwise) for a, b in pairs))
        if not of_number.shape:
            return replace(of_array, box="any", roots=of_array.roots | of_number.roots)
    return join(of_array, of_number)


def _either_length(of_array: Dim, of_number: Dim, elementwise: bool) -> Dim:
    if of_array == of_number or (elementwise and of_number.not_one):
        return of_number
    return like_any(of_array, of_number)
