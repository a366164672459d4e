"""Divide by a count before anything larger is multiplied: ``dmax / n_max * is_max``, not ``dmax * is_max / n_max``.

The quotient of two small arrays takes no time, that of their product with a large one another pass over memory. The
order of other divisors stays that of application, which neither over- nor underflows where the user's text does not;
a count is 0 or at least 1, so that dividing by it first is as stable, and makes NaN where the other order does.

>>> from s2sgrad.analysis.facts import Dim, array
>>> from s2sgrad.quote import quote
>>> facts = {"dy": array(float, (Dim.of(3), Dim.of(1))), "x": array(float, (Dim.of(3), Dim.of(4)))}
>>> facts["n"] = array(int, facts["dy"].shape)
>>> early([quote("dy"), quote("x")], quote("n"), lambda e: facts[e.id], lambda e: False)
1
>>> early([quote("x"), quote("dy")], quote("n"), lambda e: facts[e.id], lambda e: False)
2
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.facts import Fact, Num

__all__ = ["early", "is_tally"]

FactOf = Callable[[gast.expr], Fact]


def early(
    factors: Sequence[gast.expr], divisor: gast.expr, fact: FactOf, is_counted: Callable[[gast.expr], bool]
) -> int:
    """Behind how many of ``factors`` a divisor stands: behind all of them unless it is a count.

    ``is_counted`` tells of floats whether they are counts nevertheless.
    """
    own = fact(divisor)
    if isinstance(divisor, gast.Constant) or not isinstance(own, Num) or not (own.kind in "iu" or is_counted(divisor)):
        return len(factors)
    for k in range(len(factors) - 1, 0, -1):
        front, rest = list(map(fact, factors[:k])), list(map(fact, factors[k:]))
        if _is_smaller(front, rest) and _is_within(own, front) and _is_as_precise(front, rest, own):
            return k
    return len(factors)


def is_tally(tree: Any, fact: FactOf) -> bool:
    """True for the sum of a mask, of whatever dtype."""
    if not isinstance(tree, gast.Call) or not isinstance(tree.func, gast.Attribute) or tree.func.attr != "sum":
        return False
    summed = fact(tree.func.value)
    plain = not tree.args and all(k.arg in ("axis", "keepdims", "dtype") for k in tree.keywords)
    return isinstance(summed, Num) and summed.kind == "b" and plain


def _is_smaller(front: list[Fact], rest: list[Fact]) -> bool:
    """True where one of the ``rest`` has an axis that the product of ``front`` is proven not to have."""
    lengths = [_lengths(f) for f in (*front, *rest)]
    if any(found is None for found in lengths):
        return False
    small, large = _axes(lengths[: len(front)]), _axes(lengths[len(front) :])
    return bool(large - small)


def _is_within(divisor: Num, front: list[Fact]) -> bool:
    """True where the quotient is no larger than what is divided."""
    own = _lengths(divisor)
    return own is not None and _axes([own]) <= _axes([_lengths(f) for f in front])


def _lengths(fact: Fact) -> set[int] | None:
    """The axes, counted from the last one, that may be longer than 1; None where they are not known."""
    if not isinstance(fact, Num) or fact.shape is None:
        return None
    return {k for k, dim in enumerate(reversed(fact.shape)) if not dim.is_one}


def _axes(lengths: Sequence[set[int] | None]) -> set[int]:
    return set().union(*(found or set() for found in lengths))


def _is_as_precise(front: list[Any], rest: list[Any], divisor: Num) -> bool:
    """True where the early quotient is of the dtype of the whole, and no division of Python's, which may raise."""
    floats = [f for f in front if f.floating]
    if not floats or {f.box for f in front} | {divisor.box} <= {"py", "any"} or any(f.box == "any" for f in front):
        return False
    known = {f.dtype for f in front if f.box != "py"}
    if known == {np.dtype(float)}:
        return all(f.kind in "fiub" and (f.box == "py" or f.dtype.itemsize <= 8) for f in rest)
    return all(f.kind == "b" or f.box == "py" or (f.floating and {f.dtype} == known) for f in rest)
