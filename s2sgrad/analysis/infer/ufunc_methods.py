"""The methods of ufuncs: ``np.add.reduce`` is another object at each look at it, so each gets one name here.

>>> method_of(np.add.reduce), method_of(np.add)
(add.reduce, None)
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.analysis.infer.arraylike import number
from s2sgrad.analysis.infer.broadcasting import Fresh
from s2sgrad.analysis.infer.promotion import outcome
from s2sgrad.analysis.infer.reductions import reduction
from s2sgrad.analysis.infer.table import (
    FALSE,
    NONE,
    TRUE,
    ZERO,
    Unknown,
    infers,
    integer,
    normal_axis,
    numpy_functions,
)

__all__ = ["FAMILIAR", "UFUNCS", "UfuncMethod", "method_of", "ufunc_method"]


@dataclass(frozen=True)
class UfuncMethod:
    """One method of one ufunc; called, it does what the method does."""

    ufunc: np.ufunc
    name: str

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: D102
        return getattr(self.ufunc, self.name)(*args, **kwargs)

    @property
    def __name__(self) -> str:
        return f"{self.ufunc.__name__}.{self.name}"

    def __repr__(self) -> str:
        return self.__name__


@functools.cache
def ufunc_method(ufunc: np.ufunc, name: str) -> UfuncMethod:
    """The one object that stands for a method."""
    return UfuncMethod(ufunc, name)


def method_of(function: Any) -> UfuncMethod | None:
    """The method of a ufunc that ``function`` is, None where it is anything else."""
    ufunc = getattr(function, "__self__", None)
    return ufunc_method(ufunc, function.__name__) if type(ufunc) is np.ufunc else None


FAMILIAR: dict[UfuncMethod, Any] = {
    ufunc_method(np.add, "reduce"): np.sum,
    ufunc_method(np.multiply, "reduce"): np.prod,
    ufunc_method(np.maximum, "reduce"): np.max,
    ufunc_method(np.minimum, "reduce"): np.min,
    ufunc_method(np.add, "accumulate"): np.cumsum,
    ufunc_method(np.multiply, "accumulate"): np.cumprod,
}
"""Methods that do what a function of another name does, over the first axis if they are not told which."""

UFUNCS = tuple(dict.fromkeys(numpy_functions("add multiply subtract divide power maximum minimum hypot logaddexp")))
"""Ufuncs whose methods are known."""


def _reduce(method: UfuncMethod) -> None:
    @infers(method)
    def infer(
        fresh: Fresh,
        array: Fact,
        axis: Fact = ZERO,
        dtype: Fact = NONE,
        *,
        keepdims: Fact = FALSE,
        initial: Fact = NONE,
        where: Fact = TRUE,
    ) -> Fact:
        return reduction(method, number(array, fresh), axis, keepdims, fresh)


def _accumulate(method: UfuncMethod) -> None:
    @infers(method)
    def infer(fresh: Fresh, array: Fact, axis: Fact = ZERO, dtype: Fact = NONE) -> Fact:
        x = number(array, fresh)
        found, _ = outcome(method, [x])
        return Num(found, "array", x.shape)


def _reduceat(method: UfuncMethod) -> None:
    @infers(method)
    def infer(fresh: Fresh, array: Fact, indices: Fact, axis: Fact = ZERO) -> Fact:
        x, places, along = number(array, fresh), number(indices, fresh), integer(axis)
        if x.shape is None or not x.shape or places.rank != 1 or places.shape is None or along is None:
            raise Unknown
        along = normal_axis(along, len(x.shape))
        shape = (*x.shape[:along], places.shape[0], *x.shape[along + 1 :])
        return Num(x.dtype if x.kind == "f" else None, "array", shape)


def _outer(method: UfuncMethod) -> None:
    @infers(method)
    def infer(fresh: Fresh, A: Fact, B: Fact) -> Fact:
        a, b = number(A, fresh), number(B, fresh)
        found, box = outcome(method, [a, b])
        shape = None if a.shape is None or b.shape is None else (*a.shape, *b.shape)
        return Num(found, "array" if shape else box if shape == () else "any", shape)


for _ufunc in UFUNCS:
    _reduce(ufunc_method(_ufunc, "reduce"))
    _accumulate(ufunc_method(_ufunc, "accumulate"))
    _reduceat(ufunc_method(_ufunc, "reduceat"))
    _outer(ufunc_method(_ufunc, "outer"))
