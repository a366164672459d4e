"""What functions make of the signs of their operands: a table of :mod:`s2sgrad.analysis.signs`.

>>> import numpy as np
>>> SIGNS[np.exp].__name__, SIGNS[np.add] is SIGNS[operator.add]
('_exponential', True)
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from s2sgrad.analysis.facts import Num, Static
from s2sgrad.analysis.found import Bound

if TYPE_CHECKING:
    from s2sgrad.analysis.signs import Signs

__all__ = ["NONNEGATIVE", "POSITIVE", "SIGNS", "Largest", "Peaked", "Shifted", "Sign", "nonnegative"]

POSITIVE, NONNEGATIVE = "positive", "nonnegative"


class Largest(NamedTuple):
    """The maximum of a variable as it is now, along an axis of it (None: of all of it)."""

    name: str
    axis: int | None


class Shifted(NamedTuple):
    """Not above zero, and zero somewhere along the axis."""

    axis: int | None


class Peaked(NamedTuple):
    """Not below zero, and one somewhere along the axis."""

    axis: int | None


Sign: TypeAlias = "str | Largest | Shifted | Peaked | None"


def nonnegative(sign: Sign) -> bool:
    """True for what is proven to be no less than zero."""
    return sign in (POSITIVE, NONNEGATIVE) or isinstance(sign, Peaked)


def _added(signs: Signs, bound: Bound, fact: Num) -> Sign:
    one, other = (signs.bounded(a, fact) for a in bound.args[:2])
    if not (nonnegative(one) and nonnegative(other)) or not (fact.kind == "f" or fact.box == "py"):
        return None  # NumPy's integers wrap around
    return POSITIVE if POSITIVE in (one, other) else NONNEGATIVE


def _subtracted(signs: Signs, bound: Bound, fact: Num) -> Sign:
    whole, largest = bound.args[:2]
    sign = signs.of(largest)
    if not isinstance(sign, Largest) or whole.form != "read" or whole.payload != sign.name or fact.kind != "f":
        return None
    return Shifted(sign.axis)


def _multiplied(signs: Signs, bound: Bound, fact: Num) -> Sign:
    one, other = bound.args[:2]
    if fact.kind != "f":
        return None
    square = one.form == "read" and other.form == "read" and one.payload == other.payload
    return NONNEGATIVE if square or (nonnegative(signs.of(one)) and nonnegative(signs.of(other))) else None


def _product(signs: Signs, bound: Bound, fact: Num) -> Sign:
    """Of a product: a multiple of what is bounded away from zero is too."""
    both = all(signs.bounded(a, fact) == POSITIVE for a in bound.args[:2])
    kinds = [getattr(signs.facts.of.get(a), "kind", "?") for a in bound.args[:2]]
    whole = fact.kind == "f" or fact.box == "py"
    return POSITIVE if both and whole and "i" in kinds else _multiplied(signs, bound, fact)


def _powered(signs: Signs, bound: Bound, fact: Num) -> Sign:
    base, exponent = bound.args[:2]
    known = signs.facts.of.get(exponent)
    if isinstance(known, Num) and known.value == 0.5 and signs.bounded(base, fact) == POSITIVE:
        return POSITIVE
    even = isinstance(known, Num) and isinstance(known.value, (int, float)) and known.value % 2 == 0
    return NONNEGATIVE if fact.kind == "f" and (even or nonnegative(signs.of(base))) else None


def _never_negative(signs: Signs, bound: Bound, fact: Num) -> Sign:
    return NONNEGATIVE if fact.kind == "f" else None


def _exponential(signs: Signs, bound: Bound, fact: Num) -> Sign:
    sign = signs.of(bound.args[0])
    return Peaked(sign.axis) if isinstance(sign, Shifted) else NONNEGATIVE


def _root(signs: Signs, bound: Bound, fact: Num) -> Sign:
    return POSITIVE if signs.bounded(bound.args[0], fact) == POSITIVE else NONNEGATIVE


def _kept(signs: Signs, bound: Bound, fact: Num) -> Sign:
    sign, own = signs.bounded(bound.args[0], fact), signs.facts.of.get(bound.args[0])
    if not nonnegative(sign) or not isinstance(own, Num) or own.dtype is None or own.dtype != fact.dtype:
        return None
    return POSITIVE if sign == POSITIVE else NONNEGATIVE


def _maximum(signs: Signs, bound: Bound, fact: Num) -> Sign:
    """Of the maximum of an array: kept, or the largest element of what may be shifted by it."""
    operand = bound.args[0]
    own = signs.facts.of.get(operand)
    kept = _kept(signs, bound, fact)
    known, axis = signs.axis(bound, own) if isinstance(own, Num) else (False, None)
    lined_up = axis in (None, 0) or _keeps_axes(signs, bound)
    if kept is not None or not known or not lined_up or operand.form != "read":
        return kept
    return Largest(operand.payload, axis)


def _keeps_axes(signs: Signs, bound: Bound) -> bool:
    op = dict(bound.keywords).get("keepdims")
    fact = None if op is None else signs.facts.of.get(op)
    return isinstance(fact, Num) and fact.value is True


def _summed(signs: Signs, bound: Bound, fact: Num) -> Sign:
    operand = bound.args[0]
    sign, own = signs.of(operand), signs.facts.of.get(operand)
    if isinstance(sign, Peaked) and isinstance(own, Num):
        known, axis = signs.axis(bound, own)
        return POSITIVE if known and axis in (None, sign.axis) else NONNEGATIVE
    return NONNEGATIVE if nonnegative(sign) and fact.kind == "f" else None


def _larger(signs: Signs, bound: Bound, fact: Num) -> Sign:
    found = [signs.bounded(a, fact) for a in bound.args]
    if len(found) != 2:
        return None
    return POSITIVE if POSITIVE in found else NONNEGATIVE if any(map(nonnegative, found)) else None


def _smaller(signs: Signs, bound: Bound, fact: Num) -> Sign:
    found = [signs.bounded(a, fact) for a in bound.args]
    if len(found) != 2:
        return None
    return POSITIVE if found == [POSITIVE, POSITIVE] else NONNEGATIVE if all(map(nonnegative, found)) else None


def _clipped(signs: Signs, bound: Bound, fact: Num) -> Sign:
    if len(bound.args) != 3:
        return None
    least, most = (signs.bounded(a, fact) for a in bound.args[1:])
    unlimited = isinstance(signs.facts.of.get(bound.args[2]), Static)
    return least if least in (POSITIVE, NONNEGATIVE) and (unlimited or most == POSITIVE) else None


def _at_least_one(signs: Signs, bound: Bound, fact: Num) -> Sign:
    return POSITIVE


def _of_nonnegative(signs: Signs, bound: Bound, fact: Num) -> Sign:
    return NONNEGATIVE if nonnegative(signs.of(bound.args[0])) else None


SIGNS: dict[Any, Callable[[Signs, Bound, Num], Sign]] = {
    **dict.fromkeys((operator.add, np.add), _added),
    **dict.fromkeys((operator.sub, np.subtract), _subtracted),
    **dict.fromkeys((operator.mul, np.multiply), _product),
    **dict.fromkeys((operator.truediv, np.divide), _multiplied),
    **dict.fromkeys((operator.pow, np.power, pow), _powered),
    **dict.fromkeys((np.square, np.abs, abs, np.linalg.norm, np.var, np.std, np.hypot, math.hypot), _never_negative),
    **dict.fromkeys((np.exp, math.exp), _exponential),
    **dict.fromkeys((np.sqrt, math.sqrt), _root),
    **dict.fromkeys((np.min, np.reshape, np.transpose, np.copy, np.asarray, np.squeeze, float), _kept),
    np.max: _maximum,
    **dict.fromkeys((np.sum, np.mean), _summed),
    **dict.fromkeys((np.maximum, max), _larger),
    **dict.fromkeys((np.minimum, min), _smaller),
    np.clip: _clipped,
    **dict.fromkeys((np.cosh, math.cosh), _at_least_one),
    **dict.fromkeys((np.log1p, math.log1p, np.expm1, math.expm1), _of_nonnegative),
}
"""What is known of the result of a call from what is known of its operands."""
