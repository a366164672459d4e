"""Functions that make arrays: of nothing, of a shape, of another array's shape, of lists; conversions of dtype."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, Num, Seq, array, python
from s2sgrad.analysis.infer.arraylike import FLOAT, number
from s2sgrad.analysis.infer.broadcasting import Fresh, broadcast, plus
from s2sgrad.analysis.infer.promotion import BY_VALUE, outcome
from s2sgrad.analysis.infer.shapes import lengths
from s2sgrad.analysis.infer.table import (
    FALSE,
    NONE,
    TRUE,
    ZERO,
    Unknown,
    dtype_of,
    infers,
    integer,
    is_none,
    normal_axis,
    numpy_functions,
)

__all__ = ["SCALAR_TYPES"]


@infers(np.zeros, np.ones, np.empty)
def _of_shape(fresh: Fresh, shape: Fact, dtype: Fact = NONE, order: Fact = NONE) -> Fact:
    return array(dtype_of(dtype) or FLOAT, lengths(shape, fresh))


@infers(np.full)
def _full(fresh: Fresh, shape: Fact, fill_value: Fact, dtype: Fact = NONE, order: Fact = NONE) -> Fact:
    return array(dtype_of(dtype) or number(fill_value, fresh).dtype, lengths(shape, fresh))


@infers(np.zeros_like, np.ones_like, np.empty_like)
def _like(fresh: Fresh, a: Fact, dtype: Fact = NONE, *, shape: Fact = NONE) -> Fact:
    x = number(a, fresh)
    return array(dtype_of(dtype) or x.dtype, x.shape if is_none(shape) else lengths(shape, fresh))


@infers(np.full_like)
def _full_like(
    fresh: Fresh, a: Fact, fill_value: Fact, dtype: Fact = NONE, order: Fact = NONE, *, shape: Fact = NONE
) -> Fact:
    return _like(fresh, a, dtype, shape=shape)


@infers(np.eye)
def _eye(fresh: Fresh, N: Fact, M: Fact = NONE, k: Fact = ZERO, dtype: Fact = NONE) -> Fact:
    rows = lengths(N, fresh)
    columns = rows if is_none(M) else lengths(M, fresh)
    if rows is None or columns is None or len(rows) != 1 or len(columns) != 1:
        raise Unknown
    return array(dtype_of(dtype) or FLOAT, rows + columns)


@infers(np.identity)
def _identity(fresh: Fresh, n: Fact, dtype: Fact = NONE) -> Fact:
    return _eye(fresh, n, dtype=dtype)


# ---- ranges ----


@infers(np.arange)
def _arange(fresh: Fresh, start: Fact, stop: Fact = NONE, step: Fact = NONE, dtype: Fact = NONE) -> Fact:
    bounds = [number(fact, fresh) for fact in (start, stop, step) if not is_none(fact)]
    if is_none(stop) and len(bounds) == 2:
        raise Unknown
    wanted = dtype_of(dtype) or outcome(np.arange, bounds)[0]
    return array(wanted, (range_length(bounds, fresh),))


def range_length(bounds: list[Num], fresh: Fresh) -> Dim:
    """The number of items of ``range(*bounds)`` or ``np.arange(*bounds)``."""
    values = [bound.value for bound in bounds]
    if all(type(v) in (int, bool) for v in values):
        step = values[2] if len(values) == 3 else 1
        first = values[0] if len(values) > 1 else 0
        last = values[min(1, len(values) - 1)]
        return Dim.of(len(range(int(first), int(last), int(step))) if step else 0)  # type: ignore[arg-type]
    symbolic = _unit_steps(bounds)
    return fresh("range") if symbolic is None else symbolic


def _unit_steps(bounds: list[Num]) -> Dim | None:
    """``stop - start`` where it is a known start before a symbolic stop, in steps of 1."""
    if any(bound.kind not in "biu" for bound in bounds) or (len(bounds) == 3 and bounds[2].value != 1):
        return None
    stop = bounds[min(1, len(bounds) - 1)]
    start = bounds[0].value if len(bounds) > 1 else 0
    if stop.length is None or stop.length.anonymous or type(start) not in (int, bool):
        return None
    return plus(stop.length, -int(start))  # type: ignore[arg-type]


_FIFTY = python(int, 50)


def _spaced(function: Any) -> None:
    @infers(function)
    def infer(
        fresh: Fresh,
        start: Fact,
        stop: Fact,
        num: Fact = _FIFTY,
        endpoint: Fact = TRUE,
        *,
        base: Fact = NONE,
        dtype: Fact = NONE,
        axis: Fact = ZERO,
    ) -> Fact:
        ends, count = [number(start, fresh), number(stop, fresh)], lengths(num, fresh)
        shape = broadcast([end.shape for end in ends], fresh)
        place = integer(axis)
        if count is None or shape is None or place is None:
            raise Unknown
        place = normal_axis(place, len(shape) + 1)
        kind = dtype_of(dtype) or outcome(function, ends)[0]
        return array(kind, (*shape[:place], *count, *shape[place:]))


for _function in (np.linspace, np.logspace, np.geomspace):
    _spaced(_function)


# ---- arrays of values, conversions ----


@infers(np.array)
def _array(
    fresh: Fresh, a: Fact, dtype: Fact = NONE, *, copy: Fact = TRUE, order: Fact = NONE, ndmin: Fact = ZERO
) -> Fact:
    if ndmin is not ZERO:
        raise Unknown
    return _asarray(fresh, a, dtype)


@infers(np.asarray, np.asanyarray)
def _asarray(fresh: Fresh, a: Fact, dtype: Fact = NONE, order: Fact = NONE, *, copy: Fact = NONE) -> Fact:
    x = number(a, fresh)
    return Num(dtype_of(dtype) or x.dtype, "array", x.shape)


@infers(np.asarray_chkfinite)
def _checked(fresh: Fresh, a: Fact, dtype: Fact = NONE, order: Fact = NONE) -> Fact:
    return _asarray(fresh, a, dtype)


@infers(np.require)
def _required(fresh: Fresh, a: Fact, dtype: Fact = NONE, requirements: Fact = NONE) -> Fact:
    return _asarray(fresh, a, dtype)


@infers(np.ascontiguousarray, np.asfortranarray)
def _contiguous(fresh: Fresh, a: Fact, dtype: Fact = NONE) -> Fact:
    x = number(a, fresh)
    return Num(dtype_of(dtype) or x.dtype, "array", (Dim.of(1),) if x.shape == () else x.shape)


@infers(np.copy)
def _copy(fresh: Fresh, a: Fact, order: Fact = NONE) -> Fact:
    # Also the spelling of the method, which copies a NumPy scalar to a NumPy scalar.
    x = number(a, fresh)
    return Num(x.dtype, "any" if x.box in ("np", "any") and not x.rank else "array", x.shape)


@infers(np.ndarray.copy)
def _copy_method(fresh: Fresh, a: Fact, order: Fact = NONE) -> Fact:
    x = _own(a)
    return Num(x.dtype, x.box, x.shape)


def _own(fact: Fact) -> Num:
    """The object whose method is called: an array or a NumPy scalar."""
    if not isinstance(fact, Num) or fact.box == "py":
        raise Unknown
    return fact


@infers(np.ndarray.astype, *numpy_functions("astype"))
def _astype(fresh: Fresh, a: Fact, dtype: Fact, order: Fact = NONE, casting: Fact = NONE, *, copy: Fact = TRUE) -> Fact:
    x, wanted = _own(a), dtype_of(dtype)
    return Num(FLOAT if wanted is None else wanted, x.box, x.shape)


@infers(np.ndarray.item)
def _item(fresh: Fresh, a: Fact, *args: Fact) -> Fact:
    return _plain(_own(a))


def _plain(x: Num) -> Num:
    """A Python scalar of the kind of ``x``."""
    kinds = {"b": bool, "i": int, "u": int, "f": float, "c": complex}
    if x.kind not in kinds or x.dtype in (np.dtype(np.longdouble), np.dtype(np.clongdouble)):
        return Num(None, "any" if x.dtype is not None else "py", ())
    return python(kinds[x.kind])


@infers(np.ndarray.tolist)
def _tolist(fresh: Fresh, a: Fact) -> Fact:
    x = _own(a)
    if x.shape is None:
        raise Unknown
    fact: Fact = _plain(x)
    for dim in reversed(x.shape):
        fact = Seq("list", None, fact, dim)
    return fact


def _one_is_scalar() -> bool:
    """True where ``np.float64`` makes a scalar of an array of one element, as it did before NumPy 2.3."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.ndim(np.float64(np.ones((1, 1)))) == 0


ONE_IS_SCALAR = _one_is_scalar()


def _scalar_type(kind: Any) -> None:
    @infers(kind)
    def infer(fresh: Fresh, x: Fact = ZERO) -> Fact:
        a = number(x, fresh)
        if (BY_VALUE or (kind is np.float64 and ONE_IS_SCALAR)) and a.rank != 0:
            return Num(np.dtype(kind), "any", None)
        return Num(np.dtype(kind), "array" if a.rank else "np" if a.rank == 0 else "any", a.shape)


SCALAR_TYPES = [t for t in dict.fromkeys(np.sctypeDict.values()) if np.dtype(t).kind in "biufc"]
for _kind in SCALAR_TYPES:
    _scalar_type(_kind)


@infers(np.isscalar)
def _isscalar(fresh: Fresh, element: Fact) -> Fact:
    known = {"py": True, "np": True, "array": False}
    return python(bool, known.get(element.box) if isinstance(element, Num) else None)


@infers(np.allclose, np.array_equal)
def _agree(fresh: Fresh, a: Fact, b: Fact, rtol: Fact = ZERO, atol: Fact = ZERO, equal_nan: Fact = FALSE) -> Fact:
    number(a, fresh), number(b, fresh)
    return python(bool)
