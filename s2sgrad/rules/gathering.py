"""Functions that pick elements by index or by mask. The same pick among the places tells where each of them stood."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, Num, Seq, SliceFact
from s2sgrad.rules.macros import shape_of
from s2sgrad.rules.registry import When, adjoint, linear
from s2sgrad.rules.rows import in_a_row
from s2sgrad.rules.when import all_of, axis_is, box, given, integer, rank

linear(np.take, np.take_along_axis, np.compress, np.ndarray.compress, np.extract)


def _is_index(name: str) -> When:
    """True where the brackets of an array take this, too, in the same sense: a tuple says something else there."""

    def fits(facts: dict[str, Fact]) -> bool:
        found = facts.get(name)
        if isinstance(found, Num):
            return found.kind != "b"
        return isinstance(found, SliceFact) or (isinstance(found, Seq) and found.kind == "list" and not _masks(found))

    return fits


def _is_table(facts: dict[str, Fact]) -> bool:
    """True for indices with several axes."""
    indices = facts.get("indices")
    return isinstance(indices, Num) and (indices.rank or 0) > 1


def _masks(fact: Seq) -> bool:
    """True for a list of bools, which are the numbers 0 and 1 for ``np.take`` and a mask between brackets."""
    items = (fact.element,) if fact.items is None else fact.items
    return any(isinstance(item, Num) and item.kind == "b" for item in items)


FIRST, SECOND, LAST = axis_is(0), axis_is(1), axis_is(-1)
ONE_PART = all_of(box("a", "array"), integer("indices"), given("mode", "raise"))


PARTS = all_of(box("a", "array"), _is_index("indices"), given("mode", "raise"))


@adjoint(np.take, when=all_of(PARTS, rank("a", 1), box("indices", "array"), _is_table), exact=True)
def take_tables_of_vector(
    dy: Any, y: Any, a: Any, indices: Any = None, axis: Any = None, *, mode: Any = "raise"
) -> Any:
    """Of the elements of a vector at a table of indices, which ``np.add.at`` takes in a row several times as fast."""
    da = np.zeros_like(a)
    np.add.at(da, np.ravel(indices), np.ravel(dy))
    return da


@adjoint(np.take, when=all_of(PARTS, rank("a", 1)), exact=True)
def take_of_vector(dy: Any, y: Any, a: Any, indices: Any = None, axis: Any = None, *, mode: Any = "raise") -> Any:
    """Of the elements of a vector at some indices; what is taken twice adds up."""
    da = np.zeros_like(a)
    np.add.at(da, indices, dy)
    return da


@adjoint(np.take, when=all_of(ONE_PART, FIRST), exact=True)
def take_one_row(dy: Any, y: Any, a: Any, indices: Any = None, axis: Any = None, *, mode: Any = "raise") -> Any:
    """Of one part along the first axis."""
    da = np.zeros_like(a)
    da[indices] = dy
    return da


@adjoint(np.take, when=all_of(ONE_PART, SECOND), exact=True)
def take_one_second(dy: Any, y: Any, a: Any, indices: Any = None, axis: Any = None, *, mode: Any = "raise") -> Any:
    """Of one part along the second axis."""
    da = np.zeros_like(a)
    da[:, indices] = dy
    return da


@adjoint(np.take, when=all_of(ONE_PART, LAST), exact=True)
def take_one_column(dy: Any, y: Any, a: Any, indices: Any = None, axis: Any = None, *, mode: Any = "raise") -> Any:
    """Of one part along the last axis."""
    da = np.zeros_like(a)
    da[..., indices] = dy
    return da


@adjoint(np.take, when=all_of(PARTS, FIRST), exact=True)
def take_rows(dy: Any, y: Any, a: Any, indices: Any = None, axis: Any = None, *, mode: Any = "raise") -> Any:
    """Of parts along the first axis; what is taken twice adds up."""
    da = np.zeros_like(a)
    np.add.at(da, indices, dy)
    return da


@adjoint(np.take, when=all_of(PARTS, SECOND), exact=True)
def take_seconds(dy: Any, y: Any, a: Any, indices: Any = None, axis: Any = None, *, mode: Any = "raise") -> Any:
    """Of parts along the second axis; what is taken twice adds up."""
    da = np.zeros_like(a)
    np.add.at(da, np.s_[:, indices], dy)  # type: ignore[arg-type]  # the stub knows no tuples
    return da


@adjoint(np.take, when=all_of(PARTS, LAST), exact=True)
def take_columns(dy: Any, y: Any, a: Any, indices: Any = None, axis: Any = None, *, mode: Any = "raise") -> Any:
    """Of parts along the last axis; what is taken twice adds up."""
    da = np.zeros_like(a)
    np.add.at(da, np.s_[..., indices], dy)  # type: ignore[arg-type]  # the stub knows no tuples
    return da


@adjoint(np.take, when=all_of(PARTS, given("axis", None)), exact=True)
def take_elements(dy: Any, y: Any, a: Any, indices: Any = None, axis: Any = None, *, mode: Any = "raise") -> Any:
    """Of some of the elements in one row; what is taken twice adds up."""
    total = np.zeros(a.size, a.dtype)
    np.add.at(total, in_a_row(indices), in_a_row(dy))
    return np.reshape(total, shape_of(a))


@adjoint(np.take, when=box("a", "array"), exact=True)
def take(dy: Any, y: Any, a: Any, indices: Any = None, axis: Any = None, *, mode: Any = "raise") -> Any:
    """Of the elements, or parts along an axis, at some indices; what is taken twice adds up."""
    numbered = np.reshape(np.arange(a.size), shape_of(a))
    places = np.take(numbered, indices, axis=axis, mode=mode)
    total = np.zeros(a.size, a.dtype)
    np.add.at(total, np.ravel(places), np.ravel(dy))
    return np.reshape(total, shape_of(a))


def _one_of_each_row(facts: dict[str, Fact]) -> bool:
    """True for a matrix with several rows, and one index for each of them."""
    arr, indices = facts["arr"], facts["indices"]
    if not isinstance(arr, Num) or not isinstance(indices, Num) or indices.box != "array":
        return False
    if arr.shape is None or indices.shape is None or not len(arr.shape) == len(indices.shape) == 2:
        return False
    return axis_is(-1, "arr")(facts) and arr.shape[0].not_one and indices.shape[1].is_one


@adjoint(np.take_along_axis, when=all_of(box("arr", "array"), _one_of_each_row), exact=True)
def take_one_of_each_row(dy: Any, y: Any, arr: Any, indices: Any = None, axis: Any = -1) -> Any:
    """Of one element of each row of a matrix."""
    darr = np.zeros_like(arr)
    darr[np.arange(len(arr)), np.ravel(indices)] = np.ravel(dy)
    return darr


@adjoint(
    np.take_along_axis,
    when=all_of(box("arr", "array"), rank("arr", 2), box("indices", "array"), axis_is(-1, "arr")),
    exact=True,
)
def take_along_rows(dy: Any, y: Any, arr: Any, indices: Any = None, axis: Any = -1) -> Any:
    """Of elements of each row of a matrix; what is taken twice adds up."""
    starts = np.arange(len(arr)) * arr.shape[1]
    places = starts[:, None] + np.arange(arr.shape[1])[indices]
    total = np.zeros(arr.size, arr.dtype)
    np.add.at(total, np.ravel(places), np.ravel(dy))
    return np.reshape(total, shape_of(arr))


@adjoint(np.take_along_axis, when=box("arr", "array"), exact=True)
def take_along_axis(dy: Any, y: Any, arr: Any, indices: Any = None, axis: Any = -1) -> Any:
    """Of the elements at indices along one axis; what is taken twice adds up."""
    numbered = np.reshape(np.arange(arr.size), shape_of(arr))
    places = np.take_along_axis(numbered, indices, axis)
    total = np.zeros(arr.size, arr.dtype)
    np.add.at(total, np.ravel(places), np.ravel(dy))
    return np.reshape(total, shape_of(arr))


@adjoint(np.compress, when=all_of(box("a", "array"), FIRST), selects=True, exact=True)
def compress_rows(dy: Any, y: Any, condition: Any, a: Any, axis: Any = None) -> Any:
    """Of the parts along the first axis for which a condition holds."""
    da = np.zeros_like(a)
    da[np.flatnonzero(condition)] = dy
    return None, da


@adjoint(np.compress, when=all_of(box("a", "array"), SECOND), selects=True, exact=True)
def compress_second(dy: Any, y: Any, condition: Any, a: Any, axis: Any = None) -> Any:
    """Of the parts along the second axis for which a condition holds."""
    da = np.zeros_like(a)
    da[:, np.flatnonzero(condition)] = dy
    return None, da


@adjoint(np.compress, when=all_of(box("a", "array"), LAST), selects=True, exact=True)
def compress_columns(dy: Any, y: Any, condition: Any, a: Any, axis: Any = None) -> Any:
    """Of the parts along the last axis for which a condition holds."""
    da = np.zeros_like(a)
    da[..., np.flatnonzero(condition)] = dy
    return None, da


@adjoint(np.compress, when=box("a", "array"), selects=True, exact=True)
def compress(dy: Any, y: Any, condition: Any, a: Any, axis: Any = None) -> Any:
    """Of the parts along an axis for which a condition holds."""
    numbered = np.reshape(np.arange(a.size), shape_of(a))
    places = np.compress(condition, numbered, axis=axis)
    total = np.zeros(a.size, a.dtype)
    total[places] = dy
    return None, np.reshape(total, shape_of(a))


@adjoint(np.ndarray.compress, when=box("a", "array"), selects=True, exact=True)
def compress_method(dy: Any, y: Any, a: Any, condition: Any = None, axis: Any = None) -> Any:
    """Of the parts along an axis for which a condition holds."""
    numbered = np.reshape(np.arange(a.size), shape_of(a))
    places = np.compress(condition, numbered, axis=axis)
    total = np.zeros(a.size, a.dtype)
    total[places] = dy
    return np.reshape(total, shape_of(a))


@adjoint(np.extract, when=box("arr", "array"), selects=True, exact=True)
def extract(dy: Any, y: Any, condition: Any, arr: Any) -> Any:
    """Of the elements for which a condition holds."""
    total = np.zeros(arr.size, arr.dtype)
    total[np.flatnonzero(condition)] = dy
    return None, np.reshape(total, shape_of(arr))


WHOLE = box("arr", "array")
AT_INDICES = all_of(WHOLE, _is_index("obj"))


@adjoint(np.delete, when=all_of(AT_INDICES, rank("arr", 1)), exact=True)
def delete_from_vector(dy: Any, y: Any, arr: Any, obj: Any = 0, axis: Any = None) -> Any:
    """Of a vector without some of its elements."""
    stayed = np.ones(len(arr), bool)
    stayed[obj] = False
    darr = np.zeros_like(arr)
    darr[stayed] = dy
    return darr


@adjoint(np.delete, when=all_of(AT_INDICES, axis_is(0, "arr")), exact=True)
def delete_rows(dy: Any, y: Any, arr: Any, obj: Any = 0, axis: Any = None) -> Any:
    """Of an array without some parts along its first axis."""
    stayed = np.ones(len(arr), bool)
    stayed[obj] = False
    darr = np.zeros_like(arr)
    darr[stayed] = dy
    return darr


@adjoint(np.delete, when=all_of(AT_INDICES, axis_is(1, "arr")), exact=True)
def delete_second(dy: Any, y: Any, arr: Any, obj: Any = 0, axis: Any = None) -> Any:
    """Of an array without some parts along its second axis."""
    stayed = np.ones(arr.shape[1], bool)
    stayed[obj] = False
    darr = np.zeros_like(arr)
    darr[:, stayed] = dy
    return darr


@adjoint(np.delete, when=all_of(AT_INDICES, axis_is(-1, "arr")), exact=True)
def delete_columns(dy: Any, y: Any, arr: Any, obj: Any = 0, axis: Any = None) -> Any:
    """Of an array without some parts along its last axis."""
    stayed = np.ones(arr.shape[-1], bool)
    stayed[obj] = False
    darr = np.zeros_like(arr)
    darr[..., stayed] = dy
    return darr


@adjoint(np.delete, when=all_of(AT_INDICES, given("axis", None)), exact=True)
def delete_elements(dy: Any, y: Any, arr: Any, obj: Any = 0, axis: Any = None) -> Any:
    """Of the elements of an array, in one row, without some of them."""
    stayed = np.ones(arr.size, bool)
    stayed[obj] = False
    total = np.zeros(arr.size, arr.dtype)
    total[stayed] = dy
    return np.reshape(total, shape_of(arr))


@adjoint(np.delete, when=WHOLE, exact=True)
def delete_parts(dy: Any, y: Any, arr: Any, obj: Any = 0, axis: Any = None) -> Any:
    """Of an array without some parts along any axis, or without some elements of it, in one row."""
    stayed = np.delete(np.reshape(np.arange(arr.size), shape_of(arr)), obj, axis)
    total = np.zeros(arr.size, arr.dtype)
    total[stayed] = dy
    return np.reshape(total, shape_of(arr))
