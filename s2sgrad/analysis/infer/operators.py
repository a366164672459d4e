"""Operators: Python's own arithmetic on scalars and sequences, NumPy's on everything else.

Integers that are known by value, and lengths plus or minus a constant, stay known.
"""

from __future__ import annotations

import math
import operator
import warnings
from dataclasses import replace
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, Num, Seq, Static, join, python
from s2sgrad.analysis.infer.arraylike import number
from s2sgrad.analysis.infer.broadcasting import Fresh, plus, total
from s2sgrad.analysis.infer.elementwise import elementwise
from s2sgrad.analysis.infer.promotion import may_be_python, outcome
from s2sgrad.analysis.infer.table import NONE, Unknown, call, handler_of, infers

__all__ = ["ARITHMETIC", "INPLACE", "UNARY", "folded", "operands"]

ARITHMETIC = (
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.floordiv,
    operator.mod,
    operator.and_,
    operator.or_,
    operator.xor,
    operator.lshift,
    operator.rshift,
)
UNARY = (operator.neg, operator.pos, operator.invert, operator.abs, abs)
INPLACE = {
    operator.iadd: operator.add,
    operator.isub: operator.sub,
    operator.imul: operator.mul,
    operator.itruediv: operator.truediv,
    operator.ifloordiv: operator.floordiv,
    operator.imod: operator.mod,
    operator.ipow: operator.pow,
    operator.imatmul: operator.matmul,
}
_LARGEST = 2**31
_FOLDED = {bool, int, float}


def operands(a: Fact, b: Fact, fresh: Fresh) -> list[Num]:
    """The operands as numbers; a list is an array only next to an array."""
    arrays = any(isinstance(fact, Num) and (fact.box == "array" or fact.rank) for fact in (a, b))
    if not arrays and not (isinstance(a, Num) and isinstance(b, Num)):
        raise Unknown
    return [number(a, fresh), number(b, fresh)]


def _fold(op: Any, *operands: Num) -> Any:
    """The value of an operation on Python scalars that are known exactly, None where one is not."""
    values: list[Any] = [o.value for o in operands if o.box == "py" and type(o.value) in _FOLDED]
    if len(values) < len(operands) or any(_LARGEST < abs(v) < math.inf for v in values):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python 3.12 deprecates ~True; the user's own line says so.
            return op(*values)
    except (ArithmeticError, TypeError, ValueError):
        return None


def folded(op: Any, fact: Num, *operands: Num) -> Num:
    """``fact`` of ``op(*operands)``, with its value where that of every operand is known; else the same object."""
    value = _fold(op, *operands)
    return fact if value is None or fact.box != "py" or type(value) not in _FOLDED else python(type(value), value)


def _shifted(op: Any, fact: Num, a: Num, b: Num) -> Num:
    """The length of ``a + k``, ``k + a`` or ``a - k`` where ``a`` has one; ``a`` exact, or its positive part only."""
    if fact.box != "py" or fact.kind != "i" or op not in (operator.add, operator.sub):
        return fact
    if op is operator.add and a.length is not None and a.length.constant is not None:
        a, b = b, a
    if a.length is None or type(b.value) is not int:
        return fact
    return replace(fact, length=_moved(a, b.value if op is operator.add else -b.value))


def _moved(a: Num, k: int) -> Dim | None:
    assert a.length is not None
    if k > 0 and a.origin is not None and a.length.symbol is not None:  # the very integer, not its positive part
        return Dim(a.length.symbol, a.length.offset + k)
    return plus(a.length, k)


def _arithmetic(op: Any) -> None:
    @infers(op)
    def infer(fresh: Fresh, a: Fact, b: Fact) -> Fact:
        if isinstance(a, Seq) and isinstance(b, Seq):
            return _concatenated(op, a, b, fresh)
        if op is operator.mul and (isinstance(a, Seq) or isinstance(b, Seq)) and _is_count(a, b):
            return _repeated(a, b, fresh)
        x, y = operands(a, b, fresh)
        fact = elementwise(op, [x, y], fresh)
        return _shifted(op, fact, x, y) if (known := folded(op, fact, x, y)) is fact else known


def _concatenated(op: Any, a: Seq, b: Seq, fresh: Fresh) -> Fact:
    if op is not operator.add or a.kind != b.kind or a.kind not in ("list", "tuple"):
        raise Unknown
    if a.items is not None and b.items is not None:
        return Seq(a.kind, a.items + b.items, join(a.element, b.element), Dim.of(len(a.items) + len(b.items)))
    return Seq(a.kind, None, join(a.element, b.element), total([a.length, b.length], fresh))


def _is_count(a: Fact, b: Fact) -> bool:
    return any(isinstance(fact, Num) and fact.box == "py" and fact.kind in "bi" for fact in (a, b))


def _repeated(a: Fact, b: Fact, fresh: Fresh) -> Fact:
    sequence, count = (a, b) if isinstance(a, Seq) else (b, a)
    assert isinstance(sequence, Seq) and isinstance(count, Num)
    if sequence.kind not in ("list", "tuple"):
        raise Unknown
    n = None if count.value is None else max(0, int(count.value.real))
    if sequence.items is not None and n is not None and n * len(sequence.items) <= 32:
        return replace(sequence, items=sequence.items * n, length=Dim.of(n * len(sequence.items)), apart=False)
    single = sequence.length.is_one and count.length is not None and not count.length.anonymous
    length = count.length if single and count.length is not None else fresh("repeat")
    return replace(sequence, items=None, length=length, apart=False)


for _op in ARITHMETIC:
    _arithmetic(_op)


def _unary(op: Any) -> None:
    @infers(op)
    def infer(fresh: Fresh, a: Fact) -> Fact:
        if not isinstance(a, Num):
            raise Unknown
        return folded(op, elementwise(op, [a], fresh), a)


for _function in UNARY:
    _unary(_function)


@infers(operator.pow, pow)
def _power(fresh: Fresh, a: Fact, b: Fact) -> Fact:
    x, y = operands(a, b, fresh)
    fact = elementwise(operator.pow, [x, y], fresh)
    if (known := folded(operator.pow, fact, x, y)) is not fact:
        return known
    return _python_power(fact, x, y) if may_be_python(x) and may_be_python(y) else fact


def _python_power(fact: Num, a: Num, b: Num) -> Num:
    """Python's power leaves the integers for a negative exponent, and the reals for a fractional one."""
    natural = b.value is not None and not isinstance(b.value, complex) and b.value >= 0
    if a.kind in "biu?" and b.kind in "biu?" and not natural:
        fact = replace(fact, dtype=None)
    return replace(fact, maybe_complex=True) if _leaves_reals(a, b) else fact


def _leaves_reals(a: Num, b: Num) -> bool:
    if "c" in (a.kind, b.kind) or b.kind in "biu":
        return False
    positive = isinstance(a.value, (bool, int, float)) and a.value >= 0
    whole = isinstance(b.value, float) and b.value.is_integer()
    return not positive and not whole


def _inplace(op: Any, plain: Any) -> None:
    @infers(op)
    def infer(fresh: Fresh, a: Fact, b: Fact) -> Fact:
        if isinstance(a, Num) and a.box == "array":
            return a
        handler = handler_of(plain)
        if not isinstance(a, Num) or a.box == "any" or handler is None:
            raise Unknown
        return call(handler, fresh, (a, b), {})


for _op, _plain in INPLACE.items():
    _inplace(_op, _plain)


@infers(divmod)
def _divmod(fresh: Fresh, a: Fact, b: Fact) -> Fact:
    x, y = operands(a, b, fresh)
    parts = tuple(elementwise(op, [x, y], fresh) for op in (operator.floordiv, operator.mod))
    return Seq("tuple", parts, join(*parts), Dim.of(2))


@infers(round)
def _round(fresh: Fresh, a: Fact, ndigits: Fact = NONE) -> Fact:
    if not isinstance(a, Num) or a.rank != 0:
        raise Unknown
    digits = {} if isinstance(ndigits, Static) else {"ndigits": 1}
    dtype, box = outcome(round, [a], **digits)
    return Num(dtype if dtype is not None or digits else np.dtype(int), box, ())
