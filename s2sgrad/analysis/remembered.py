"""Facts of Python's operators on numbers, inferred once for operands that are alike but for their memory.

While code is generated the same few kinds of arrays are multiplied over and over.

>>> from s2sgrad.analysis.facts import Dim, array
>>> x, y = array(float, (Dim.of(3),), frozenset(["x"])), array(float, (Dim.of(3),), frozenset(["y"]))
>>> of_operator(operator.mul, [x, y]) is of_operator(operator.mul, [y, x])
True
>>> of_operator(operator.mul, [x, array(float, None)]) is None
True
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from s2sgrad.analysis import infer as table
from s2sgrad.analysis.facts import Dim, Fact, Num

__all__ = ["of_operator"]

_OPERATORS = frozenset(
    [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.matmul, operator.neg]
)
"""Their results share no memory with their operands."""


class _TakesLength(Exception):
    """Raised where the result has a length of its own, which no other result may share."""


def of_operator(function: Any, operands: Sequence[Fact]) -> Num | None:
    """The fact of an operator on numbers, without memory; None where it has to be inferred each time."""
    if function not in _OPERATORS:
        return None
    for operand in operands:
        if not isinstance(operand, Num) or operand.shape is None:
            return None
    return _result(function, *map(_without_memory, operands))


def _without_memory(fact: Any) -> tuple[Any, ...]:
    dtype, value = fact.dtype, fact.value
    written = None if value is None else (type(value), repr(value))  # 1 equals True, and 0.0 equals -0.0
    known = None if dtype is None else dtype.str  # None equals the dtype float64
    return known, fact.box, fact.shape, written, value, fact.length, fact.origin, fact.maybe_complex


@functools.lru_cache(maxsize=4096)
def _result(function: Any, *operands: tuple[Any, ...]) -> Num | None:
    try:
        found = table.infer(function, list(map(_number, operands)), {}, _own_length)
    except _TakesLength:
        return None
    return found if isinstance(found, Num) else None


def _number(parts: tuple[Any, ...]) -> Num:
    dtype, box, shape, _, value, length, origin, maybe_complex = parts
    exact = None if dtype is None else np.dtype(dtype)
    return Num(exact, box, shape, value, length, origin, maybe_complex=maybe_complex)


def _own_length(*_: Any, **__: Any) -> Dim:
    raise _TakesLength
