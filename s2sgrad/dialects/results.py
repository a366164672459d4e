"""Numba returns every number as a Python number: make of it what the plain gradient is.

>>> from s2sgrad.analysis.facts import numpy_scalar, python
>>> boxed(numpy_scalar(np.float32)) is np.float32
True
>>> boxed(python(float)) is None
True
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, Num, Seq
from s2sgrad.request import Generated
from s2sgrad.structures import items_rebuilder, slot_fact, type_of

__all__ = ["boxed", "boxed_result"]

Box = Callable[[Any], Any]


def boxed(fact: Fact | None) -> Box | None:
    """What gives a value of Numba's the class and dtype of a value with this fact; None: nothing to do."""
    if isinstance(fact, Seq) and fact.items is not None:
        return items_rebuilder(type_of(fact.kind), [boxed(item) for item in fact.items])
    if not isinstance(fact, Num) or fact.dtype is None:
        return None
    if fact.box == "np":
        return fact.dtype.type
    if fact.box == "array" and fact.dtype != np.dtype(float):
        dtype = fact.dtype
        return lambda value: value.astype(dtype, copy=False)
    return None


def boxed_result(plan: Any, generated: Generated, facts: Mapping[str, Fact]) -> Box | None:
    """The same for all that a gradient function returns."""
    parts = [boxed(slot_fact(facts[p[0]], p[1:])) if p[0] in facts else None for p in plan.wrt]
    gradient = parts[0] if plan.single else items_rebuilder(tuple, parts)
    if plan.mode != "value_and_grad":
        return gradient
    return items_rebuilder(tuple, [boxed(generated.result), gradient])
