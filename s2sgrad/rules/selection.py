"""Functions that take some elements and leave others: where, maximum, minimum, clip.

All of them select the adjoint with ``np.where`` rather than multiply it by 0 or 1, so that an infinite adjoint of an
element that was not taken becomes 0, not NaN.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact
from s2sgrad.rules.registry import adjoint, complex_too, elementwise, literal, tangent
from s2sgrad.rules.when import all_of, complex_number, given, integer, number, rank, real


@elementwise(np.where, selects=True)
def where(dy: Any, y: Any, condition: Any, a: Any, b: Any) -> Any:
    """Of the elements of ``a`` where the condition holds, of ``b`` elsewhere."""
    return None, np.where(condition, dy, 0), np.where(condition, 0, dy)


@tangent(np.where, selects=True)
def where_dot(y: Any, condition: Any, a: Any, b: Any, *, da: Any, db: Any) -> Any:
    """Of the elements that are taken."""
    return np.where(condition, da, db)


@elementwise(np.maximum, when=all_of(real("a", "b"), literal("b", 0)), selects=True)
def positive_part(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``maximum(a, 0)``: 1/2 at 0."""
    return np.where(a > 0, dy, np.where(a == 0, dy / 2, 0)), np.where(a < 0, dy, np.where(a == 0, dy / 2, 0))


@elementwise(np.maximum, when=all_of(real("a", "b"), literal("a", 0)), selects=True)
def positive_part_of_second(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``maximum(0, b)``: 1/2 at 0."""
    return np.where(b < 0, dy, np.where(b == 0, dy / 2, 0)), np.where(b > 0, dy, np.where(b == 0, dy / 2, 0))


@elementwise(np.maximum, np.minimum, np.fmax, np.fmin, when=real("a", "b"), selects=True)
def larger_or_smaller(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of the element that was taken; half to each of two equal ones. Where the result is NaN, both get 0."""
    share = np.where(a == b, dy / 2, dy)
    return np.where(a == y, share, 0), np.where(b == y, share, 0)


def _no_zero(facts: dict[str, Fact]) -> bool:
    """True where neither operand is the 0 that has a rule of its own."""
    return not literal("a", 0)(facts) and not literal("b", 0)(facts)


@tangent(np.maximum, when=all_of(real("a", "b"), _no_zero), selects=True)
@tangent(np.minimum, np.fmax, np.fmin, when=real("a", "b"), selects=True)
def larger_or_smaller_dot(y: Any, a: Any, b: Any, *, da: Any, db: Any) -> Any:
    """Of the element that was taken; half of each of two equal ones. Where the result is NaN, 0."""
    first = np.where(a == y, da, 0)
    second = np.where(b == y, db, 0)
    return np.where(a == b, da / 2, first), np.where(a == b, db / 2, second)


@elementwise(np.clip, when=all_of(real("a"), given("a_max", None)), selects=True)
def clip_below(dy: Any, y: Any, a: Any, a_min: Any, a_max: Any) -> Any:
    """Of values raised to ``a_min``: 1 at the bound."""
    return np.where(a == y, dy, 0), np.where(a < a_min, dy, 0), None


@elementwise(np.clip, when=all_of(real("a"), given("a_min", None)), selects=True)
def clip_above(dy: Any, y: Any, a: Any, a_min: Any, a_max: Any) -> Any:
    """Of values lowered to ``a_max``: 1 at the bound."""
    return np.where(a == y, dy, 0), None, np.where(a > a_max, dy, 0)


@elementwise(np.clip, when=real("a", "a_min", "a_max"), selects=True)
def clip(dy: Any, y: Any, a: Any, a_min: Any, a_max: Any) -> Any:
    """Of values brought between two bounds: 1 inside and at them; where they cross, ``a_max`` wins."""
    below = np.where((a < a_min) & (a_min <= a_max), dy, 0)
    return np.where(a == y, dy, 0), below, np.where(np.maximum(a, a_min) > a_max, dy, 0)


@adjoint(np.sort, when=rank("a", 1), selects=True, exact=True)
def sorted_vector(dy: Any, y: Any, a: Any, axis: Any = -1) -> Any:
    """Of the elements in order: back to where each of them stood."""
    da = np.zeros_like(a)
    da[np.argsort(a)] = dy
    return da


@adjoint(np.sort, when=integer("axis"), selects=True)
def sort(dy: Any, y: Any, a: Any, axis: Any = -1) -> Any:
    """Of the elements in order along one axis: back to where each of them stood."""
    return np.take_along_axis(dy, np.argsort(np.argsort(a, axis=axis), axis=axis), axis)


@tangent(np.sort, when=rank("a", 1))
def sorted_vector_dot(y: Any, a: Any, axis: Any = -1, *, da: Any) -> Any:
    """Of the elements in order."""
    return da[np.argsort(a)]


@tangent(np.sort, when=integer("axis"))
def sort_dot(y: Any, a: Any, axis: Any = -1, *, da: Any) -> Any:
    """Of the elements in order along one axis."""
    return np.take_along_axis(da, np.argsort(a, axis=axis), axis)


@elementwise(np.nan_to_num, when=complex_number("x"), selects=True)
def nan_to_num_of_complex(
    dy: Any, y: Any, x: Any, copy: Any = True, nan: Any = 0, posinf: Any = None, neginf: Any = None
) -> Any:
    """Of real and imaginary parts that are finite; the others are constants."""
    return np.where(np.isfinite(x.real), dy.real, 0) + 1j * np.where(np.isfinite(x.imag), dy.imag, 0)


@tangent(np.nan_to_num, when=complex_number("x"))
def nan_to_num_of_complex_dot(
    y: Any, x: Any, copy: Any = True, nan: Any = 0, posinf: Any = None, neginf: Any = None, *, dx: Any
) -> Any:
    """Of real and imaginary parts that are finite; the others are constants."""
    return np.where(np.isfinite(x.real), dx.real, 0) + 1j * np.where(np.isfinite(x.imag), dx.imag, 0)


complex_too(nan_to_num_of_complex, nan_to_num_of_complex_dot)


@elementwise(np.nan_to_num, when=number("x"), selects=True)
def nan_to_num(dy: Any, y: Any, x: Any, copy: Any = True, nan: Any = 0, posinf: Any = None, neginf: Any = None) -> Any:
    """Of finite values; the others are constants."""
    return np.where(np.isfinite(x), dy, 0)


@elementwise(np.heaviside, selects=True)
def heaviside(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of a step at 0, where the value is ``b``."""
    return None, np.where(a == 0, dy, 0)
