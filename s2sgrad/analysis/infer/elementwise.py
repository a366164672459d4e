"""Elementwise functions: every ufunc, and their relatives that are none."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, Num, Seq, Static
from s2sgrad.analysis.infer.arraylike import number
from s2sgrad.analysis.infer.broadcasting import Fresh, broadcast
from s2sgrad.analysis.infer.instances import join_all
from s2sgrad.analysis.infer.promotion import outcome
from s2sgrad.analysis.infer.table import FALSE, NONE, ZERO, Unknown, dtype_of, infers, numpy_functions

__all__ = ["elementwise", "is_elementwise_ufunc", "ufunc"]


def is_elementwise_ufunc(function: Any) -> bool:
    """True for a ufunc that works element by element on numbers (not one made of a Python function)."""
    return type(function) is np.ufunc and _works_on_numbers(function)


@functools.lru_cache(maxsize=1024)
def _works_on_numbers(function: np.ufunc) -> bool:
    numbers = set("?bBhHiIlLqQefdgFDG->")
    return function.signature is None and any(set(types) <= numbers for types in function.types)


def elementwise(function: Any, operands: Sequence[Num], fresh: Fresh, **options: Any) -> Num:
    """The fact of an elementwise function with one result, of operands that are broadcast."""
    dtype, box = outcome(function, operands, **options)
    shape = broadcast([operand.shape for operand in operands], fresh)
    return Num(dtype, "array" if shape else box, shape)


def ufunc(function: np.ufunc) -> Any:
    """The inference function of a ufunc."""

    def infer(fresh: Fresh, *args: Fact, dtype: Fact = NONE) -> Fact:
        if len(args) != function.nin:  # one more is ``out``
            raise Unknown
        operands = [number(arg, fresh) for arg in args]
        wanted = dtype_of(dtype)
        options = {} if wanted is None else {"dtype": wanted}
        if function.nout == 1:
            return elementwise(function, operands, fresh, **options)
        parts = [elementwise(_part(function, i), operands, fresh, **options) for i in range(function.nout)]
        return Seq("tuple", tuple(parts), join_all(tuple(parts)), Dim.of(len(parts)))

    return infer


_PARTS: dict[tuple[int, int], Any] = {}


def _part(function: np.ufunc, i: int) -> Any:
    def part(*args: Any, **options: Any) -> Any:
        return function(*args, **options)[i]

    return _PARTS.setdefault((id(function), i), part)


def _register(name: str) -> None:
    """One operand, result of its shape, no argument that decides about it."""
    for function in numpy_functions(name):

        @infers(function)
        def infer(fresh: Fresh, x: Fact, function: Any = function) -> Fact:
            return elementwise(function, [number(x, fresh)], fresh)


for _name in ("real", "imag", "fix", "i0", "sinc", "isreal", "iscomplex", "isposinf", "isneginf"):
    _register(_name)


@infers(np.angle)
def _angle(fresh: Fresh, z: Fact, deg: Fact = FALSE) -> Fact:
    return elementwise(np.angle, [number(z, fresh)], fresh)


@infers(*numpy_functions("round around round_"))
def _round(fresh: Fresh, a: Fact, decimals: Fact = ZERO) -> Fact:
    return elementwise(np.round, [number(a, fresh)], fresh)


@infers(np.nan_to_num)
def _nan_to_num(
    fresh: Fresh, x: Fact, copy: Fact = FALSE, nan: Fact = ZERO, posinf: Fact = NONE, neginf: Fact = NONE
) -> Fact:
    return elementwise(np.nan_to_num, [number(x, fresh)], fresh)


@infers(np.clip)
def _clip(
    fresh: Fresh,
    a: Fact,
    a_min: Fact = NONE,
    a_max: Fact = NONE,
    *,
    min: Fact = NONE,
    max: Fact = NONE,
) -> Fact:
    bounds = [bound for bound in (a_min, a_max, min, max) if not (isinstance(bound, Static) and bound.value is None)]
    if not 1 <= len(bounds) <= 2:
        raise Unknown
    operands = [number(fact, fresh) for fact in (a, *bounds)]
    return elementwise(np.maximum if len(bounds) == 1 else np.clip, operands, fresh)


@infers(np.real_if_close)
def _real_if_close(fresh: Fresh, a: Fact, tol: Fact = ZERO) -> Fact:
    x = number(a, fresh)
    if x.kind not in "fc" or x.dtype is None or not x.rank:
        raise Unknown
    return Num(np.empty(0, x.dtype).real.dtype, "array", x.shape, maybe_complex=x.kind == "c" or x.maybe_complex)


def _leaving_the_reals(function: Any, plain: Any) -> None:
    """A function of ``np.emath``, which does what a plain one does where that is real."""

    @infers(function)
    def infer(fresh: Fresh, *args: Fact) -> Fact:
        operands = [number(arg, fresh) for arg in args]
        if len(operands) > 1:
            operands = [_in_array(x) for x in operands]
        return _maybe_complex(elementwise(plain, operands, fresh))


for _name in ("sqrt", "log", "log2", "log10", "power", "arccos", "arcsin", "arctanh"):
    _leaving_the_reals(vars(np.emath)[_name], vars(np)[_name])


@infers(np.emath.logn)
def _logn(fresh: Fresh, n: Fact, x: Fact) -> Fact:
    base = number(n, fresh).value
    logarithms = [elementwise(np.log, [_in_array(number(fact, fresh))], fresh) for fact in (n, x)]
    if isinstance(base, (int, float)) and base > 0:  # NumPy 1 decides by its value how wide a scalar is
        logarithms[0] = replace(logarithms[0], value=np.log(base))
    return _maybe_complex(elementwise(np.true_divide, logarithms, fresh))


def _maybe_complex(fact: Num) -> Num:
    """What is complex where an operand leaves the reals."""
    if fact.kind not in ("f", "c"):
        raise Unknown
    return replace(fact, box="array" if fact.shape else "np", maybe_complex=fact.kind == "f")


def _in_array(x: Num) -> Num:
    """As ``np.asarray`` makes it: a Python number is as wide as NumPy's there."""
    return replace(x, box="np", value=None) if x.box == "py" else x


@infers(np.where)
def _where(fresh: Fresh, condition: Fact, *choices: Fact) -> Fact:
    operands = [number(fact, fresh) for fact in (condition, *choices)]
    if len(operands) == 1:
        return nonzero(operands[0], fresh)
    return elementwise(np.where, operands, fresh)


def nonzero(a: Num, fresh: Fresh) -> Fact:
    """A tuple of index arrays, one per axis."""
    if not a.rank:
        raise Unknown
    index = Num(np.dtype(np.intp), "array", (fresh("nonzero"),))
    return Seq("tuple", (index,) * a.rank, index, Dim.of(a.rank))


@infers(np.nonzero)
def _nonzero(fresh: Fresh, a: Fact) -> Fact:
    return nonzero(number(a, fresh), fresh)


@infers(np.isclose)
def _isclose(fresh: Fresh, a: Fact, b: Fact, rtol: Fact = ZERO, atol: Fact = ZERO, equal_nan: Fact = FALSE) -> Fact:
    return elementwise(np.isclose, [number(fact, fresh) for fact in (a, b, rtol, atol)], fresh)


@infers(np.interp)
def _interp(fresh: Fresh, x: Fact, xp: Fact, fp: Fact, left: Fact = NONE, right: Fact = NONE) -> Fact:
    x, fp = number(x, fresh), number(fp, fresh)
    if fp.dtype is None or x.rank is None:
        return Num(None, "any", x.shape)
    dtype = np.dtype(complex if fp.kind == "c" else float)
    return Num(dtype, "array" if x.rank else "any", x.shape)


@infers(np.select)
def _select(fresh: Fresh, condlist: Fact, choicelist: Fact, default: Fact = ZERO) -> Fact:
    if not (isinstance(condlist, Seq) and isinstance(choicelist, Seq) and condlist.items and choicelist.items):
        raise Unknown
    conditions = [number(item, fresh) for item in condlist.items]
    choices = [number(item, fresh) for item in (*choicelist.items, default)]
    shape = broadcast([operand.shape for operand in (*conditions, *choices)], fresh)
    return Num(outcome(_selected, choices)[0], "array", shape)


def _selected(*choices: Any) -> Any:
    return np.select([np.array(True)] * (len(choices) - 1), choices[:-1], choices[-1])
