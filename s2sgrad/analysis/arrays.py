"""Lists of numbers that stand where a function takes an array.

>>> from s2sgrad.analysis.facts import Dim, Seq, python
>>> two = python(float, 2.0)
>>> is_varying_list(Seq("list", (python(float), two), python(float), Dim.of(2)))
True
>>> is_varying_list(Seq("list", (two, two), two, Dim.of(2)))
False
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, Num, Seq, Static, is_active_kind, python
from s2sgrad.rules.registry import ADJOINTS, Rule

__all__ = ["is_varying_list", "of_arrays", "rank_of"]


def rank_of(fact: Fact) -> int | None:
    """The rank of a number or an array; None for anything else, and where it is not known."""
    return fact.rank if isinstance(fact, Num) else None


_TAKING_LISTS = frozenset(map(id, (np.array, np.asarray, np.asanyarray, np.choose, np.select, np.block)))


def of_arrays(function: Any, args: Sequence[Fact], passed: Mapping[str, Fact]) -> str | None:
    """A list of numbers, where a function takes an array, as the array that NumPy makes of it.

    One that does not vary stays as it is where a rule takes it so.
    """
    if not any(isinstance(fact, Seq) for fact in (*args, *passed.values())):
        return None
    numpy = isinstance(function, np.ufunc) or str(getattr(function, "__module__", "")).startswith("numpy")
    rules = ADJOINTS.get(function, []) if numpy and id(function) not in _TAKING_LISTS else []
    if not rules:
        return None
    operands = {name for rule in rules for name in rule.operands}
    names = max((rule.names for rule in rules), key=len)
    given = [(str(i), name, fact) for i, (name, fact) in enumerate(zip(names, args, strict=False))]
    given += [(name, name, fact) for name, fact in passed.items()]
    found = {hole: fact for hole, name, fact in given if name in operands and _is_list(fact)}
    if not found or len(args) > len(names):
        return None
    beside = any(isinstance(fact, Num) and fact.box == "array" and is_active_kind(fact) for _, _, fact in given)
    fitting = not beside or any(_fits(rule, args, passed) for rule in rules)
    if fitting and not any(map(is_varying_list, found.values())):
        return None
    made = {hole: f"{{np}}.array({{{hole}}})" if hole in found else f"{{{hole}}}" for hole, _, _ in given}
    parts = [made[str(i)] for i in range(len(args))] + [f"{name}={made[name]}" for name in passed]
    return f"{{f}}({', '.join(parts)})"


def _fits(rule: Rule, args: Sequence[Fact], passed: Mapping[str, Fact]) -> bool:
    """True for a rule that takes these arguments as they are."""
    defaults = {p.name: p.default for p in rule.parameters if p.default is not p.empty}
    facts: dict[str, Fact] = {
        k: python(type(v), v) if isinstance(v, bool | int | float) else Static(v) for k, v in defaults.items()
    }
    known = facts | dict(zip(rule.names, args, strict=False)) | dict(passed)
    return rule.when is None or rule.when(known)


def is_varying_list(fact: Fact) -> bool:
    """True for a list or a tuple of numbers, or of such lists, one of which may be a float that is not known."""
    return _is_list(fact) and any(map(_varies, _parts(fact)))


def _is_list(fact: Fact) -> bool:
    nested = isinstance(fact, Seq) and fact.kind in ("list", "tuple")
    return nested and all(isinstance(part, Num) or _is_list(part) for part in _parts(fact))


def _parts(fact: Fact) -> tuple[Fact, ...]:
    assert isinstance(fact, Seq)
    return fact.items if fact.items is not None else (fact.element,)


def _varies(fact: Fact) -> bool:
    return is_varying_list(fact) or (isinstance(fact, Num) and is_active_kind(fact) and fact.value is None)
