"""Functions that move elements without changing them.

Parameters that name axes and shapes have defaults here, also where NumPy has none: what has no default is an operand.
"""

from __future__ import annotations

import copy as copying
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.rules.macros import inverse, negative, shape_of
from s2sgrad.rules.places import over_last
from s2sgrad.rules.registry import adjoint, elementwise, linear
from s2sgrad.rules.when import all_of, any_of, given, integer, number, rank, ranks_from, some, square

IN_C_ORDER = given("order", "C")
linear(
    np.transpose, np.swapaxes, np.moveaxis, np.reshape, np.ravel, np.ndarray.flatten, np.squeeze, np.expand_dims,
    np.broadcast_to, np.atleast_1d, np.atleast_2d, np.atleast_3d, np.flip, np.flipud, np.fliplr, np.roll, np.tile,
    np.repeat, np.diag, np.diagonal, np.tril, np.triu, np.diff,
)  # fmt: skip


@adjoint(np.transpose, when=rank("a", 0, 1))
def transpose_vector(dy: Any, y: Any, a: Any, axes: Any = None) -> Any:
    """Of the transpose of a vector, which is the vector."""
    return dy


@adjoint(np.transpose, when=all_of(ranks_from(2), given("axes", None)), unstretched=True)
def transpose(dy: Any, y: Any, a: Any, axes: Any = None) -> Any:
    """Of the transpose."""
    return dy.T


@adjoint(np.transpose, when=given("axes", None))
def transpose_of_any(dy: Any, y: Any, a: Any, axes: Any = None) -> Any:
    """Of the transpose of something that may have no axes."""
    return np.transpose(dy)


@adjoint(np.transpose, when=some("axes"), unstretched=True)
def transpose_axes(dy: Any, y: Any, a: Any, axes: Any = None) -> Any:
    """Of a permutation of the axes."""
    return np.transpose(dy, inverse(axes))


@adjoint(np.swapaxes, unstretched=True)
def swapaxes(dy: Any, y: Any, a: Any, axis1: Any = 0, axis2: Any = 0) -> Any:
    """Of the exchange of two axes."""
    return np.swapaxes(dy, axis1, axis2)


@adjoint(np.moveaxis, unstretched=True)
def moveaxis(dy: Any, y: Any, a: Any, source: Any = 0, destination: Any = 0) -> Any:
    """Of moving axes: moves them back."""
    return np.moveaxis(dy, destination, source)


@adjoint(np.reshape, when=all_of(number("a"), IN_C_ORDER))
def reshape(dy: Any, y: Any, a: Any, shape: Any = None, order: str = "C") -> Any:
    """Of another shape for the same elements."""
    return np.reshape(dy, shape_of(a))


@adjoint(np.ravel, np.ndarray.flatten, when=all_of(number("a"), IN_C_ORDER))
def ravel(dy: Any, y: Any, a: Any, order: str = "C") -> Any:
    """Of the elements in one row."""
    return np.reshape(dy, shape_of(a))


@adjoint(np.reshape, when=all_of(number("a"), given("order", "F")))
def reshape_by_columns(dy: Any, y: Any, a: Any, shape: Any = None, order: str = "C") -> Any:
    """Of another shape, first index fastest."""
    return np.reshape(dy, shape_of(a), order="F")


@adjoint(np.ravel, np.ndarray.flatten, when=all_of(number("a"), given("order", "F")))
def ravel_by_columns(dy: Any, y: Any, a: Any, order: str = "C") -> Any:
    """Of the elements in one row, first index fastest."""
    return np.reshape(dy, shape_of(a), order="F")


@adjoint(np.squeeze, when=given("axis", None))
def squeeze(dy: Any, y: Any, a: Any, axis: Any = None) -> Any:
    """Of dropping all axes of length 1."""
    return np.reshape(dy, shape_of(a))


@adjoint(np.squeeze, when=some("axis"))
def squeeze_axis(dy: Any, y: Any, a: Any, axis: Any = None) -> Any:
    """Of dropping axes of length 1."""
    return np.expand_dims(dy, axis)


@adjoint(np.expand_dims, when=number("a"))
def expand_dims(dy: Any, y: Any, a: Any, axis: Any = None) -> Any:
    """Of new axes of length 1."""
    return np.squeeze(dy, axis)


@elementwise(np.broadcast_to, when=number("array"))
def broadcast_to(dy: Any, y: Any, array: Any, shape: Any = None) -> Any:
    """Of repetition along new and stretched axes."""
    return dy


@adjoint(np.atleast_1d, np.atleast_2d, np.atleast_3d, when=number("a"))
def atleast(dy: Any, y: Any, a: Any) -> Any:
    """Of new axes up to a rank."""
    return np.reshape(dy, shape_of(a))


@adjoint(np.flip, when=given("axis", None), unstretched=True)
def flip_all(dy: Any, y: Any, m: Any, axis: Any = None) -> Any:
    """Of the reversal of every axis."""
    return np.flip(dy)


@adjoint(np.flip, unstretched=True)
def flip(dy: Any, y: Any, m: Any, axis: Any = None) -> Any:
    """Of the reversal of axes."""
    return np.flip(dy, axis)


@adjoint(np.flipud, unstretched=True)
def flipud(dy: Any, y: Any, m: Any) -> Any:
    """Of the reversal of the first axis."""
    return dy[::-1]


@adjoint(np.fliplr, unstretched=True)
def fliplr(dy: Any, y: Any, m: Any) -> Any:
    """Of the reversal of the second axis."""
    return dy[:, ::-1]


@adjoint(np.roll, when=all_of(integer("shift"), given("axis", None)), unstretched=True)
def roll_all(dy: Any, y: Any, a: Any, shift: Any = 0, axis: Any = None) -> Any:
    """Of a cyclic shift of all elements: the shift back."""
    return np.roll(dy, negative(shift))


@adjoint(np.roll, when=integer("shift"), unstretched=True)
def roll(dy: Any, y: Any, a: Any, shift: Any = 0, axis: Any = None) -> Any:
    """Of a cyclic shift: the shift back."""
    return np.roll(dy, negative(shift), axis)


@adjoint(np.tile, when=all_of(rank("A", 1), integer("reps")))
def tile(dy: Any, y: Any, A: Any, reps: Any = 1) -> Any:
    """Of a vector repeated end to end."""
    return np.reshape(dy, (reps, len(A))).sum(axis=0)


@adjoint(np.repeat, when=all_of(integer("repeats"), rank("a", 1)))
def repeat_vector(dy: Any, y: Any, a: Any, repeats: Any = 1, axis: Any = None) -> Any:
    """Of every element of a vector repeated."""
    return over_last(np.reshape(dy, (len(a), repeats)), repeats, a)


@adjoint(np.repeat, when=all_of(integer("repeats"), given("axis", None)))
def repeat(dy: Any, y: Any, a: Any, repeats: Any = 1, axis: Any = None) -> Any:
    """Of every element repeated, in one row."""
    return over_last(np.reshape(dy, (*shape_of(a), repeats)), repeats, a)


def _of_unknown_rank(facts: dict[str, Fact]) -> bool:
    a = facts["a"]
    return not isinstance(a, Num) or a.rank is None


@adjoint(np.repeat, when=all_of(integer("repeats"), given("axis", 0), _of_unknown_rank))
def repeat_rows(dy: Any, y: Any, a: Any, repeats: Any = 1, axis: Any = None) -> Any:
    """Of every row repeated."""
    return np.reshape(dy, (len(a), repeats, *a.shape[1:])).sum(axis=1)


@adjoint(np.repeat, when=all_of(integer("repeats"), given("axis", -1), _of_unknown_rank))
def repeat_last(dy: Any, y: Any, a: Any, repeats: Any = 1, axis: Any = None) -> Any:
    """Of every element repeated along the last axis."""
    return over_last(np.reshape(dy, (*a.shape, repeats)), repeats, a)


@adjoint(np.diag, when=all_of(any_of(rank("v", 1), square("v")), given("k", 0)))
def main_diag(dy: Any, y: Any, v: Any, k: Any = 0) -> Any:
    """Of the main diagonal, to a matrix or from a square one."""
    return np.diag(dy)


@adjoint(np.diag, when=rank("v", 1))
def diag_of_vector(dy: Any, y: Any, v: Any, k: Any = 0) -> Any:
    """Of a matrix with a given diagonal."""
    return np.diag(dy, k)


@adjoint(np.diag, when=square("v"))
def diag_of_square(dy: Any, y: Any, v: Any, k: Any = 0) -> Any:
    """Of a diagonal of a square matrix."""
    return np.diag(dy, k)


@adjoint(np.diag, when=all_of(rank("v", 2), given("k", 0)))
def diag_of_matrix(dy: Any, y: Any, v: Any, k: Any = 0) -> Any:
    """Of the diagonal of any matrix."""
    places = np.arange(len(y))
    dv = np.zeros_like(v)
    dv[places, places] = dy
    return dv


@adjoint(np.diagonal, when=all_of(square("a"), given("offset", 0)))
def main_diagonal(dy: Any, y: Any, a: Any, offset: Any = 0) -> Any:
    """Of the main diagonal of a square matrix."""
    return np.diag(dy)


@adjoint(np.diagonal, when=square("a"))
def diagonal_of_square(dy: Any, y: Any, a: Any, offset: Any = 0) -> Any:
    """Of a diagonal of a square matrix."""
    return np.diag(dy, offset)


@adjoint(np.diagonal, when=all_of(rank("a", 2), given("offset", 0)))
def diagonal_of_matrix(dy: Any, y: Any, a: Any, offset: Any = 0) -> Any:
    """Of the diagonal of any matrix."""
    places = np.arange(len(y))
    da = np.zeros_like(a)
    da[places, places] = dy
    return da


@adjoint(np.tril, when=all_of(ranks_from(2), given("k", 0)), selects=True, unstretched=True)
def tril_main(dy: Any, y: Any, m: Any, k: Any = 0) -> Any:
    """Of what is on and below the main diagonal."""
    return np.tril(dy)


@adjoint(np.tril, when=ranks_from(2), selects=True, unstretched=True)
def tril(dy: Any, y: Any, m: Any, k: Any = 0) -> Any:
    """Of what is on and below a diagonal."""
    return np.tril(dy, k)


@adjoint(np.triu, when=all_of(ranks_from(2), given("k", 0)), selects=True, unstretched=True)
def triu_main(dy: Any, y: Any, m: Any, k: Any = 0) -> Any:
    """Of what is on and above the main diagonal."""
    return np.triu(dy)


@adjoint(np.triu, when=ranks_from(2), selects=True, unstretched=True)
def triu(dy: Any, y: Any, m: Any, k: Any = 0) -> Any:
    """Of what is on and above a diagonal."""
    return np.triu(dy, k)


COPIES = (np.copy, np.ndarray.copy)
CONVERSIONS = (
    np.array,
    np.asarray,
    np.asanyarray,
    np.ascontiguousarray,
    np.asfortranarray,
    np.asarray_chkfinite,
    np.require,
)
ASTYPE = (np.ndarray.astype, *numpy_functions("astype"))
linear(*COPIES, *CONVERSIONS, *ASTYPE, copying.copy, copying.deepcopy)
linear(np.float16, np.float32, np.float64, np.longdouble, float)


@adjoint(*COPIES, when=number("a"))
def copied(dy: Any, y: Any, a: Any, order: Any = "K") -> Any:
    """Of the same numbers in another place."""
    return dy


@adjoint(*CONVERSIONS, when=number("a"))
def made_array(
    dy: Any, y: Any, a: Any, dtype: Any = None, order: Any = None, *, copy: Any = None, requirements: Any = None
) -> Any:
    """Of the same numbers as an array."""
    return dy


@adjoint(copying.copy, copying.deepcopy, when=number("x"))
def copied_object(dy: Any, y: Any, x: Any) -> Any:
    """Of a copy of a number or an array."""
    return dy


@adjoint(*ASTYPE, when=number("a"))
def astype(
    dy: Any, y: Any, a: Any, dtype: Any = None, order: Any = None, casting: Any = None, *, copy: Any = True
) -> Any:
    """Of the same numbers with another precision."""
    return dy


@adjoint(np.float16, np.float32, np.float64, np.longdouble, float, when=number("x"))
def converted(dy: Any, y: Any, x: Any) -> Any:
    """Of the same number in another box."""
    return dy
