"""Python's own functions on numbers and sequences, and the ``math`` module."""

from __future__ import annotations

import cmath
import functools
import math
import operator
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import (
    Bottom,
    Fact,
    FunctionFact,
    Num,
    RangeFact,
    Record,
    Seq,
    Static,
    join,
    python,
)
from s2sgrad.analysis.infer.broadcasting import Fresh
from s2sgrad.analysis.infer.creation import range_length
from s2sgrad.analysis.infer.instances import element_of, instantiate, join_all, length_of
from s2sgrad.analysis.infer.shapes import length_fact
from s2sgrad.analysis.infer.slices import SliceFact
from s2sgrad.analysis.infer.table import (
    NONE,
    ONE,
    ZERO,
    Unknown,
    call,
    handler_of,
    infers,
    is_none,
    numpy_functions,
)

__all__ = ["FLOATS", "INTEGERS", "PREDICATES"]

FLOATS = numpy_functions(
    "sqrt exp expm1 log log2 log10 log1p sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh "
    "pow hypot fabs erf erfc gamma lgamma copysign fmod degrees radians ldexp nextafter cbrt exp2 fma remainder",
    module=math,
)
INTEGERS = [math.floor, math.ceil, math.trunc, math.gcd, math.lcm, math.comb, math.perm, math.factorial, math.isqrt]
PREDICATES = [math.isnan, math.isinf, math.isfinite, math.isclose]
_LARGEST_RANGE = 4


def _of_numbers(function: Any, kind: type) -> None:
    @infers(function)
    def infer(fresh: Fresh, *args: Fact) -> Fact:
        if not all(isinstance(arg, Num) for arg in args):
            raise Unknown
        return python(kind)


for _kind, _functions in ((float, FLOATS), (int, INTEGERS), (bool, PREDICATES)):
    for _function in _functions:
        _of_numbers(_function, _kind)


@infers(float)
def _float(fresh: Fresh, x: Fact = ZERO) -> Fact:
    if isinstance(x, Static) and isinstance(x.value, str):
        return python(float)
    if not isinstance(x, Num):
        raise Unknown
    return python(float, None if x.value is None or isinstance(x.value, complex) else float(x.value))


@infers(int)
def _int(fresh: Fresh, x: Fact = ZERO) -> Fact:
    if isinstance(x, Num) and x.box == "py" and x.kind == "i":
        return x
    if not isinstance(x, Num) and not (isinstance(x, Static) and isinstance(x.value, str)):
        raise Unknown
    return python(int)


@infers(complex)
def _complex(fresh: Fresh, real: Fact, imag: Fact = ZERO) -> Fact:
    if not isinstance(real, Num) or not isinstance(imag, Num):
        raise Unknown
    return python(complex)


@infers(ord)
def _ord(fresh: Fresh, c: Fact) -> Fact:
    return python(int)


@infers(len)
def _len(fresh: Fresh, x: Fact) -> Fact:
    if isinstance(x, Static) and isinstance(x.value, str):
        return python(int, len(x.value))
    if isinstance(x, (Num, RangeFact, Record)) or (isinstance(x, Seq) and x.kind != "iterator"):
        return length_fact(length_of(x))
    return python(int)


@infers(range)
def _range(fresh: Fresh, *args: Fact) -> Fact:
    # 2 ** n may be a float as far as is known here; a range of floats raises in Python.
    bounds = [python(int) if arg.kind == "?" else arg for arg in args if isinstance(arg, Num) and arg.kind in "biu?"]
    if not len(bounds) == len(args) in (1, 2, 3):
        raise Unknown
    return RangeFact(range_length(bounds, fresh), bounds[0] if len(bounds) > 1 else python(int, 0))


@infers(isinstance)
def _isinstance(fresh: Fresh, x: Fact, classes: Fact) -> Fact:
    kind, wanted = _class_of(x), _classes(classes)
    known = kind is not None and wanted is not None and all(type(w) is type for w in wanted)
    return python(bool, issubclass(kind, wanted) if known and kind is not None and wanted is not None else None)


def _class_of(fact: Fact) -> type | None:
    """The class of a value where it is known exactly."""
    if isinstance(fact, Num):
        if fact.box == "array":
            return np.ndarray
        if fact.dtype is None or fact.maybe_complex or fact.box == "any":
            return None
        return fact.dtype.type if fact.box == "np" else {"b": bool, "i": int, "f": float, "c": complex}[fact.kind]
    if isinstance(fact, Seq):
        return {"list": list, "tuple": tuple}.get(fact.kind)
    if isinstance(fact, Static):
        return type(fact.value)
    return fact.cls if isinstance(fact, Record) else range if isinstance(fact, RangeFact) else None


def _classes(fact: Fact) -> tuple[type, ...] | None:
    value = fact.value if isinstance(fact, Static) else fact.function if isinstance(fact, FunctionFact) else None
    if isinstance(value, type):
        return (value,)
    if not isinstance(fact, Seq) or fact.items is None:
        return None
    inner = [_classes(item) for item in fact.items]
    return None if None in inner else tuple(c for classes in inner for c in classes or ())


# ---- one of several, the sum of several ----


def _selection(function: Any) -> None:
    @infers(function)
    def infer(fresh: Fresh, *args: Fact, default: Fact = NONE, key: Fact = NONE) -> Fact:
        choices = list(args) if len(args) > 1 else [element_of(args[0])]
        choices += [] if is_none(default) else [default]
        joined = instantiate(join_all(tuple(choices)), fresh)
        if not isinstance(joined, Num):
            raise Unknown
        return _selected(function, joined, args) if is_none(key) else joined


def _selected(function: Any, joined: Num, args: tuple[Fact, ...]) -> Num:
    numbers = [arg.value for arg in args if isinstance(arg, Num) and arg.box == "py"]
    values = [value for value in numbers if isinstance(value, (int, float))]
    if len(values) == len(args) > 1:
        best = function(values)
        return python(type(best), best)
    return joined


for _function in (max, min):
    _selection(_function)


def _folded_over(function: Any, op: Any, first: Fact) -> None:
    """``sum`` and ``math.prod``: the start, then one operation per element."""

    @infers(function)
    def infer(fresh: Fresh, iterable: Fact, start: Fact = first) -> Fact:
        handler = handler_of(op)
        assert handler is not None
        if isinstance(iterable, Seq) and iterable.items is not None:
            return functools.reduce(lambda a, b: call(handler, fresh, (a, b), {}), iterable.items, start)
        element = instantiate(element_of(iterable), fresh)
        return _repeated(lambda a: call(handler, fresh, (a, element), {}), start, length_of(iterable).some)


def _repeated(step: Any, start: Fact, sure: bool) -> Fact:
    """The join over any number of steps, over one or more if ``sure``."""
    total: Fact = Bottom() if sure else _forget(start)
    current = _forget(start)
    for _ in range(_LARGEST_RANGE):
        current = _forget(step(current))
        joined = join(total, current)
        if joined == total:
            return total
        total = current = joined
    raise Unknown


def _forget(fact: Fact) -> Fact:
    """A number without its value: sums are not followed number by number."""
    if not isinstance(fact, Num):
        raise Unknown
    return Num(fact.dtype, fact.box, fact.shape, roots=fact.roots, maybe_complex=fact.maybe_complex)


_folded_over(sum, operator.add, ZERO)
_folded_over(math.prod, operator.mul, ONE)


@infers(math.fsum)
def _fsum(fresh: Fresh, seq: Fact) -> Fact:
    if not isinstance(element_of(seq), Num):
        raise Unknown
    return python(float)


@infers(math.dist)
def _dist(fresh: Fresh, p: Fact, q: Fact) -> Fact:
    if not all(isinstance(element_of(x), Num) for x in (p, q)):
        raise Unknown
    return python(float)


@infers(any, all)
def _any(fresh: Fresh, iterable: Fact) -> Fact:
    return python(bool)


@infers(slice)
def _slice(fresh: Fresh, *parts: Fact) -> Any:
    if not 1 <= len(parts) <= 3:
        raise Unknown
    return SliceFact(NONE, parts[0]) if len(parts) == 1 else SliceFact(*parts)


def _of_complex(function: Any, kind: type) -> None:
    @infers(function)
    def infer(fresh: Fresh, x: Fact, y: Fact = ZERO) -> Fact:
        if not all(isinstance(fact, Num) and fact.rank == 0 for fact in (x, y)):
            raise Unknown
        return python(kind)


_OF_COMPLEX = "exp log10 sqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh rect"
for _name in _OF_COMPLEX.split():
    _of_complex(getattr(cmath, _name), complex)
_of_complex(cmath.phase, float)


@infers(cmath.log)
def _log_of_complex(fresh: Fresh, x: Fact) -> Fact:
    if not isinstance(x, Num) or x.rank != 0:
        raise Unknown
    return python(complex)
