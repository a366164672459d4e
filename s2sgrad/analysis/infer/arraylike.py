"""Lists and tuples of numbers as the arrays NumPy makes of them.

>>> from s2sgrad.analysis.facts import Bottom, Dim, Seq, python
>>> row = Seq("list", (python(int), python(float)), python(float), Dim.of(2))
>>> number(Seq("list", (row, row), row, Dim.of(2)), None)
float64[2, 2]
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Bottom, Dim, Fact, Num, RangeFact, Seq, array, python
from s2sgrad.analysis.infer.broadcasting import Fresh, Shape, same_dim
from s2sgrad.analysis.infer.instances import instantiate
from s2sgrad.analysis.infer.table import Unknown

__all__ = ["FLOAT", "equal_shapes", "number", "numbers", "promote"]

FLOAT = np.dtype(float)


def number(fact: Fact, fresh: Fresh) -> Num:
    """``fact`` itself if it is a number or an array, else that of ``np.asarray`` of it. Raises Unknown."""
    if isinstance(fact, Num):
        return fact
    if isinstance(fact, RangeFact):
        return _summarised(python(int), fact.length)
    if isinstance(fact, Seq) and fact.kind in ("list", "tuple"):
        return _stacked(fact, fresh)
    raise Unknown


def numbers(fact: Fact, fresh: Fresh) -> tuple[list[Num], Dim]:
    """The arrays in a sequence (one stands for all where they are not known one by one), and how many there are."""
    if isinstance(fact, Num) and fact.shape:
        rows = [array(fact.dtype, fact.shape[1:])]
        return rows * (fact.shape[0].constant or 1), fact.shape[0]
    if not isinstance(fact, Seq) or fact.kind not in ("list", "tuple"):
        raise Unknown
    if fact.items is not None:
        return [number(item, fresh) for item in fact.items], Dim.of(len(fact.items))
    return [number(instantiate(fact.element, fresh), fresh)], fact.length


def promote(dtypes: Iterable[np.dtype[Any] | None]) -> np.dtype[Any] | None:
    """The dtype of an array of values of these dtypes; None where unknown."""
    found = list(dtypes)
    known = [dtype for dtype in found if dtype is not None]
    return None if len(known) < len(found) else functools.reduce(np.promote_types, known)


def equal_shapes(shapes: Iterable[Shape]) -> Shape:
    """One shape for arrays whose shapes must be equal. Raises Unknown if they are not."""
    found = list(shapes)
    known = [shape for shape in found if shape is not None]
    if len({len(shape) for shape in known}) > 1:
        raise Unknown
    return None if not known else tuple(same_dim(*dims) for dims in zip(*known, strict=True))


def _stacked(fact: Seq, fresh: Fresh) -> Num:
    if fact.items is None:
        if isinstance(fact.element, Bottom):
            return array(FLOAT, (Dim.of(0),))
        length = fresh("items", fact.length.not_one, fact.length.some) if fact.length.anonymous else fact.length
        return _summarised(number(instantiate(fact.element, fresh), fresh), length)
    items = [number(item, fresh) for item in fact.items]
    if not items:
        return array(FLOAT, (Dim.of(0),))
    shape = equal_shapes(item.shape for item in items)
    rows = None if shape is None else (Dim.of(len(items)), *shape)
    return array(promote(item.dtype for item in items), rows)


def _summarised(element: Num, length: Dim) -> Num:
    """An array of ``length`` elements; of no element NumPy makes a float64 vector, whatever the others were."""
    if length.some:
        return array(element.dtype, None if element.shape is None else (length, *element.shape))
    dtype = element.dtype if element.dtype in (FLOAT, np.dtype(complex)) else None
    return array(dtype, (length,) if element.shape == () else None)
