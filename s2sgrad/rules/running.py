"""Running products and sums, and differences of neighbours."""

from __future__ import annotations

from typing import Any

import numpy as np

import s2sgrad.rules.reductions  # noqa: F401  # its rules come first
from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.rules.macros import around, cut_to, in_shape, running_back, shape_of
from s2sgrad.rules.registry import When, adjoint, linear, tangent
from s2sgrad.rules.rows import first_axis, in_a_row, next_axis
from s2sgrad.rules.when import all_of, any_of, axis_is, box, given, integer, number, rank, ranks_from, settled, value

CUMULATIVE_SUM = numpy_functions("cumulative_sum")
CUMULATIVE_PROD = numpy_functions("cumulative_prod")

ALONG_AXIS = all_of(ranks_from(1), value("axis", lambda axis: True))
IN_A_ROW = all_of(settled("a"), any_of(rank("a", 1), given("axis", None)), given("include_initial", False))
OVER_AXIS = all_of(settled("a"), integer("axis"), given("include_initial", False))

linear(*CUMULATIVE_SUM, np.diff)


@adjoint(np.cumsum, when=all_of(number("a"), any_of(integer("axis"), given("axis", None))), exact=True)
def cumsum_in_dtype(dy: Any, y: Any, a: Any, axis: Any = None, dtype: Any = None) -> Any:
    """Of the running sum in a given dtype: the running sum from the other end."""
    return running_back(dy, a, axis)


@adjoint(np.cumprod, *CUMULATIVE_PROD, when=IN_A_ROW, exact=True)
def cumprod_of_all(
    dy: Any, y: Any, a: Any, axis: Any = None, dtype: Any = None, *, include_initial: Any = False
) -> Any:
    """Of the running product of all elements: it is divided by each; for each of the first zeros, it is made without.

    So is what comes from derivatives of it, up to the eighth: behind more zeros, these are 0.
    """
    row = in_a_row(a)
    is_zero = row == 0
    each_zero = np.flatnonzero(is_zero)[:8, None] == np.arange(len(row))
    free = np.cumprod(np.where(each_zero, 1, row), axis=1)
    own = np.cumsum((dy * free)[:, ::-1], axis=1)[:, ::-1]
    slope = np.cumsum((dy * y)[::-1])[::-1] / np.where(is_zero, 1, row)
    return in_shape(np.where(is_zero, np.where(each_zero, own, 0).sum(axis=0), slope), a, axis)


@adjoint(np.cumprod, *CUMULATIVE_PROD, when=OVER_AXIS, exact=True)
def cumprod(dy: Any, y: Any, a: Any, axis: Any = None, dtype: Any = None, *, include_initial: Any = False) -> Any:
    """Of the running product over one axis: as of all elements, for the first zeros of each row."""
    is_zero = a == 0
    order = np.cumsum(is_zero, axis=axis)
    each_zero = is_zero & (order == first_axis(np.arange(1, min(np.max(order, initial=0), 8) + 1), a))
    free = np.cumprod(np.where(each_zero, 1, a), axis=next_axis(axis, a))
    own = running_back(dy * free, free, next_axis(axis, a))
    slope = running_back(dy * y, a, axis) / np.where(is_zero, 1, a)
    return np.where(is_zero, np.where(each_zero, own, 0).sum(axis=0), slope)


@tangent(np.cumprod, *CUMULATIVE_PROD, when=IN_A_ROW)
def cumprod_of_all_dot(
    y: Any, a: Any, axis: Any = None, dtype: Any = None, *, include_initial: Any = False, da: Any
) -> Any:
    """Of the running product of all elements: by quotients, and for each of the first zeros by the product without."""
    row = in_a_row(a)
    is_zero = row == 0
    each_zero = np.flatnonzero(is_zero)[:8, None] == np.arange(len(row))
    free = np.cumprod(np.where(each_zero, 1, row), axis=1)
    rate = in_a_row(da)
    own = np.cumsum(np.where(each_zero, rate, 0), axis=1)
    return y * np.cumsum(np.where(is_zero, 0, rate / np.where(is_zero, 1, row))) + (free * own).sum(axis=0)


@tangent(np.cumprod, *CUMULATIVE_PROD, when=OVER_AXIS)
def cumprod_dot(
    y: Any, a: Any, axis: Any = None, dtype: Any = None, *, include_initial: Any = False, da: Any
) -> Any:
    """Of the running product over one axis: as of all elements, for the first zeros of each row."""
    is_zero = a == 0
    order = np.cumsum(is_zero, axis=axis)
    each_zero = is_zero & (order == first_axis(np.arange(1, min(np.max(order, initial=0), 8) + 1), a))
    free = np.cumprod(np.where(each_zero, 1, a), axis=next_axis(axis, a))
    own = np.cumsum(np.where(each_zero, da, 0), axis=next_axis(axis, a))
    return y * np.cumsum(np.where(is_zero, 0, da / np.where(is_zero, 1, a)), axis=axis) + (free * own).sum(axis=0)


@adjoint(*CUMULATIVE_SUM, when=all_of(rank("x", 1), given("include_initial", False)), exact=True)
def cumulative_sum_of_vector(
    dy: Any, y: Any, x: Any, *, axis: Any = None, dtype: Any = None, include_initial: Any = False
) -> Any:
    """Of the running sum of a vector: the running sum from the other end."""
    return np.cumsum(dy[::-1])[::-1]


@adjoint(*CUMULATIVE_SUM, when=all_of(rank("x", 1), given("include_initial", True)), exact=True)
def cumulative_sum_from_zero(
    dy: Any, y: Any, x: Any, *, axis: Any = None, dtype: Any = None, include_initial: Any = False
) -> Any:
    """Of the running sum of a vector, with 0 in front."""
    return np.cumsum(dy[:0:-1])[::-1]


@adjoint(*CUMULATIVE_SUM, when=all_of(integer("axis"), given("include_initial", False)), exact=True)
def cumulative_sum(
    dy: Any, y: Any, x: Any, *, axis: Any = None, dtype: Any = None, include_initial: Any = False
) -> Any:
    """Of the running sum over one axis."""
    return running_back(dy, x, axis)


@adjoint(*CUMULATIVE_SUM, when=all_of(integer("axis"), given("include_initial", True)), exact=True)
def cumulative_sum_from_zeros(
    dy: Any, y: Any, x: Any, *, axis: Any = None, dtype: Any = None, include_initial: Any = False
) -> Any:
    """Of the running sum over one axis, with zeros in front."""
    return running_back(np.delete(dy, 0, axis=axis), x, axis)


@adjoint(*CUMULATIVE_PROD, when=all_of(rank("x", 1), settled("x"), given("include_initial", True)), exact=True)
def cumulative_prod_from_one(
    dy: Any, y: Any, x: Any, *, axis: Any = None, dtype: Any = None, include_initial: Any = False
) -> Any:
    """Of the running product of a vector, with 1 in front: as without it, from the second element on."""
    is_zero = x == 0
    each_zero = np.flatnonzero(is_zero)[:8, None] == np.arange(len(x))
    free = np.cumprod(np.where(each_zero, 1, x), axis=1)
    own = np.cumsum((dy[1:] * free)[:, ::-1], axis=1)[:, ::-1]
    slope = np.cumsum((dy * y)[:0:-1])[::-1] / np.where(is_zero, 1, x)
    return np.where(is_zero, np.where(each_zero, own, 0).sum(axis=0), slope)


@tangent(*CUMULATIVE_PROD, when=all_of(rank("x", 1), settled("x"), given("include_initial", True)))
def cumulative_prod_from_one_dot(
    y: Any, x: Any, *, axis: Any = None, dtype: Any = None, include_initial: Any = False, dx: Any
) -> Any:
    """Of the running product of a vector, with 1 in front: as without it, from the second element on."""
    is_zero = x == 0
    each_zero = np.flatnonzero(is_zero)[:8, None] == np.arange(len(x))
    free = np.cumprod(np.where(each_zero, 1, x), axis=1)
    own = np.cumsum(np.where(each_zero, dx, 0), axis=1)
    slopes = np.cumsum(np.where(is_zero, 0, dx / np.where(is_zero, 1, x)))
    return np.pad(y[1:] * slopes + (free * own).sum(axis=0), (1, 0))


# ---- differences ----


@adjoint(np.diff, when=all_of(number("a"), given("n", 0)))
def diff_0(dy: Any, y: Any, a: Any, n: Any = 1, axis: Any = -1) -> Any:
    """Of no difference at all."""
    return dy


@adjoint(np.diff, when=all_of(rank("a", 1), given("n", 1)), exact=True)
def diff(dy: Any, y: Any, a: Any, n: Any = 1, axis: Any = -1) -> Any:
    """Of the differences of neighbours in a vector."""
    da = np.zeros_like(a)
    da[1:] += dy
    da[:-1] -= dy
    return da


@adjoint(np.diff, when=all_of(box("a", "array"), axis_is(0), given("n", 1)), exact=True)
def diff_of_rows(dy: Any, y: Any, a: Any, n: Any = 1, axis: Any = -1) -> Any:
    """Of the differences of neighbours along the first axis."""
    da = np.zeros_like(a)
    da[1:] += dy
    da[:-1] -= dy
    return da


@adjoint(np.diff, when=all_of(box("a", "array"), axis_is(-1), given("n", 1)), exact=True)
def diff_of_columns(dy: Any, y: Any, a: Any, n: Any = 1, axis: Any = -1) -> Any:
    """Of the differences of neighbours along the last axis."""
    da = np.zeros_like(a)
    da[..., 1:] += dy
    da[..., :-1] -= dy
    return da


@adjoint(np.diff, when=all_of(ALONG_AXIS, given("n", 1)), exact=True)
def diff_along_axis(dy: Any, y: Any, a: Any, n: Any = 1, axis: Any = -1) -> Any:
    """Of the differences of neighbours along one axis."""
    return -cut_to(a, axis, np.diff(np.pad(dy, around(a, axis, n)), axis=axis))


@adjoint(np.diff, when=all_of(ALONG_AXIS, value("n", lambda n: n % 2 == 0)), exact=True)
def diff_even(dy: Any, y: Any, a: Any, n: Any = 1, axis: Any = -1) -> Any:
    """Of differences taken an even number of times."""
    return cut_to(a, axis, np.diff(np.pad(dy, around(a, axis, n)), n, axis))


@adjoint(np.diff, when=all_of(ALONG_AXIS, value("n", lambda n: n % 2 == 1)), exact=True)
def diff_odd(dy: Any, y: Any, a: Any, n: Any = 1, axis: Any = -1) -> Any:
    """Of differences taken an odd number of times."""
    return -cut_to(a, axis, np.diff(np.pad(dy, around(a, axis, n)), n, axis))


LINE = all_of(rank("a", 1), given("n", 1))


@adjoint(np.diff, when=all_of(LINE, rank("prepend", 0), rank("append", 0)), exact=True)
def diff_between(dy: Any, y: Any, a: Any, n: Any = 1, axis: Any = -1, *, prepend: Any, append: Any) -> Any:
    """Of the differences of neighbours in a vector between two numbers."""
    whole = -np.diff(np.pad(dy, 1))
    return whole[1:-1], whole[0], whole[-1]


@adjoint(np.diff, when=all_of(LINE, rank("prepend", 0)), exact=True)
def diff_prepended(dy: Any, y: Any, a: Any, n: Any = 1, axis: Any = -1, *, prepend: Any) -> Any:
    """Of the differences of neighbours in a vector with a number put in front."""
    whole = -np.diff(np.pad(dy, 1))
    return whole[1:], whole[0]


@adjoint(np.diff, when=all_of(LINE, rank("append", 0)), exact=True)
def diff_appended(dy: Any, y: Any, a: Any, n: Any = 1, axis: Any = -1, *, append: Any) -> Any:
    """Of the differences of neighbours in a vector with a number put behind."""
    whole = -np.diff(np.pad(dy, 1))
    return whole[:-1], whole[-1]


def _alike(*names: str) -> When:
    """True where what is put in front or behind has as many axes as the array."""

    def fits(facts: dict[str, Fact]) -> bool:
        ranks = [fact.rank if isinstance(fact, Num) else None for fact in (facts["a"], *(facts[n] for n in names))]
        return bool(ranks[0]) and len(set(ranks)) == 1

    return all_of(ALONG_AXIS, given("n", 1), fits)


@adjoint(np.diff, when=_alike("prepend", "append"), exact=True)
def diff_between_parts(dy: Any, y: Any, a: Any, n: Any = 1, axis: Any = -1, *, prepend: Any, append: Any) -> Any:
    """Of the differences of neighbours along an axis, with others put in front and behind."""
    whole = -np.diff(np.pad(dy, around(a, axis, n)), axis=axis)
    start = prepend.shape[axis]
    stop = start + a.shape[axis]
    front, middle, rest = np.split(whole, [start, stop], axis)
    return middle, front, cut_to(append, axis, rest)


@adjoint(np.diff, when=_alike("prepend"), exact=True)
def diff_prepended_part(dy: Any, y: Any, a: Any, n: Any = 1, axis: Any = -1, *, prepend: Any) -> Any:
    """Of the differences of neighbours along an axis, with others put in front."""
    whole = -np.diff(np.pad(dy, around(a, axis, n)), axis=axis)
    front, rest = np.split(whole, [prepend.shape[axis]], axis)
    return cut_to(a, axis, rest), front


@adjoint(np.diff, when=_alike("append"), exact=True)
def diff_appended_part(dy: Any, y: Any, a: Any, n: Any = 1, axis: Any = -1, *, append: Any) -> Any:
    """Of the differences of neighbours along an axis, with others put behind."""
    whole = -np.diff(np.pad(dy, around(a, axis, n)), axis=axis)
    front, rest = np.split(whole, [a.shape[axis]], axis)
    return front, cut_to(append, axis, rest)


@adjoint(np.ediff1d, when=rank("ary", 1), exact=True)
def ediff1d(dy: Any, y: Any, ary: Any) -> Any:
    """Of the differences of neighbours in a vector."""
    dary = np.zeros_like(ary)
    dary[1:] += dy
    dary[:-1] -= dy
    return dary


@adjoint(np.ediff1d, when=number("ary"), exact=True)
def ediff1d_of_all(dy: Any, y: Any, ary: Any) -> Any:
    """Of the differences of neighbours among all elements in order."""
    slope = np.zeros(np.size(ary), dy.dtype)
    slope[1:] += dy
    slope[:-1] -= dy
    return np.reshape(slope, shape_of(ary))


@adjoint(np.ediff1d, when=all_of(number("ary"), number("to_begin"), number("to_end")), exact=True)
def ediff1d_between(dy: Any, y: Any, ary: Any, *, to_begin: Any, to_end: Any) -> Any:
    """Of the differences of neighbours among all elements in order, between other numbers."""
    front, middle, back = np.split(dy, [np.size(to_begin), len(y) - np.size(to_end)])
    slope = np.zeros(np.size(ary), dy.dtype)
    slope[1:] += middle
    slope[:-1] -= middle
    return np.reshape(slope, shape_of(ary)), np.reshape(front, shape_of(to_begin)), np.reshape(back, shape_of(to_end))


@adjoint(np.ediff1d, when=all_of(number("ary"), number("to_begin")), exact=True)
def ediff1d_behind(dy: Any, y: Any, ary: Any, *, to_begin: Any) -> Any:
    """Of the differences of neighbours among all elements in order, behind other numbers."""
    front, rest = np.split(dy, [np.size(to_begin)])
    slope = np.zeros(np.size(ary), dy.dtype)
    slope[1:] += rest
    slope[:-1] -= rest
    return np.reshape(slope, shape_of(ary)), np.reshape(front, shape_of(to_begin))


@adjoint(np.ediff1d, when=all_of(number("ary"), number("to_end")), exact=True)
def ediff1d_before(dy: Any, y: Any, ary: Any, *, to_end: Any) -> Any:
    """Of the differences of neighbours among all elements in order, before other numbers."""
    front, back = np.split(dy, [len(y) - np.size(to_end)])
    slope = np.zeros(np.size(ary), dy.dtype)
    slope[1:] += front
    slope[:-1] -= front
    return np.reshape(slope, shape_of(ary)), np.reshape(back, shape_of(to_end))


linear(np.ediff1d)
