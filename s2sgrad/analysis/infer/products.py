"""Products of vectors, matrices and stacks of them."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, Num, Seq, Static
from s2sgrad.analysis.infer.arraylike import number
from s2sgrad.analysis.infer.broadcasting import Fresh, Shape, broadcast, product
from s2sgrad.analysis.infer.promotion import outcome
from s2sgrad.analysis.infer.table import FALSE, NONE, Unknown, axes, infers, integer, is_none

__all__ = ["dot_shape", "einsum_shape", "matmul_shape"]


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


@infers(np.matmul, operator.matmul)
def _matmul(fresh: Fresh, a: Fact, b: Fact) -> Fact:
    x, y = number(a, fresh), number(b, fresh)
    return _product(np.matmul, x, y, matmul_shape(x.shape, y.shape, fresh))


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


@infers(np.outer)
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


@infers(np.tensordot)
def _tensordot(fresh: Fresh, a: Fact, b: Fact, axes: Fact = NONE) -> Fact:
    x, y = number(a, fresh), number(b, fresh)
    dtype = outcome(np.multiply, [x, y])[0] if x.rank and y.rank else None
    if x.shape is None or y.shape is None:
        return Num(dtype, "any", None)
    gone = _contracted(axes, len(x.shape), len(y.shape))
    if gone is None:
        return Num(dtype, "any", None)
    shape = tuple(d for i, d in enumerate(x.shape) if i not in gone[0])
    shape += tuple(d for i, d in enumerate(y.shape) if i not in gone[1])
    return Num(dtype, "array" if shape else "any", shape)


def _contracted(fact: Fact, left: int, right: int) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
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
    """The shape of an ``einsum``; None where it has an ellipsis or a rank is unknown."""
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if "." in subscripts or None in shapes:
        return None
    dims: dict[str, Dim] = {}
    for term, shape in zip(terms, shapes, strict=False):
        for label, dim in zip(term, shape or (), strict=False):
            (dims[label],) = broadcast([(dims.get(label, Dim.of(1)),), (dim,)], fresh) or ()
    once = [label for label in sorted(dims) if inputs.count(label) == 1]
    if any(label not in dims for label in output):
        raise Unknown
    return tuple(dims[label] for label in (output if arrow else once))


@infers(np.trace)
def _trace(fresh: Fresh, a: Fact) -> Fact:
    x = number(a, fresh)
    shape = None if x.shape is None else x.shape[2:]
    return Num(outcome(np.trace, [x])[0], "array" if shape else "any" if shape is None or x.rank != 2 else "np", shape)


@infers(np.cross)
def _cross(fresh: Fresh, a: Fact, b: Fact) -> Fact:
    x, y = number(a, fresh), number(b, fresh)
    dtype = outcome(np.multiply, [x, y])[0] if x.rank and y.rank else None
    if not x.shape or not y.shape or 3 not in (x.shape[-1].constant, y.shape[-1].constant):
        return Num(dtype, "any", None)  # two vectors of length 2 have a number for their product
    stack = broadcast([x.shape[:-1], y.shape[:-1]], fresh) or ()
    return Num(dtype, "array", (*stack, Dim.of(3)))
