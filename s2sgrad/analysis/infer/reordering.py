"""Functions that put axes or elements in another order, and those that pick a diagonal or a triangle."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, Num, python
from s2sgrad.analysis.infer.arraylike import number
from s2sgrad.analysis.infer.broadcasting import Fresh, Shape, minimum
from s2sgrad.analysis.infer.shapes import axis_of, held
from s2sgrad.analysis.infer.table import NONE, ONE, ZERO, Unknown, axes, infers, integer, is_none, numpy_functions

__all__: list[str] = []

plane_of = axes


@infers(*numpy_functions("transpose permute_dims"))
def _transpose(fresh: Fresh, a: Fact, axes: Fact = NONE) -> Fact:
    x = number(a, fresh)
    if x.shape is None or is_none(axes):
        return held(x, None if x.shape is None else x.shape[::-1])
    return held(x, _permuted(x.shape, axes, fresh))


def _permuted(shape: tuple[Dim, ...], order: Fact, fresh: Fresh) -> Shape:
    places = axes(order, len(shape))
    if places is None:
        return tuple(fresh("axis") for _ in shape)
    return tuple(shape[i] for i in places)


@infers(*numpy_functions("matrix_transpose"), *numpy_functions("matrix_transpose", module=np.linalg))
def _matrix_transpose(fresh: Fresh, x: Fact) -> Fact:
    a = number(x, fresh)
    return held(a, None if a.shape is None else (*a.shape[:-2], *a.shape[:-3:-1]))


@infers(np.swapaxes)
def _swapaxes(fresh: Fresh, a: Fact, axis1: Fact, axis2: Fact) -> Fact:
    x = number(a, fresh)
    if x.shape is None:
        return held(x, None)
    i, j = axis_of(axis1, len(x.shape)), axis_of(axis2, len(x.shape))
    if i is None or j is None:
        return held(x, tuple(fresh("axis") for _ in x.shape))
    dims = list(x.shape)
    dims[i], dims[j] = dims[j], dims[i]
    return held(x, tuple(dims))


@infers(np.moveaxis)
def _moveaxis(fresh: Fresh, a: Fact, source: Fact, destination: Fact) -> Fact:
    x = number(a, fresh)
    if x.shape is None:
        return held(x, None)
    sources, targets = axes(source, len(x.shape)), axes(destination, len(x.shape))
    if sources is None or targets is None or is_none(source) or is_none(destination):
        return held(x, tuple(fresh("axis") for _ in x.shape))
    order = [i for i in range(len(x.shape)) if i not in sources]
    for target, origin in sorted(zip(targets, sources, strict=True)):
        order.insert(target, origin)
    return held(x, tuple(x.shape[i] for i in order))


def _keeps_shape(function: Any, parameters: str) -> None:
    """A function whose first parameter gives the shape of the result and the others do not matter."""
    names = parameters.split()

    @infers(function)
    def infer(fresh: Fresh, *args: Fact, **kwargs: Fact) -> Fact:
        if len(args) + len(kwargs) > len(names) or not set(kwargs) <= set(names[len(args) :]):
            raise Unknown
        x = number(args[0] if args else kwargs[names[0]], fresh)
        return Num(x.dtype, "array" if x.rank else "any", x.shape)


for _function, _parameters in (
    (np.flip, "m axis"),
    (np.roll, "a shift axis"),
    (np.fliplr, "m"),
    (np.flipud, "m"),
):
    _keeps_shape(_function, _parameters)


def _triangle(function: Any) -> None:
    @infers(function)
    def infer(fresh: Fresh, m: Fact, k: Fact = ZERO) -> Fact:
        x = number(m, fresh)
        if x.shape is not None and len(x.shape) == 1:
            return held(x, x.shape * 2)
        return held(x, x.shape)


for _function in (np.tril, np.triu):
    _triangle(_function)


@infers(np.rot90)
def _rot90(fresh: Fresh, m: Fact, k: Fact = ONE, axes: Fact = NONE) -> Fact:
    x, times = number(m, fresh), integer(k)
    if x.shape is None or times is None or len(x.shape) < 2:
        raise Unknown
    plane = (0, 1) if is_none(axes) else plane_of(axes, len(x.shape))
    if plane is None or len(plane) != 2:
        raise Unknown
    shape = list(x.shape)
    if times % 2:
        shape[plane[0]], shape[plane[1]] = shape[plane[1]], shape[plane[0]]
    return held(x, tuple(shape))


@infers(np.diag)
def _diag(fresh: Fresh, v: Fact, k: Fact = ZERO) -> Fact:
    x, offset = number(v, fresh), integer(k)
    if x.shape is None or len(x.shape) not in (1, 2):
        raise Unknown
    if len(x.shape) == 2:
        return Num(x.dtype, "array", (_diagonal_length(x.shape[0], x.shape[1], offset, fresh),))
    side = x.shape[0] if offset == 0 else fresh("diag")
    return Num(x.dtype, "array", (side, side))


@infers(np.diagonal)
def _diagonal(fresh: Fresh, a: Fact, offset: Fact = ZERO, axis1: Fact = ZERO, axis2: Fact = ONE) -> Fact:
    x = number(a, fresh)
    if x.shape is None or len(x.shape) < 2:
        raise Unknown
    i, j = axis_of(axis1, len(x.shape)), axis_of(axis2, len(x.shape))
    if i is None or j is None:
        return Num(x.dtype, "array", tuple(fresh("axis") for _ in x.shape[1:]))
    rest = tuple(dim for k, dim in enumerate(x.shape) if k not in (i, j))
    return Num(x.dtype, "array", (*rest, _diagonal_length(x.shape[i], x.shape[j], integer(offset), fresh)))


@infers(*numpy_functions("diagonal", module=np.linalg))
def _diagonal_of_matrices(fresh: Fresh, x: Fact, *, offset: Fact = ZERO) -> Fact:
    return _diagonal(fresh, x, offset, python(int, -2), python(int, -1))


def _diagonal_length(rows: Dim, columns: Dim, offset: int | None, fresh: Fresh) -> Dim:
    if offset is None:
        return fresh("diagonal")
    if offset > 0:
        columns = columns.minus(offset)
    else:
        rows = rows.minus(-offset)
    return minimum(rows, columns, fresh)


@infers(np.fft.fftshift, np.fft.ifftshift)
def _shifted(fresh: Fresh, x: Fact, axes: Fact = NONE) -> Fact:
    a = number(x, fresh)
    return Num(a.dtype, "array", a.shape)
