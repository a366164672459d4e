"""Conditions on the facts of a call, for choosing between the variants of a rule.

>>> from s2sgrad.analysis.facts import Static, python
>>> given("axis", None)({"axis": Static(None)}), value("n", lambda n: n < 0)({"n": python(int, -2)})
(True, True)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from s2sgrad.analysis.facts import Fact, Num, Seq, Static, may_be_complex
from s2sgrad.rules.registry import When

__all__ = [
    "all_of",
    "any_of",
    "axis_is",
    "box",
    "complex_number",
    "double",
    "given",
    "integer",
    "kind",
    "negligible",
    "not_one",
    "number",
    "numbers_listed",
    "rank",
    "ranked",
    "ranks_from",
    "real",
    "settled",
    "some",
    "square",
    "unranked",
    "value",
]


def all_of(*conditions: When) -> When:
    """True where every condition is."""
    return lambda facts: all(condition(facts) for condition in conditions)


def any_of(*conditions: When) -> When:
    """True where one of the conditions is."""
    return lambda facts: any(condition(facts) for condition in conditions)


def given(name: str, *constants: Any) -> When:
    """True where parameter ``name`` is known to be one of these constants (None, strings, bools, numbers)."""

    def fits(facts: dict[str, Fact]) -> bool:
        fact = facts.get(name)
        if isinstance(fact, Static):
            return any(fact == Static(constant) for constant in constants)
        return isinstance(fact, Num) and fact.value is not None and fact.value in constants

    return fits


def some(name: str) -> When:
    """True where ``name`` is known not to be None."""
    return lambda facts: isinstance(facts.get(name), Num | Seq)


def value(name: str, test: Callable[[Any], bool]) -> When:
    """True where the real number given for ``name`` is known and passes ``test``."""

    def fits(facts: dict[str, Fact]) -> bool:
        fact = facts.get(name)
        return isinstance(fact, Num) and isinstance(fact.value, int | float) and test(fact.value)

    return fits


def _num(name: str, test: Callable[[Num], bool]) -> When:
    def fits(facts: dict[str, Fact]) -> bool:
        fact = facts.get(name)
        return isinstance(fact, Num) and test(fact)

    return fits


def negligible(name: str) -> When:
    """True where the threshold ``name`` is None, or known to be no larger than rounding errors are."""
    return any_of(given(name, None), value(name, lambda threshold: threshold <= 1e-10))


def number(name: str) -> When:
    """True where ``name`` is a number or an array, not a list or anything else."""
    return _num(name, lambda fact: True)


def numbers_listed(name: str) -> When:
    """True where ``name`` is no array but a list or a tuple, and not known to hold others than numbers."""

    def fits(facts: dict[str, Fact]) -> bool:
        fact = facts.get(name)
        items = ((fact.element,) if fact.items is None else fact.items) if isinstance(fact, Seq) else ()
        nested = any(isinstance(item, Seq) or (isinstance(item, Num) and item.rank != 0) for item in items)
        return not isinstance(fact, Num) and not nested

    return fits


def integer(name: str) -> When:
    """True where ``name`` is one integer."""
    return _num(name, lambda fact: fact.rank == 0 and fact.kind in "iu")


def kind(name: str, kinds: str) -> When:
    """True where the numbers in ``name`` are known to be of one of these kinds of dtypes."""
    return _num(name, lambda fact: fact.kind in kinds)


def box(name: str, *boxes: str) -> When:
    """True where what holds the number is known and one of ``boxes``."""
    return _num(name, lambda fact: fact.box in boxes)


def double(name: str) -> When:
    """True where a product with a NumPy float64 keeps the precision of ``name``: it is a float64 already."""
    return _num(name, lambda fact: fact.dtype == float)


def real(*names: str) -> When:
    """True where none of the operands can be complex."""
    return all_of(*(_num(name, lambda fact: fact.kind != "c" and not fact.maybe_complex) for name in names))


def complex_number(*names: str) -> When:
    """True where each of the operands may be complex."""
    return all_of(*(_num(name, may_be_complex) for name in names))


def settled(*names: str) -> When:
    """True where it is known of each of the operands whether it is real or complex."""
    return all_of(*(_num(name, lambda fact: not fact.maybe_complex) for name in names))


def unranked(name: str) -> When:
    """True where the rank of ``name`` is not known."""
    return _num(name, lambda fact: fact.rank is None)


def axis_is(place: int, of: str = "a") -> When:
    """True where ``axis`` is known to be the first one (0), the second (1) or the last (-1) of an array."""

    def fits(facts: dict[str, Fact]) -> bool:
        a, axis = facts.get(of), facts.get("axis")
        if not isinstance(a, Num) or not a.rank or not isinstance(axis, Num):
            return False
        return axis.value in ((place, place - a.rank) if place >= 0 else (-1, a.rank - 1))

    return fits


def rank(name: str, *wanted: int) -> When:
    """True where the rank of ``name`` is known and one of ``wanted``."""
    return _num(name, lambda fact: fact.rank in wanted)


def ranked(name: str) -> When:
    """True where the rank of ``name`` is known."""
    return _num(name, lambda fact: fact.rank is not None)


def ranks_from(*least: int) -> When:
    """True where the operands, in order, are known to have at least these ranks."""

    def fits(facts: dict[str, Fact]) -> bool:
        known = [fact.rank if isinstance(fact, Num) else None for fact in facts.values()]
        return all(r is not None and r >= n for r, n in zip(known, least, strict=False))

    return fits


def not_one(name: str, axis: int) -> When:
    """True where the length of ``name`` along ``axis`` is proven to differ from 1."""
    return _num(name, lambda fact: bool(fact.shape) and fact.shape[axis].not_one)  # type: ignore[index]


def square(name: str) -> When:
    """True where ``name`` is a matrix whose two lengths are proven equal."""
    return _num(name, lambda fact: fact.rank == 2 and fact.shape is not None and fact.shape[0].equals(fact.shape[1]))
