"""Vectors with copies of their own elements put around them, and arrays reflected along one axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, NeedValue, Num
from s2sgrad.quote import quote
from s2sgrad.rules.places import before_of, gathered, inside, put_before, put_behind, widths_of
from s2sgrad.rules.registry import adjoint
from s2sgrad.rules.when import all_of, given, integer, rank, ranks_from


def widths_known(facts: dict[str, Fact]) -> bool:
    """True where it is known how much is put around each axis, or that it is the same everywhere."""
    array, width = facts["array"], facts["pad_width"]
    if not isinstance(array, Num) or not array.rank:
        return False
    if array.rank == 1 and before_of(width, quote("x")) is not None:
        return True
    try:
        return widths_of(width, array.rank) is not None or integer("pad_width")(facts)
    except NeedValue as need:
        if need.path:
            raise
        return False


REFLECTING = ("reflect", "symmetric")
AROUND = all_of(rank("array", 1), widths_known)
THERE_AND_BACK = (np.pad,) if np.lib.NumpyVersion(np.__version__) >= "2.0.0" else ()
"""Before version 2, what is wider than the vector itself is not always reflected from end to end."""


def _one_axis_padded(facts: dict[str, Fact]) -> bool:
    """True where a pair of widths is given for each axis, and all but those of one are 0."""
    array = facts["array"]
    if not isinstance(array, Num) or array.rank is None:
        return False
    pairs = widths_of(facts["pad_width"], array.rank)
    return pairs is not None and sum(pair != (0, 0) for pair in pairs) == 1


@adjoint(np.pad, when=all_of(rank("array", 1), given("mode", *REFLECTING), given("reflect_type", "odd")), exact=True)
def pad_with_reflections(
    dy: Any, y: Any, array: Any, pad_width: Any = 1, mode: Any = "constant", *, reflect_type: Any = "even"
) -> Any:
    """Of a vector reflected at its ends: each element put there is one of its own, and so much of both ends.

    How much of them is what NumPy makes of vectors that are 1 at one end.
    """
    source = np.pad(np.arange(len(array)), pad_width, mode)
    numbers = np.arange(len(array))
    first = np.pad((numbers == 0).astype(dy.dtype), pad_width, mode, reflect_type="odd")
    last = np.pad((numbers == len(array) - 1).astype(dy.dtype), pad_width, mode, reflect_type="odd")
    own = gathered(dy * (1 - first - last), source, array)
    return own + (dy @ first) * (numbers == 0) + (dy @ last) * (numbers == len(array) - 1)


ONE_AXIS = all_of(ranks_from(2), given("mode", *REFLECTING), given("reflect_type", "odd"))


@adjoint(np.pad, when=all_of(ONE_AXIS, _one_axis_padded), exact=True)
def pad_with_reflections_along(
    dy: Any, y: Any, array: Any, pad_width: Any = 1, mode: Any = "constant", *, reflect_type: Any = "even"
) -> Any:
    """Of an array reflected at its ends along one axis, as that of each of its vectors."""
    axis = np.argmax(np.max(pad_width, axis=1))
    rows = np.moveaxis(dy, axis, -1)
    n = array.shape[axis]
    numbers = np.arange(n)
    source = np.pad(numbers, pad_width[axis], mode)
    first = np.pad((numbers == 0).astype(dy.dtype), pad_width[axis], mode, reflect_type="odd")
    last = np.pad((numbers == n - 1).astype(dy.dtype), pad_width[axis], mode, reflect_type="odd")
    copies = (source[:, None] == numbers) * (1 - first - last)[:, None]
    ends = np.outer(first, numbers == 0) + np.outer(last, numbers == n - 1)
    return np.moveaxis(rows @ (copies + ends), -1, axis)


@adjoint(np.pad, when=all_of(given("mode", "edge"), AROUND), exact=True)
def pad_with_ends(dy: Any, y: Any, array: Any, pad_width: Any = 1, mode: Any = "constant") -> Any:
    """Of a vector with copies of its ends put around it."""
    darray = np.copy(inside(dy, array, pad_width))
    darray[0] += np.sum(put_before(dy, array, pad_width))
    darray[-1] += np.sum(put_behind(dy, array, pad_width))
    return darray


@adjoint(np.pad, when=all_of(given("mode", "wrap"), AROUND), exact=True)
def pad_with_rounds(dy: Any, y: Any, array: Any, pad_width: Any = 1, mode: Any = "constant") -> Any:
    """Of a vector that starts again behind its end, and ends in front of its start."""
    before = put_before(dy, array, pad_width)
    behind = put_behind(dy, array, pad_width)
    darray = np.copy(inside(dy, array, pad_width))
    np.add.at(darray, np.arange(-len(before), 0) % len(array), before)
    np.add.at(darray, np.arange(len(behind)) % len(array), behind)
    return darray


@adjoint(*THERE_AND_BACK, when=all_of(given("mode", "reflect"), AROUND), exact=True)
def pad_with_mirrored(dy: Any, y: Any, array: Any, pad_width: Any = 1, mode: Any = "constant") -> Any:
    """Of a vector that goes there and back, with each end once."""
    period = max(2 * len(array) - 2, 1)
    before = put_before(dy, array, pad_width)
    behind = put_behind(dy, array, pad_width)
    first = np.arange(-len(before), 0) % period
    last = np.arange(len(array), len(array) + len(behind)) % period
    darray = np.copy(inside(dy, array, pad_width))
    np.add.at(darray, np.minimum(first, period - first), before)
    np.add.at(darray, np.minimum(last, period - last), behind)
    return darray


@adjoint(*THERE_AND_BACK, when=all_of(given("mode", "symmetric"), AROUND), exact=True)
def pad_with_mirrored_ends(dy: Any, y: Any, array: Any, pad_width: Any = 1, mode: Any = "constant") -> Any:
    """Of a vector that goes there and back, with each end twice."""
    period = 2 * len(array)
    before = put_before(dy, array, pad_width)
    behind = put_behind(dy, array, pad_width)
    first = np.arange(-len(before), 0) % period
    last = np.arange(len(array), len(array) + len(behind)) % period
    darray = np.copy(inside(dy, array, pad_width))
    np.add.at(darray, np.minimum(first, period - 1 - first), before)
    np.add.at(darray, np.minimum(last, period - 1 - last), behind)
    return darray
