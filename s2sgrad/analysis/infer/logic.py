"""Questions with a bool for an answer: comparisons, truth, identity, membership; answered where facts decide them."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, FunctionFact, Num, RangeFact, Record, Seq, Static, python
from s2sgrad.analysis.infer.broadcasting import Fresh
from s2sgrad.analysis.infer.elementwise import elementwise
from s2sgrad.analysis.infer.instances import length_of
from s2sgrad.analysis.infer.operators import folded, operands
from s2sgrad.analysis.infer.table import infers

__all__ = ["COMPARISONS"]

COMPARISONS = (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne)


def _compare(op: Any) -> None:
    @infers(op)
    def infer(fresh: Fresh, a: Fact, b: Fact) -> Fact:
        if isinstance(a, Static) and isinstance(b, Static):
            return _compared_statics(op, a.value, b.value)
        if not (isinstance(a, Num) and isinstance(b, Num)) and _is_plain(a) and _is_plain(b):
            return python(bool)
        if (same := _same_dtype(a, b)) is not None and op in (operator.eq, operator.ne):
            return python(bool, same == (op is operator.eq))
        x, y = operands(a, b, fresh)
        return _compared(op, x, y, fresh)


def _same_dtype(a: Fact, b: Fact) -> bool | None:
    """Whether a dtype is the one that a type, a text or another dtype names; None where neither is a dtype."""
    dtypes = [fact.value for fact in (a, b) if isinstance(fact, Static) and isinstance(fact.value, np.dtype)]
    named = [fact.function if isinstance(fact, FunctionFact) else getattr(fact, "value", None) for fact in (a, b)]
    if not dtypes or not all(isinstance(value, np.dtype | type | str) for value in named):
        return None
    try:
        return bool(named[0] == named[1])
    except TypeError:  # a type or a text that names no dtype
        return None


def _is_plain(fact: Fact) -> bool:
    """True for a value of Python's own, whose comparison gives a bool (or raises)."""
    if isinstance(fact, Num):
        return fact.box == "py"
    return isinstance(fact, (Seq, Static, RangeFact)) or (isinstance(fact, Record) and fact.kind == "dict")


def _compared(op: Any, a: Num, b: Num, fresh: Fresh) -> Num:
    fact = folded(op, elementwise(op, [a, b], fresh), a, b)
    if fact.box == "py" and fact.value is None and op in (operator.eq, operator.ne) and _differ(a, b):
        return python(bool, op is operator.ne)
    return fact


def _differ(a: Num, b: Num) -> bool:
    """True where one integer is 1 and the other is a length that is not."""
    pairs = ((a, b), (b, a))
    return any(x.kind == y.kind == "i" and x.value == 1 and y.length is not None and y.length.not_one for x, y in pairs)


def _compared_statics(op: Any, a: Any, b: Any) -> Fact:
    plain = all(v is None or type(v) is str for v in (a, b))
    return python(bool, bool(op(a, b)) if plain and (op in (operator.eq, operator.ne) or None not in (a, b)) else None)


for _op in COMPARISONS:
    _compare(_op)


@infers(operator.not_)
def _not(fresh: Fresh, a: Fact) -> Fact:
    known = _truth(a)
    return python(bool, None if known is None else not known)


@infers(operator.truth, bool)
def _bool(fresh: Fresh, a: Fact) -> Fact:
    return python(bool, _truth(a))


def _truth(fact: Fact) -> bool | None:
    """The truth of a value where it is known."""
    if isinstance(fact, Static):
        return bool(fact.value) if fact.value is None or isinstance(fact.value, str) else None
    if isinstance(fact, Num):
        return None if fact.value is None else bool(fact.value)
    if isinstance(fact, Seq) and fact.kind not in ("list", "tuple"):
        return None
    constant = length_of(fact).constant if isinstance(fact, (Seq, RangeFact)) else None
    return None if constant is None else constant > 0


@infers(operator.is_)
def _is(fresh: Fresh, a: Fact, b: Fact) -> Fact:
    return python(bool, _identical(a, b))


@infers(operator.is_not)
def _is_not(fresh: Fresh, a: Fact, b: Fact) -> Fact:
    same = _identical(a, b)
    return python(bool, None if same is None else not same)


def _identical(a: Fact, b: Fact) -> bool | None:
    if isinstance(a, Static) and isinstance(b, Static):
        return None if isinstance(a.value, str) and isinstance(b.value, str) else a.value is b.value
    nothing = [fact for fact in (a, b) if isinstance(fact, Static) and fact.value is None]
    something = [fact for fact in (a, b) if isinstance(fact, (Num, Seq, Record, RangeFact, FunctionFact))]
    return False if nothing and something else None


@infers(operator.contains)
def _contains(fresh: Fresh, a: Fact, b: Fact) -> Fact:
    if isinstance(a, Record) and a.kind == "dict" and isinstance(b, Static) and isinstance(b.value, str):
        return python(bool, a.slot(b.value) is not None)
    return python(bool)
