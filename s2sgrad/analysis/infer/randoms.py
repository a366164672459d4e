"""Random draws: their shape and dtype. They are never pure."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, Num, array
from s2sgrad.analysis.infer.arraylike import FLOAT, number
from s2sgrad.analysis.infer.broadcasting import Fresh, broadcast
from s2sgrad.analysis.infer.shapes import lengths
from s2sgrad.analysis.infer.table import NONE, Unknown, infers, is_none

__all__ = ["DRAWS"]

DRAWS: list[Any] = []


def _drawn(function: Any, names: str, dtype: Any) -> None:
    """A draw with parameters that are broadcast unless ``size`` gives the shape."""
    order = [*names.split(), "size"]
    DRAWS.append(function)

    @infers(function)
    def infer(fresh: Fresh, *args: Fact, **kwargs: Fact) -> Fact:
        if len(args) > len(order) or not set(kwargs) <= set(order[len(args) :]):
            raise Unknown
        given = {**dict(zip(order, args, strict=False)), **kwargs}
        size = given.pop("size", NONE)
        operands = [number(fact, fresh) for fact in given.values() if not is_none(fact)]
        if not is_none(size):
            return array(dtype, lengths(size, fresh))
        shape = broadcast([operand.shape for operand in operands], fresh)
        return array(dtype, shape) if shape else Num(np.dtype(dtype), "any", shape)


for _name, _parameters, _dtype in (
    ("normal", "loc scale", FLOAT),
    ("uniform", "low high", FLOAT),
    ("random", "", FLOAT),
    ("random_sample", "", FLOAT),
    ("standard_normal", "", FLOAT),
    ("exponential", "scale", FLOAT),
    ("gamma", "shape scale", FLOAT),
    ("beta", "a b", FLOAT),
    ("laplace", "loc scale", FLOAT),
    ("lognormal", "mean sigma", FLOAT),
):
    if hasattr(np.random, _name):
        _drawn(getattr(np.random, _name), _parameters, _dtype)


def _of_lengths(function: Any) -> None:
    DRAWS.append(function)

    @infers(function)
    def infer(fresh: Fresh, *args: Fact) -> Fact:
        dims = tuple(dim for arg in args for dim in lengths(arg, fresh) or ())
        return array(float, dims) if args else Num(FLOAT, "py", ())


for _function in (np.random.rand, np.random.randn):
    _of_lengths(_function)
