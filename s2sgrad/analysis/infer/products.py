"""Products of vectors, matrices and stacks of them."""

from __future__ import annotations

import operator
import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, Num, Record, Seq, Static
from s2sgrad.analysis.infer.arraylike import number
from s2sgrad.analysis.infer.broadcasting import Fresh, Shape, broadcast, product
from s2sgrad.analysis.infer.promotion import outcome
from s2sgrad.analysis.infer.table import (
    FALSE,
    MINUS_ONE,
    NONE,
    ONE,
    ZERO,
    Unknown,
    axes,
    dtype_of,
    infers,
    integer,
    is_none,
    length,
    normal_axis,
    numpy_functions,
)
from s2sgrad.analysis.sparse import is_sparse

__all__ = ["contracted_axes", "dot_shape", "einsum_shape", "explicit", "matmul_shape"]


def matmul_shape(a: Shape, b: Shape, fresh: Fresh) -> Shape:
    """The shape of ``a @ b``: vectors lose their axis, leading axes are broadcast."""
    if a is None or b is None:
        return None
    if not a or not b:
        raise Unknown
    rows, columns = a[-2:-1], b[-1:] if len(b) > 1 else ()
    stack = broadcast([a[:-2], b[:-2]], fresh)
    return None if stack is None else stack + rows + columns


def _product(function: Any, a: Num, b: Num, shape: Shape) -> Num:
    dtype, box = outcome(function, [a, b])
    return Num(dtype, "any" if shape is None else "array" if shape else box, shape)


@infers(np.matmul, operator.matmul, *numpy_functions("matmul", module=np.linalg))
def _matmul(fresh: Fresh, a: Fact, b: Fact) -> Fact:
    if is_sparse(a) or is_sparse(b):
        return _sparse_product(fresh, a, b)
    x, y = number(a, fresh), number(b, fresh)
    return _product(np.matmul, x, y, matmul_shape(x.shape, y.shape, fresh))


def _sparse_product(fresh: Fresh, a: Fact, b: Fact) -> Num:
    """An array, whose length on the side of the sparse matrix is not known."""
    left = is_sparse(a)
    matrix, x = (a, number(b, fresh)) if left else (b, number(a, fresh))
    if x.rank not in (1, 2) or x.shape is None or not isinstance(matrix, Record):
        raise Unknown
    kind = matrix.slot("dtype")
    known = isinstance(kind, Static) and x.dtype is not None
    dtype = np.promote_types(kind.value, x.dtype) if known else None  # type: ignore[union-attr,arg-type]
    length_ = fresh("product")
    return Num(dtype, "array", (length_, *x.shape[1:]) if left else (*x.shape[:-1], length_))


@infers(np.dot)
def _dot(fresh: Fresh, a: Fact, b: Fact) -> Fact:
    x, y = number(a, fresh), number(b, fresh)
    return _product(np.dot, x, y, dot_shape(x.shape, y.shape))


def dot_shape(a: Shape, b: Shape) -> Shape:
    """The shape of ``np.dot(a, b)``: the last axis of ``a`` goes with the last but one of ``b``."""
    if a is None or b is None:
        return None
    if not a or not b:
        return a + b
    return a[:-1] + b[:-2] + (b[-1:] if len(b) > 1 else ())


@infers(np.inner)
def _inner(fresh: Fresh, a: Fact, b: Fact) -> Fact:
    x, y = number(a, fresh), number(b, fresh)
    if x.shape is None or y.shape is None:
        return _product(np.inner, x, y, None)
    shape = x.shape[:-1] + y.shape[:-1] if x.shape and y.shape else x.shape + y.shape
    return _product(np.inner, x, y, shape)


@infers(np.outer, *numpy_functions("outer", module=np.linalg))
def _outer(fresh: Fresh, a: Fact, b: Fact) -> Fact:
    x, y = number(a, fresh), number(b, fresh)
    sides = (x.shape, y.shape)
    shape = tuple(fresh("outer") if side is None else product(side, fresh) for side in sides)
    return Num(outcome(np.outer, [x, y])[0], "array", shape)


@infers(np.vdot)
def _vdot(fresh: Fresh, a: Fact, b: Fact) -> Fact:
    return _product(np.vdot, number(a, fresh), number(b, fresh), ())


@infers(np.kron)
def _kron(fresh: Fresh, a: Fact, b: Fact) -> Fact:
    x, y = number(a, fresh), number(b, fresh)
    if not x.shape or not y.shape:
        raise Unknown
    rank = max(len(x.shape), len(y.shape))
    pairs = zip(_padded(x.shape, rank), _padded(y.shape, rank), strict=True)
    return Num(outcome(np.kron, [x, y])[0], "array", tuple(product(pair, fresh) for pair in pairs))


def _padded(shape: tuple[Dim, ...], rank: int) -> tuple[Dim, ...]:
    return (Dim.of(1),) * (rank - len(shape)) + shape


@infers(np.tensordot, *numpy_functions("tensordot", module=np.linalg))
def _tensordot(fresh: Fresh, a: Fact, b: Fact, axes: Fact = NONE) -> Fact:
    x, y = number(a, fresh), number(b, fresh)
    dtype = outcome(np.multiply, [x, y])[0] if x.rank and y.rank else None
    if x.shape is None or y.shape is None:
        return Num(dtype, "any", None)
    gone = contracted_axes(axes, len(x.shape), len(y.shape))
    if gone is None:
        return Num(dtype, "any", None)
    shape = tuple(d for i, d in enumerate(x.shape) if i not in gone[0])
    shape += tuple(d for i, d in enumerate(y.shape) if i not in gone[1])
    return Num(dtype, "array" if shape else "any", shape)


def contracted_axes(fact: Fact, left: int, right: int) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The axes over which ``tensordot`` sums operands of these ranks; None where they are not known."""
    if isinstance(fact, Seq):
        if fact.items is None or len(fact.items) != 2:
            raise Unknown
        sides = axes(fact.items[0], left), axes(fact.items[1], right)
        return None if sides[0] is None or sides[1] is None else (sides[0], sides[1])
    n = 2 if is_none(fact) else integer(fact)
    return None if n is None else (tuple(range(max(0, left - n), left)), tuple(range(min(n, right))))


@infers(np.einsum)
def _einsum(fresh: Fresh, subscripts: Fact, *operands: Fact, optimize: Fact = FALSE) -> Fact:
    arrays = [number(operand, fresh) for operand in operands]
    if not isinstance(subscripts, Static) or not isinstance(subscripts.value, str) or not arrays:
        raise Unknown
    weak = any(not a.rank for a in arrays) or any(a.dtype is None for a in arrays)
    dtype = None if weak else np.result_type(*(a.dtype for a in arrays if a.dtype is not None))
    shape = einsum_shape(subscripts.value, [a.shape for a in arrays], fresh)
    return Num(dtype, "array" if shape else "any", shape)


def einsum_shape(subscripts: str, shapes: list[Shape], fresh: Fresh) -> Shape:
    """The shape of an ``einsum``; None where a rank is unknown."""
    if None in shapes:
        return None
    terms, output = explicit(subscripts, [len(shape or ()) for shape in shapes])
    dims: dict[str, Dim] = {}
    for term, shape in zip(terms, shapes, strict=True):
        for label, dim in zip(term, shape or (), strict=True):
            (dims[label],) = broadcast([(dims.get(label, Dim.of(1)),), (dim,)], fresh) or ()
    return tuple(dims[label] for label in output)


def explicit(subscripts: str, ranks: Sequence[int]) -> tuple[list[str], str]:
    """One letter per axis of each operand and of the result, as ``einsum`` reads ``subscripts``. Raises Unknown.

    >>> explicit("...ij, j", [3, 1])
    (['Aij', 'j'], 'Ai')
    """
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if len(terms) != len(ranks):
        raise Unknown
    left = [rank - len(term.replace("...", "")) for term, rank in zip(terms, ranks, strict=True)]
    if any(n < 0 or (n > 0 and "..." not in term) for n, term in zip(left, terms, strict=True)):
        raise Unknown
    free = [c for c in string.ascii_uppercase + string.ascii_lowercase if c not in subscripts]
    letters = "".join(free[: max(left)])
    spelled = [term.replace("...", letters[len(letters) - n :]) for term, n in zip(terms, left, strict=True)]
    if not arrow:
        output = "..." + "".join(sorted(c for c in set(inputs) - set(".,") if inputs.count(c) == 1))
    result = output.replace("...", letters)
    if not set(result) <= set("".join(spelled)) or len(set(result)) < len(result) or "." in result:
        raise Unknown
    return spelled, result


@infers(np.trace)
def _trace(
    fresh: Fresh, a: Fact, offset: Fact = ZERO, axis1: Fact = ZERO, axis2: Fact = ONE, dtype: Fact = NONE
) -> Fact:
    x = number(a, fresh)
    return _traced(np.trace, x, _without(x, (axis1, axis2)), dtype)


@infers(*numpy_functions("trace", module=np.linalg))
def _trace_of_matrices(fresh: Fresh, x: Fact, *, offset: Fact = ZERO, dtype: Fact = NONE) -> Fact:
    a = number(x, fresh)
    return _traced(np.trace, a, None if a.shape is None else a.shape[:-2], dtype)


def _traced(function: Any, x: Num, shape: Shape, dtype: Fact) -> Num:
    found = dtype_of(dtype) or outcome(function, [x])[0]
    return Num(found, "array" if shape else "any" if shape is None or x.rank != 2 else "np", shape)


def _without(x: Num, pair: tuple[Fact, Fact]) -> Shape:
    """The shape of an array without two of its axes."""
    places = [integer(axis) for axis in pair]
    if x.shape is None or len(x.shape) < 2 or None in places:
        return None
    gone = [normal_axis(place, len(x.shape)) for place in places if place is not None]
    return tuple(dim for i, dim in enumerate(x.shape) if i not in gone)


@infers(*numpy_functions("vecdot"), *numpy_functions("vecdot", module=np.linalg))
def _vecdot(fresh: Fresh, x1: Fact, x2: Fact, *, axis: Fact = MINUS_ONE) -> Fact:
    a, b, place = number(x1, fresh), number(x2, fresh), integer(axis)
    if place is None or not a.shape or not b.shape:
        raise Unknown
    return _gufunc(a, b, broadcast([_without_axis(a.shape, place), _without_axis(b.shape, place)], fresh))


def _without_axis(shape: tuple[Dim, ...], axis: int) -> tuple[Dim, ...]:
    place = normal_axis(axis, len(shape))
    return shape[:place] + shape[place + 1 :]


@infers(*numpy_functions("matvec"))
def _matvec(fresh: Fresh, x1: Fact, x2: Fact) -> Fact:
    a, b = number(x1, fresh), number(x2, fresh)
    if a.shape is None or len(a.shape) < 2 or not b.shape:
        raise Unknown
    stack = broadcast([a.shape[:-2], b.shape[:-1]], fresh)
    return _gufunc(a, b, None if stack is None else (*stack, a.shape[-2]))


@infers(*numpy_functions("vecmat"))
def _vecmat(fresh: Fresh, x1: Fact, x2: Fact) -> Fact:
    a, b = number(x1, fresh), number(x2, fresh)
    if b.shape is None or len(b.shape) < 2 or not a.shape:
        raise Unknown
    stack = broadcast([a.shape[:-1], b.shape[:-2]], fresh)
    return _gufunc(a, b, None if stack is None else (*stack, b.shape[-1]))


def _gufunc(a: Num, b: Num, shape: Shape) -> Num:
    return Num(outcome(np.multiply, [a, b])[0], "any" if shape is None else "array" if shape else "np", shape)


@infers(np.cross)
def _cross(fresh: Fresh, a: Fact, b: Fact, *, axis: Fact = NONE) -> Fact:
    x, y = number(a, fresh), number(b, fresh)
    dtype = outcome(np.multiply, [x, y])[0] if x.rank and y.rank else None
    place = -1 if is_none(axis) else integer(axis)
    shapes = [s for s in (x.shape, y.shape) if s]
    lengths = [] if place is None else [length(s[place]) for s in shapes if -len(s) <= place < len(s)]
    if place is None or not x.shape or not y.shape or 3 not in lengths:
        return Num(dtype, "any", None)  # two vectors of length 2 have a number for their product
    return Num(dtype, "array", _in_space(x.shape, y.shape, place, fresh))


@infers(*numpy_functions("cross", module=np.linalg))
def _cross_of_threes(fresh: Fresh, x1: Fact, x2: Fact, *, axis: Fact = MINUS_ONE) -> Fact:
    a, b, place = number(x1, fresh), number(x2, fresh), integer(axis)
    if not a.shape or not b.shape or place is None:
        raise Unknown
    return Num(outcome(np.multiply, [a, b])[0], "array", _in_space(a.shape, b.shape, place, fresh))


def _in_space(a: tuple[Dim, ...], b: tuple[Dim, ...], axis: int, fresh: Fresh) -> Shape:
    """The shape of vectors in space that lie along an axis, as the vectors of both operands do."""
    stack = broadcast([_without_axis(a, axis), _without_axis(b, axis)], fresh)
    if stack is None:
        return None
    place = normal_axis(axis, len(stack) + 1)
    return (*stack[:place], Dim.of(3), *stack[place:])
