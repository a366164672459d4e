"""Functions whose results carry no derivative: questions about dtypes, shapes and memory, texts, indices, windows."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, FunctionFact, Num, Opaque, Record, Seq, Static, array, python
from s2sgrad.analysis.infer.arraylike import FLOAT, number
from s2sgrad.analysis.infer.broadcasting import Fresh, broadcast
from s2sgrad.analysis.infer.instances import join_all
from s2sgrad.analysis.infer.shapes import length_fact, lengths
from s2sgrad.analysis.infer.spectra import half
from s2sgrad.analysis.infer.table import (
    NONE,
    ONE,
    ZERO,
    Unknown,
    dtype_of,
    infers,
    is_none,
    numpy_functions,
)

__all__ = ["QUESTIONS", "TEXTS"]

INDEX = np.dtype(np.intp)

QUESTIONS = numpy_functions(
    "can_cast isdtype issubdtype may_share_memory shares_memory array_equiv isfortran iterable isrealobj iscomplexobj"
)


def _question(function: Any) -> None:
    @infers(function)
    def infer(fresh: Fresh, *args: Fact, **kwargs: Fact) -> Fact:
        return python(bool)


for _function in QUESTIONS:
    _question(_function)


# ---- texts ----

TEXTS = (str, repr, np.array2string, np.array_repr, np.array_str, np.einsum_path)
"""What describes numbers in a text, which shares no memory with them."""


def _text(function: Any) -> None:
    @infers(function)
    def infer(fresh: Fresh, *args: Fact, **kwargs: Fact) -> Fact:
        if not all(isinstance(arg, Num | Seq | Static) for arg in args):
            raise Unknown  # an object may say anything, and do anything while it does
        return Opaque()


for _function in TEXTS:
    _text(_function)


# ---- dtypes ----


def _dtype(fact: Fact, fresh: Fresh) -> np.dtype[Any]:
    """The dtype that an operand has or names. Raises Unknown."""
    if isinstance(fact, Static | FunctionFact):
        found = dtype_of(fact)
    else:
        found = number(fact, fresh).dtype
    if found is None:
        raise Unknown
    return found


def _of_dtypes(function: Any) -> None:
    @infers(function)
    def infer(fresh: Fresh, *args: Fact) -> Fact:
        if any(isinstance(a, Num) and a.box != "array" for a in args):
            raise Unknown  # scalars are weak
        return Static(function(*(np.dtype(_dtype(a, fresh)) for a in args)))


for _function in (np.result_type, np.promote_types):
    _of_dtypes(_function)


@infers(np.common_type)
def _common_type(fresh: Fresh, *arrays: Fact) -> Fact:
    return FunctionFact(np.common_type(*(np.zeros(0, _dtype(a, fresh)) for a in arrays)))


@functools.cache
def _limits(function: Any, dtype: np.dtype[Any]) -> Any:
    """The one object that stands for the limits of a dtype."""
    return function(dtype)


def _of_limits(function: Any) -> None:
    @infers(function)
    def infer(fresh: Fresh, dtype: Fact) -> Fact:
        found = _dtype(dtype, fresh)
        if found.kind not in ("fc" if function is np.finfo else "iu"):
            raise Unknown
        return Static(_limits(function, found))


_of_limits(np.finfo)
_of_limits(np.iinfo)


# ---- shapes ----


def _tuple(items: tuple[Fact, ...]) -> Seq:
    return Seq("tuple", items, join_all(items), Dim.of(len(items)))


@infers(np.broadcast_shapes)
def _broadcast_shapes(fresh: Fresh, *shapes: Fact) -> Fact:
    shape = broadcast([lengths(s, fresh) for s in shapes], fresh)
    if shape is None:
        raise Unknown
    return _tuple(tuple(map(length_fact, shape)))


@infers(np.broadcast)
def _broadcast(fresh: Fresh, *arrays: Fact) -> Fact:
    shape = broadcast([number(a, fresh).shape for a in arrays], fresh)
    if shape is None:
        raise Unknown
    rank = python(int, len(shape))
    slots = ("shape", _tuple(tuple(map(length_fact, shape)))), ("ndim", rank), ("nd", rank), ("size", python(int))
    return Record("object", np.broadcast, slots)


# ---- indices ----


@infers(np.ravel_multi_index)
def _ravel_multi_index(fresh: Fresh, multi_index: Fact, dims: Fact, mode: Fact = NONE, order: Fact = NONE) -> Fact:
    if not isinstance(multi_index, Seq) or not multi_index.items:
        raise Unknown
    shape = broadcast([number(i, fresh).shape for i in multi_index.items], fresh)
    return Num(INDEX, "np" if shape == () else "array" if shape else "any", shape)


@infers(np.unravel_index)
def _unravel_index(fresh: Fresh, indices: Fact, shape: Fact, order: Fact = NONE) -> Fact:
    found, dims = number(indices, fresh).shape, lengths(shape, fresh)
    if dims is None:
        raise Unknown
    return _tuple((Num(INDEX, "np" if found == () else "array" if found else "any", found),) * len(dims))


def _pair(fresh: Fresh) -> Seq:
    return _tuple((array(INDEX, (fresh("indices"),)),) * 2)


@infers(np.tril_indices, np.triu_indices)
def _triangle(fresh: Fresh, n: Fact, k: Fact = ZERO, m: Fact = NONE) -> Fact:
    return _pair(fresh)


@infers(np.tril_indices_from, np.triu_indices_from)
def _triangle_from(fresh: Fresh, arr: Fact, k: Fact = ZERO) -> Fact:
    return _pair(fresh)


@infers(np.mask_indices)
def _mask_indices(fresh: Fresh, n: Fact, mask_func: Fact, k: Fact = ZERO) -> Fact:
    if not isinstance(mask_func, FunctionFact) or mask_func.function not in (np.tril, np.triu):
        raise Unknown
    return _pair(fresh)


@infers(np.diag_indices_from)
def _diag_indices_from(fresh: Fresh, arr: Fact) -> Fact:
    shape = number(arr, fresh).shape
    if not shape:
        raise Unknown
    return _tuple((array(INDEX, shape[:1]),) * len(shape))


@infers(np.indices)
def _indices(fresh: Fresh, dimensions: Fact, dtype: Fact = NONE) -> Fact:
    dims = lengths(dimensions, fresh)
    if dims is None:
        raise Unknown
    return array(dtype_of(dtype) or np.dtype(int), (Dim.of(len(dims)), *dims))


@infers(np.lexsort)
def _lexsort(fresh: Fresh, keys: Fact, axis: Fact = NONE) -> Fact:
    if isinstance(keys, Num):
        return array(INDEX, None if keys.shape is None else keys.shape[1:])
    if not isinstance(keys, Seq) or not keys.items:
        raise Unknown
    return array(INDEX, number(keys.items[-1], fresh).shape)


@infers(np.digitize)
def _digitize(fresh: Fresh, x: Fact, bins: Fact, right: Fact = NONE) -> Fact:
    a = number(x, fresh)
    return Num(INDEX, "array" if a.rank else "any", a.shape)


@infers(np.isin)
def _isin(fresh: Fresh, element: Fact, test_elements: Fact, assume_unique: Fact = NONE, invert: Fact = NONE) -> Fact:
    return array(bool, number(element, fresh).shape)


@infers(np.getbufsize)
def _getbufsize(fresh: Fresh) -> Fact:
    return python(int)


@infers(np.packbits)
def _packbits(fresh: Fresh, a: Fact, axis: Fact = NONE, bitorder: Fact = NONE) -> Fact:
    x = number(a, fresh)
    rank = 1 if is_none(axis) else x.rank
    return array(np.uint8, None if rank is None else tuple(fresh("bits") for _ in range(rank)))


@infers(np.unpackbits)
def _unpackbits(fresh: Fresh, a: Fact, axis: Fact = NONE, count: Fact = NONE, bitorder: Fact = NONE) -> Fact:
    return _packbits(fresh, a, axis)


# ---- matrices and vectors of fixed numbers ----


@infers(np.tri)
def _tri(fresh: Fresh, N: Fact, M: Fact = NONE, k: Fact = ZERO, dtype: Fact = NONE) -> Fact:
    rows = lengths(N, fresh)
    columns = rows if is_none(M) else lengths(M, fresh)
    if rows is None or columns is None:
        raise Unknown
    return array(dtype_of(dtype) or FLOAT, rows + columns)


@infers(np.bartlett, np.blackman, np.hamming, np.hanning)
def _window(fresh: Fresh, M: Fact) -> Fact:
    return array(FLOAT, lengths(M, fresh))


@infers(np.kaiser)
def _kaiser(fresh: Fresh, M: Fact, beta: Fact) -> Fact:
    return array(FLOAT, lengths(M, fresh))


@infers(np.fft.fftfreq)
def _fftfreq(fresh: Fresh, n: Fact, d: Fact = ONE) -> Fact:
    return array(FLOAT, lengths(n, fresh))


@infers(np.fft.rfftfreq)
def _rfftfreq(fresh: Fresh, n: Fact, d: Fact = ONE) -> Fact:
    whole = lengths(n, fresh)
    if whole is None or len(whole) != 1:
        raise Unknown
    return array(FLOAT, (half(whole[0], fresh),))
