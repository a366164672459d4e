"""Functions that copy elements to several places, put others between or around them, or leave some out."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, Num, Seq
from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.rules.borders import REFLECTING, widths_known
from s2sgrad.rules.macros import negative, shape_of
from s2sgrad.rules.places import (
    backwards,
    columns_at,
    gathered,
    inside,
    repeated,
    rolled_back,
    rows_at,
    untiled,
)
from s2sgrad.rules.registry import adjoint, linear, tangent
from s2sgrad.rules.when import all_of, any_of, box, given, integer, kind, number, rank, ranks_from, some, value

COPYING = ("edge", "reflect", "symmetric", "wrap")
FIRST_TWO = all_of(given("axis1", 0), given("axis2", 1))
linear(np.append, np.diagflat, np.rot90, np.rollaxis, np.resize, np.delete)


PADDED = all_of(given("mode", "constant"), any_of(kind("array", "fc"), given("constant_values", 0)))
"""An array of whole numbers rounds what is put around it."""


@adjoint(
    np.pad, when=all_of(widths_known, PADDED, rank("constant_values", 0)), exact=True,
    operands=("array", "constant_values"),
)  # fmt: skip
def pad(dy: Any, y: Any, array: Any, pad_width: Any = 1, mode: Any = "constant", *, constant_values: Any = 0) -> Any:
    """Of an array with a number put around it."""
    return inside(dy, array, pad_width), np.sum(dy) - np.sum(inside(dy, array, pad_width))


@adjoint(np.pad, when=all_of(widths_known, given("mode", "constant")), exact=True)
def pad_with_constants(
    dy: Any, y: Any, array: Any, pad_width: Any = 1, mode: Any = "constant", *, constant_values: Any = 0
) -> Any:
    """Of an array with constants put around it."""
    return inside(dy, array, pad_width)


@adjoint(np.pad, when=all_of(widths_known, given("mode", "empty")), exact=True)
def pad_with_anything(dy: Any, y: Any, array: Any, pad_width: Any = 1, mode: Any = "constant") -> Any:
    """Of an array with room around it, which holds no numbers yet."""
    return inside(dy, array, pad_width)


@adjoint(np.pad, when=all_of(number("array"), given("mode", *COPYING)), exact=True)
def pad_with_copies(dy: Any, y: Any, array: Any, pad_width: Any = 1, mode: Any = "constant") -> Any:
    """Of an array with copies of its own elements put around it."""
    source = np.pad(np.reshape(np.arange(np.size(array)), shape_of(array)), pad_width, mode)
    return gathered(dy, source, array)


@tangent(np.pad, when=all_of(given("mode", "constant"), lambda facts: "constant_values" not in facts))
def pad_dot(y: Any, array: Any, pad_width: Any = 1, mode: Any = "constant", *, darray: Any) -> Any:
    """Of an array with zeros put around it."""
    return np.pad(darray, pad_width)


@tangent(np.pad, when=all_of(PADDED, number("constant_values")))
def pad_with_number_dot(
    y: Any,
    array: Any,
    pad_width: Any = 1,
    mode: Any = "constant",
    *,
    constant_values: Any,
    darray: Any,
    dconstant_values: Any,
) -> Any:
    """Of an array with a number put around it."""
    around = np.pad(np.zeros_like(array), pad_width, constant_values=1)
    return np.pad(darray, pad_width), around * dconstant_values


@tangent(np.pad, when=given("mode", "constant"))
def pad_with_constants_dot(
    y: Any, array: Any, pad_width: Any = 1, mode: Any = "constant", *, constant_values: Any = 0, darray: Any
) -> Any:
    """Of an array with constants put around it."""
    return np.pad(darray, pad_width)


@tangent(np.pad, when=given("mode", *COPYING))
def pad_with_copies_dot(y: Any, array: Any, pad_width: Any = 1, mode: Any = "constant", *, darray: Any) -> Any:
    """Of an array with copies of its own elements put around it."""
    return np.pad(darray, pad_width, mode)


@tangent(np.pad, when=given("mode", "empty"))
def pad_with_anything_dot(y: Any, array: Any, pad_width: Any = 1, mode: Any = "constant", *, darray: Any) -> Any:
    """Of an array with room around it, which holds no numbers yet."""
    return np.pad(darray, pad_width)


@tangent(np.pad, when=all_of(given("mode", *REFLECTING), given("reflect_type", "odd")))
def pad_with_reflections_dot(
    y: Any, array: Any, pad_width: Any = 1, mode: Any = "constant", *, reflect_type: Any = "even", darray: Any
) -> Any:
    """Of an array reflected at its ends."""
    return np.pad(darray, pad_width, mode, reflect_type="odd")


def _sequence(name: str) -> Any:
    def fits(facts: dict[str, Fact]) -> bool:
        fact = facts[name]
        return isinstance(fact, Seq) and fact.items is not None and all(isinstance(i, Num) for i in fact.items)

    return fits


@adjoint(np.tile, when=rank("A", 0))
def tile_number(dy: Any, y: Any, A: Any, reps: Any = 1) -> Any:
    """Of a number repeated."""
    return np.sum(dy)


@adjoint(np.tile, when=all_of(ranks_from(1), integer("reps")), exact=True)
def tile_last(dy: Any, y: Any, A: Any, reps: Any = 1) -> Any:
    """Of an array repeated along its last axis."""
    return untiled(dy, A, reps)


@adjoint(np.tile, when=all_of(ranks_from(1), _sequence("reps")), exact=True)
def tile_axes(dy: Any, y: Any, A: Any, reps: Any = 1) -> Any:
    """Of an array repeated along several axes."""
    return untiled(dy, A, reps)


@adjoint(np.repeat, when=all_of(integer("repeats"), ranks_from(1), integer("axis")), exact=True)
def repeat_axis(dy: Any, y: Any, a: Any, repeats: Any = 1, axis: Any = None) -> Any:
    """Of every element repeated along an axis."""
    return repeated(dy, a, repeats, axis)


@adjoint(np.repeat, when=all_of(given("axis", None), number("a")), exact=True)
def repeat_unevenly(dy: Any, y: Any, a: Any, repeats: Any = 1, axis: Any = None) -> Any:
    """Of every element repeated as often as is said of it, in one row."""
    source = np.repeat(np.arange(np.size(a)), repeats)
    return gathered(dy, source, a)


@adjoint(np.repeat, when=number("a"), exact=True)
def repeat_unevenly_along(dy: Any, y: Any, a: Any, repeats: Any = 1, axis: Any = None) -> Any:
    """Of every part along an axis repeated as often as is said of it."""
    source = np.repeat(np.reshape(np.arange(np.size(a)), shape_of(a)), repeats, axis)
    return gathered(dy, source, a)


@adjoint(np.resize, when=number("a"), exact=True)
def resize(dy: Any, y: Any, a: Any, new_shape: Any = 1) -> Any:
    """Of the elements over and over until the new shape is full."""
    source = np.resize(np.arange(np.size(a)), new_shape)
    return gathered(dy, source, a)


OF_VECTOR = all_of(rank("x", 1), integer("window_shape"))


@adjoint(
    np.lib.stride_tricks.sliding_window_view,
    when=all_of(OF_VECTOR, value("window_shape", lambda k: 0 < k <= 100)),
    exact=True,
)
def short_windows_of_vector(dy: Any, y: Any, x: Any, window_shape: Any = 1, axis: Any = None) -> Any:
    """Of short windows of a vector: sums along diagonals, which are columns once each row starts one place later."""
    skewed = np.zeros((window_shape, len(x) + 1), x.dtype)
    skewed[:, : len(dy)] = dy.T
    return np.reshape(np.ravel(skewed)[:-window_shape], (window_shape, len(x))).sum(axis=0)


@adjoint(np.lib.stride_tricks.sliding_window_view, when=OF_VECTOR, exact=True)
def windows_of_vector(dy: Any, y: Any, x: Any, window_shape: Any = 1, axis: Any = None) -> Any:
    """Of all windows of a vector: as of short ones, with what is less for the rows, windows or the places in them."""
    rows = dy.T if window_shape < len(dy) else dy
    skewed = np.zeros((len(rows), len(x) + 1), x.dtype)
    skewed[:, : rows.shape[1]] = rows
    return np.reshape(np.ravel(skewed)[: -len(rows)], (len(rows), len(x))).sum(axis=0)


@adjoint(np.lib.stride_tricks.sliding_window_view, when=number("x"), exact=True)
def sliding_window_view(dy: Any, y: Any, x: Any, window_shape: Any = 1, axis: Any = None) -> Any:
    """Of all windows of a shape."""
    numbers = np.reshape(np.arange(np.size(x)), shape_of(x))
    source = np.lib.stride_tricks.sliding_window_view(numbers, window_shape, axis)
    return gathered(dy, source, x)


linear(np.lib.stride_tricks.sliding_window_view)


@adjoint(np.roll, when=some("shift"))
def roll_several(dy: Any, y: Any, a: Any, shift: Any = 0, axis: Any = None) -> Any:
    """Of cyclic shifts of several axes: the shifts back."""
    return np.roll(dy, backwards(shift), axis)


@adjoint(np.rollaxis, when=all_of(ranks_from(1), integer("axis"), integer("start")))
def rollaxis(dy: Any, y: Any, a: Any, axis: Any = 0, start: Any = 0) -> Any:
    """Of an axis moved to another place."""
    return rolled_back(dy, a, axis, start)


@adjoint(np.rot90)
def rot90(dy: Any, y: Any, m: Any, k: Any = 1) -> Any:
    """Of turns by a right angle: the turns back."""
    return np.rot90(dy, negative(k))


@adjoint(np.rot90)
def rot90_of_axes(dy: Any, y: Any, m: Any, k: Any = 1, axes: Any = (0, 1)) -> Any:
    """Of turns by a right angle in the plane of two axes: the turns back."""
    return np.rot90(dy, negative(k), axes)


@adjoint(np.diagflat, when=number("v"), exact=True)
def diagflat(dy: Any, y: Any, v: Any, k: Any = 0) -> Any:
    """Of a matrix with all elements on a diagonal."""
    return np.reshape(np.diag(dy, k), shape_of(v))


@adjoint(np.diag, when=all_of(rank("v", 2), integer("k")), exact=True)
def diag_of_any_matrix(dy: Any, y: Any, v: Any, k: Any = 0) -> Any:
    """Of any diagonal of any matrix."""
    places = np.arange(len(y))
    dv = np.zeros_like(v)
    dv[rows_at(places, k), columns_at(places, k)] = dy
    return dv


@adjoint(np.diagonal, when=all_of(rank("a", 2), integer("offset"), FIRST_TWO), exact=True)
def any_diagonal_of_matrix(dy: Any, y: Any, a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    """Of any diagonal of any matrix."""
    places = np.arange(len(y))
    da = np.zeros_like(a)
    da[rows_at(places, offset), columns_at(places, offset)] = dy
    return da


@adjoint(np.diagonal, when=all_of(ranks_from(2), integer("offset")), exact=True)
def any_diagonal(dy: Any, y: Any, a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    """Of any diagonal of any two axes."""
    places = np.arange(y.shape[-1])
    matrices = np.zeros_like(np.moveaxis(a, (axis1, axis2), (-2, -1)))
    matrices[..., rows_at(places, offset), columns_at(places, offset)] = dy
    return np.moveaxis(matrices, (-2, -1), (axis1, axis2))


@adjoint(np.trace, when=all_of(ranks_from(2), integer("offset")), selects=True, exact=True)
def any_trace(dy: Any, y: Any, a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    """Of sums over any diagonals of any two axes."""
    ones = np.eye(a.shape[axis1], a.shape[axis2], offset, a.dtype)
    return np.moveaxis(np.expand_dims(dy, (-2, -1)) * ones, (-2, -1), (axis1, axis2))


@adjoint(*numpy_functions("diagonal", module=np.linalg), when=all_of(ranks_from(2), integer("offset")), exact=True)
def any_diagonal_of_matrices(dy: Any, y: Any, x: Any, *, offset: Any = 0) -> Any:
    """Of any diagonals of matrices."""
    places = np.arange(y.shape[-1])
    dx = np.zeros_like(x)
    dx[..., rows_at(places, offset), columns_at(places, offset)] = dy
    return dx


@adjoint(np.tril, when=rank("m", 1), exact=True)
def tril_of_vector(dy: Any, y: Any, m: Any, k: Any = 0) -> Any:
    """Of a vector in every row, of which the lower triangle is kept."""
    return np.tril(dy, k).sum(axis=0)


@adjoint(np.triu, when=rank("m", 1), exact=True)
def triu_of_vector(dy: Any, y: Any, m: Any, k: Any = 0) -> Any:
    """Of a vector in every row, of which the upper triangle is kept."""
    return np.triu(dy, k).sum(axis=0)


@adjoint(np.append, when=all_of(rank("arr", 1), rank("values", 1)), exact=True)
def append_vectors(dy: Any, y: Any, arr: Any, values: Any, axis: Any = None) -> Any:
    """Of one vector behind another."""
    return dy[: len(arr)], dy[len(arr) :]


@adjoint(np.append, when=all_of(number("arr"), number("values"), given("axis", None)), exact=True)
def append_all(dy: Any, y: Any, arr: Any, values: Any, axis: Any = None) -> Any:
    """Of the elements of one array behind those of another."""
    front, back = np.split(dy, [np.size(arr)])
    return np.reshape(front, shape_of(arr)), np.reshape(back, shape_of(values))


@adjoint(np.append, when=all_of(ranks_from(1, 1), given("axis", 0)), exact=True)
def append_rows(dy: Any, y: Any, arr: Any, values: Any, axis: Any = None) -> Any:
    """Of the rows of one array behind those of another."""
    return dy[: len(arr)], dy[len(arr) :]


@adjoint(np.append, when=all_of(ranks_from(1, 1), integer("axis")), exact=True)
def append_along(dy: Any, y: Any, arr: Any, values: Any, axis: Any = None) -> Any:
    """Of one array behind another along an axis."""
    front, back = np.split(dy, [arr.shape[axis]], axis)
    return front, back


AT_INDEX = value("obj", lambda k: k >= 0)


@adjoint(np.delete, when=all_of(rank("arr", 1), integer("obj"), AT_INDEX), exact=True)
def delete_one(dy: Any, y: Any, arr: Any, obj: Any = 0, axis: Any = None) -> Any:
    """Of a vector without one of its elements."""
    return np.concatenate((dy[:obj], np.zeros(1, arr.dtype), dy[obj:]))


@adjoint(np.delete, when=all_of(ranks_from(1), integer("obj"), AT_INDEX, integer("axis")), exact=True)
def delete_part(dy: Any, y: Any, arr: Any, obj: Any = 0, axis: Any = None) -> Any:
    """Of an array without one part along an axis."""
    return np.insert(dy, obj, 0, axis)


FLOATS = all_of(box("arr", "array"), kind("arr", "fc"))
"""Of what others are put into: an array of whole numbers rounds them."""


@adjoint(np.insert, when=all_of(FLOATS, rank("arr", 1), rank("values", 0), integer("obj"), AT_INDEX), exact=True)
def insert_one(dy: Any, y: Any, arr: Any, obj: Any, values: Any, axis: Any = None) -> Any:
    """Of a vector with a number put in."""
    return np.delete(dy, obj), None, dy[obj]


@adjoint(np.insert, when=all_of(FLOATS, rank("arr", 1), rank("values", 0, 1), integer("obj")))
def insert_at_one_place(dy: Any, y: Any, arr: Any, obj: Any, values: Any, axis: Any = None) -> Any:
    """Of a vector with numbers put in at one place."""
    new = np.insert(np.zeros(len(arr), bool), obj, np.ones(shape_of(values), bool))
    return dy[~new], None, dy[new]


def _fewer_axes(facts: dict[str, Fact]) -> bool:
    """True where what is put in has fewer axes than what it is put into."""
    arr, values = facts["arr"], facts["values"]
    known = isinstance(arr, Num) and isinstance(values, Num) and arr.rank is not None and values.rank is not None
    return known and values.rank < arr.rank  # type: ignore[union-attr,operator]


@adjoint(np.insert, when=all_of(FLOATS, _fewer_axes, integer("obj"), AT_INDEX, integer("axis")))
def insert_part(dy: Any, y: Any, arr: Any, obj: Any, values: Any, axis: Any = None) -> Any:
    """Of an array with a part put in along an axis."""
    return np.delete(dy, obj, axis), None, np.take(dy, obj, axis)


@adjoint(np.insert, when=all_of(FLOATS, number("values")), exact=True)
def insert(dy: Any, y: Any, arr: Any, obj: Any, values: Any, axis: Any = None) -> Any:
    """Of an array with others put in anywhere: NumPy puts in their numbers to tell where they went."""
    numbers = np.reshape(np.arange(np.size(values)), shape_of(values))
    source = np.insert(np.full(shape_of(arr), -1), obj, numbers, axis)
    new = source >= 0
    return np.reshape(dy[~new], shape_of(arr)), None, gathered(dy[new], source[new], values)


@tangent(np.insert, when=FLOATS)
def insert_dot(y: Any, arr: Any, obj: Any, values: Any, axis: Any = None, *, darr: Any, dvalues: Any) -> Any:
    """Of an array with others put in."""
    return np.insert(darr, obj, np.zeros_like(values), axis), np.insert(np.zeros_like(arr), obj, dvalues, axis)


@adjoint(np.trim_zeros, when=all_of(rank("filt", 1), given("trim", "fb", "f")), exact=True)
def trim_zeros(dy: Any, y: Any, filt: Any, trim: Any = "fb") -> Any:
    """Of a vector without the zeros at its ends."""
    start = np.argmax(filt != 0)
    return np.pad(dy, (start, len(filt) - len(y) - start))


@adjoint(np.trim_zeros, when=all_of(rank("filt", 1), given("trim", "b")), exact=True)
def trim_zeros_behind(dy: Any, y: Any, filt: Any, trim: Any = "fb") -> Any:
    """Of a vector without the zeros at its end."""
    return np.pad(dy, (0, len(filt) - len(y)))


@tangent(np.trim_zeros, when=given("trim", "fb", "f"))
def trim_zeros_dot(y: Any, filt: Any, trim: Any = "fb", *, dfilt: Any) -> Any:
    """Of a vector without the zeros at its ends."""
    start = np.argmax(filt != 0)
    return dfilt[start : start + len(y)]


@tangent(np.trim_zeros, when=given("trim", "b"))
def trim_zeros_behind_dot(y: Any, filt: Any, trim: Any = "fb", *, dfilt: Any) -> Any:
    """Of a vector without the zeros at its end."""
    return dfilt[: len(y)]


@adjoint(np.vander, when=all_of(rank("x", 1), given("increasing", False)), exact=True)
def vander(dy: Any, y: Any, x: Any, N: Any = None, increasing: Any = False) -> Any:
    """Of the falling powers of each number: the slope of each is a multiple of the next one."""
    return (dy[:, :-1] * y[:, 1:]) @ np.arange(y.shape[1] - 1, 0, -1)


@adjoint(np.vander, when=all_of(rank("x", 1), given("increasing", True)), exact=True)
def vander_increasing(dy: Any, y: Any, x: Any, N: Any = None, increasing: Any = False) -> Any:
    """Of the rising powers of each number: the slope of each is a multiple of the one before."""
    return (dy[:, 1:] * y[:, :-1]) @ np.arange(1, y.shape[1])


@tangent(np.vander, when=given("increasing", False))
def vander_dot(y: Any, x: Any, N: Any = None, increasing: Any = False, *, dx: Any) -> Any:
    """Of the falling powers of each number."""
    powers = np.arange(y.shape[1])[::-1]
    return powers * x[:, None] ** np.maximum(powers - 1, 0) * dx[:, None]


@tangent(np.vander, when=given("increasing", True))
def vander_increasing_dot(y: Any, x: Any, N: Any = None, increasing: Any = False, *, dx: Any) -> Any:
    """Of the rising powers of each number."""
    powers = np.arange(y.shape[1])
    return powers * x[:, None] ** np.maximum(powers - 1, 0) * dx[:, None]
