"""Running products and sums, and differences of neighbours."""

from __future__ import annotations

from typing import Any

import numpy as np

import s2sgrad.rules.reductions  # noqa: F401  # its rules come first
from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.rules.macros import around, cut_to, in_shape, running_back, shape_of
from s2sgrad.rules.registry import adjoint, linear, tangent
from s2sgrad.rules.when import all_of, any_of, given, integer, number, rank, ranks_from, real, some, value

CUMULATIVE_SUM = numpy_functions("cumulative_sum")
CUMULATIVE_PROD = numpy_functions("cumulative_prod")

ALONG_AXIS = all_of(ranks_from(1), value("axis", lambda axis: True))

linear(*CUMULATIVE_SUM, np.diff)


@adjoint(np.cumsum, when=all_of(number("a"), any_of(integer("axis"), given("axis", None))), exact=True)
def cumsum_in_dtype(dy: Any, y: Any, a: Any, axis: Any = None, dtype: Any = None) -> Any:
    """Of the running sum in a given dtype: the running sum from the other end."""
    return running_back(dy, a, axis)


@adjoint(np.cumprod, when=real("a"), exact=True)
def cumprod(dy: Any, y: Any, a: Any, axis: Any = None, dtype: Any = None) -> Any:
    """Of the running product: up to the first 0 it is divided by each element, there the product goes without it."""
    is_zero = a == 0
    is_first = is_zero & (in_shape(np.cumsum(is_zero, axis=axis), a, axis) == 1)
    free = np.cumprod(np.where(is_first, 1, a), axis=axis)
    slope = running_back(dy * y, a, axis) / np.where(is_zero, 1, a)
    return np.where(is_first, running_back(dy * free, a, axis), slope)


@tangent(np.cumprod, when=real("a"))
def cumprod_dot(y: Any, a: Any, axis: Any = None, dtype: Any = None, *, da: Any) -> Any:
    """Of the running product: up to the first 0 by quotients, from there on by the product without it."""
    is_zero = a == 0
    is_first = is_zero & (in_shape(np.cumsum(is_zero, axis=axis), a, axis) == 1)
    free = np.cumprod(np.where(is_first, 1, a), axis=axis)
    slopes = np.cumsum(np.where(is_zero, 0, da / np.where(is_zero, 1, a)), axis=axis)
    return y * slopes + free * np.cumsum(np.where(is_first, da, 0), axis=axis)


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


@adjoint(*CUMULATIVE_PROD, when=all_of(rank("x", 1), real("x"), given("include_initial", False)), exact=True)
def cumulative_prod_of_vector(
    dy: Any, y: Any, x: Any, *, axis: Any = None, dtype: Any = None, include_initial: Any = False
) -> Any:
    """Of the running product of a vector: exact where some elements are 0."""
    is_zero = x == 0
    is_first = is_zero & (np.cumsum(is_zero) == 1)
    free = np.cumprod(np.where(is_first, 1, x))
    slope = np.cumsum((dy * y)[::-1])[::-1] / np.where(is_zero, 1, x)
    return np.where(is_first, np.cumsum((dy * free)[::-1])[::-1], slope)


@adjoint(*CUMULATIVE_PROD, when=all_of(rank("x", 1), real("x"), given("include_initial", True)), exact=True)
def cumulative_prod_from_one(
    dy: Any, y: Any, x: Any, *, axis: Any = None, dtype: Any = None, include_initial: Any = False
) -> Any:
    """Of the running product of a vector, with 1 in front: exact where some elements are 0."""
    is_zero = x == 0
    is_first = is_zero & (np.cumsum(is_zero) == 1)
    free = np.cumprod(np.where(is_first, 1, x))
    slope = np.cumsum((dy * y)[:0:-1])[::-1] / np.where(is_zero, 1, x)
    return np.where(is_first, np.cumsum((dy[1:] * free)[::-1])[::-1], slope)


@adjoint(*CUMULATIVE_PROD, when=all_of(integer("axis"), real("x"), given("include_initial", False)), exact=True)
def cumulative_prod(
    dy: Any, y: Any, x: Any, *, axis: Any = None, dtype: Any = None, include_initial: Any = False
) -> Any:
    """Of the running product over one axis: exact where some elements are 0."""
    is_zero = x == 0
    is_first = is_zero & (np.cumsum(is_zero, axis=axis) == 1)
    free = np.cumprod(np.where(is_first, 1, x), axis=axis)
    slope = running_back(dy * y, x, axis) / np.where(is_zero, 1, x)
    return np.where(is_first, running_back(dy * free, x, axis), slope)


@tangent(*CUMULATIVE_PROD, when=all_of(real("x"), given("include_initial", False)))
def cumulative_prod_dot(
    y: Any, x: Any, *, axis: Any = None, dtype: Any = None, include_initial: Any = False, dx: Any
) -> Any:
    """Of the running product: exact where some elements are 0."""
    is_zero = x == 0
    is_first = is_zero & (in_shape(np.cumsum(is_zero, axis=axis), x, axis) == 1)
    free = np.cumprod(np.where(is_first, 1, x), axis=axis)
    slopes = np.cumsum(np.where(is_zero, 0, dx / np.where(is_zero, 1, x)), axis=axis)
    return y * slopes + free * np.cumsum(np.where(is_first, dx, 0), axis=axis)


@tangent(*CUMULATIVE_PROD, when=all_of(rank("x", 1), real("x"), given("include_initial", True)))
def cumulative_prod_from_one_dot(
    y: Any, x: Any, *, axis: Any = None, dtype: Any = None, include_initial: Any = False, dx: Any
) -> Any:
    """Of the running product of a vector, with 1 in front: exact where some elements are 0."""
    is_zero = x == 0
    is_first = is_zero & (np.cumsum(is_zero) == 1)
    free = np.cumprod(np.where(is_first, 1, x))
    slopes = np.cumsum(np.where(is_zero, 0, dx / np.where(is_zero, 1, x)))
    return np.pad(y[1:] * slopes + free * np.cumsum(np.where(is_first, dx, 0)), (1, 0))


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


@adjoint(np.diff, when=all_of(rank("a", 1), given("n", 1), some("prepend")), exact=True)
def diff_prepended(dy: Any, y: Any, a: Any, n: Any = 1, axis: Any = -1, prepend: Any = None, append: Any = None) -> Any:
    """Of the differences of neighbours in a vector with constants put in front, and behind perhaps."""
    return -np.diff(np.pad(dy, 1))[np.size(prepend) :][: len(a)]


@adjoint(np.diff, when=all_of(rank("a", 1), given("n", 1), given("prepend", None), some("append")), exact=True)
def diff_appended(dy: Any, y: Any, a: Any, n: Any = 1, axis: Any = -1, prepend: Any = None, append: Any = None) -> Any:
    """Of the differences of neighbours in a vector with constants put behind."""
    return -np.diff(np.pad(dy, 1))[: len(a)]


@tangent(np.diff, when=all_of(rank("a", 1), given("n", 1), some("prepend"), some("append")))
def diff_between_dot(
    y: Any, a: Any, n: Any = 1, axis: Any = -1, prepend: Any = None, append: Any = None, *, da: Any
) -> Any:
    """Of the differences of neighbours in a vector between constants."""
    return np.diff(da, prepend=np.zeros_like(prepend), append=np.zeros_like(append))


@tangent(np.diff, when=all_of(rank("a", 1), given("n", 1), some("prepend"), given("append", None)))
def diff_prepended_dot(
    y: Any, a: Any, n: Any = 1, axis: Any = -1, prepend: Any = None, append: Any = None, *, da: Any
) -> Any:
    """Of the differences of neighbours in a vector with constants put in front."""
    return np.diff(da, prepend=np.zeros_like(prepend))


@tangent(np.diff, when=all_of(rank("a", 1), given("n", 1), given("prepend", None), some("append")))
def diff_appended_dot(
    y: Any, a: Any, n: Any = 1, axis: Any = -1, prepend: Any = None, append: Any = None, *, da: Any
) -> Any:
    """Of the differences of neighbours in a vector with constants put behind."""
    return np.diff(da, append=np.zeros_like(append))


@adjoint(np.ediff1d, when=rank("ary", 1), exact=True)
def ediff1d(dy: Any, y: Any, ary: Any) -> Any:
    """Of the differences of neighbours in a vector."""
    return -np.diff(np.pad(dy, 1))[: len(ary)]


@adjoint(np.ediff1d, when=number("ary"), exact=True)
def ediff1d_of_all(dy: Any, y: Any, ary: Any) -> Any:
    """Of the differences of neighbours among all elements in order."""
    return -np.reshape(np.diff(np.pad(dy, 1))[: np.size(ary)], shape_of(ary))


linear(np.ediff1d)


@adjoint(np.unwrap, when=real("p"))
def unwrap(dy: Any, y: Any, p: Any, discont: Any = None, axis: Any = -1, *, period: Any = 2 * np.pi) -> Any:
    """Of angles without jumps, which differ from the angles by constants."""
    return dy


@tangent(np.unwrap, when=real("p"))
def unwrap_dot(y: Any, p: Any, discont: Any = None, axis: Any = -1, *, period: Any = 2 * np.pi, dp: Any) -> Any:
    """Of angles without jumps, which differ from the angles by constants."""
    return dp
