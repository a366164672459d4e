"""Words of the rule language for products along axes: all elements in a row, axes in front, one more axis before them.

>>> from s2sgrad.analysis.facts import Dim, array, python
>>> from s2sgrad.quote import quote, unquote
>>> from s2sgrad.rules.macros import EXPANDERS
>>> a, axis = array(float, (Dim.of(3), Dim.of(4))), python(int, 1)
>>> unquote(EXPANDERS[as_rows]([quote("a"), quote("a"), quote("1")], [a, a, axis]))
'np.moveaxis(a, 1, 0)'
"""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.facts import Fact, Num, Seq, Static
from s2sgrad.quote import quote
from s2sgrad.rules.macros import axes_of, expands

__all__ = ["as_rows", "from_rows", "in_a_row", "first_axis", "next_axis", "one_elsewhere", "over_known_axes"]


def in_a_row(a: Any) -> Any:
    """All elements of ``a`` in order."""
    return np.ravel(a)


def first_axis(k: Any, a: Any) -> Any:
    """The vector ``k`` along an axis of its own in front of those of ``a``."""
    return np.reshape(k, (-1, *[1] * np.ndim(a)))


def next_axis(axis: Any, a: Any) -> Any:
    """The axis ``axis`` of ``a`` where there is one more in front."""
    return axis % np.ndim(a) + 1


def as_rows(x: Any, a: Any, axis: Any) -> Any:
    """``x``, which has the shape of ``a``, with what a reduction over ``axis`` takes away as its first axis."""
    if axis is None:
        return np.ravel(x)
    axes = tuple(k % np.ndim(a) for k in (axis if isinstance(axis, tuple) else (axis,)))
    taken, rest = (tuple(np.shape(a)[k] for k in ks) for ks in (axes, _others(axes, np.ndim(a))))
    return np.reshape(np.moveaxis(x, axes, range(len(axes))), (int(np.prod(taken)), *rest))


def from_rows(x: Any, a: Any, axis: Any) -> Any:
    """What was made of ``as_rows(a, axis)``, with its elements where they stood in ``a``."""
    if axis is None:
        return np.reshape(x, np.shape(a))
    axes = axis if isinstance(axis, tuple) else (axis,)
    firsts = range(len(axes))
    return np.moveaxis(np.reshape(x, np.moveaxis(a, axes, firsts).shape), firsts, axes)


def one_elsewhere(where: Any, x: Any) -> Any:
    """``x`` where a reduction with this ``where=`` takes an element, 1 elsewhere."""
    return x if where is True else np.where(where, x, 1)


def _others(axes: tuple[int, ...], rank: int) -> tuple[int, ...]:
    return tuple(k for k in range(rank) if k not in axes)


def _rank(fact: Fact) -> int | None:
    return fact.rank if isinstance(fact, Num) else None


@expands(in_a_row)
def _in_a_row(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    return args[0] if _rank(facts[0]) == 1 else quote("np.ravel({a})", a=args[0])


@expands(first_axis)
def _first_axis(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    rank = _rank(facts[1])
    if rank is None:
        return quote("np.reshape({k}, (-1, *[1] * {a}.ndim))", k=args[0], a=args[1])
    return quote("{k}[:" + ", None" * rank + "]", k=args[0])


@expands(next_axis)
def _next_axis(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    axes = axes_of(facts[0])
    if axes is None or (axes[0] < 0 and _rank(facts[1]) is None):
        return quote("{axis} % {a}.ndim + 1", axis=args[0], a=args[1])
    return quote(repr(axes[0] % (_rank(facts[1]) or axes[0] + 1) + 1))


@expands(as_rows)
def _as_rows(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    x, a, axis = args
    rank = _rank(facts[1])
    if isinstance(facts[2], Static):
        return x if rank == 1 else quote("np.ravel({x})", x=x)
    if isinstance(facts[2], Num):
        return x if facts[2].value == 0 or rank == 1 else quote("np.moveaxis({x}, {axis}, 0)", x=x, axis=axis)
    axes = _known_axes(facts[2], rank)
    lengths = [" * ".join(f"{{a}}.shape[{k}]" for k in axes), *(f"{{a}}.shape[{k}]" for k in _others(axes, rank or 0))]
    moved = x if axes == _firsts(axes) else quote(f"np.moveaxis({{x}}, {axes}, {_firsts(axes)})", x=x)
    return quote(f"np.reshape({{moved}}, ({', '.join(lengths)},))", moved=moved, a=a)


@expands(from_rows)
def _from_rows(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    x, a, axis = args
    rank = _rank(facts[1])
    if isinstance(facts[2], Static):
        return x if rank == 1 else quote("np.reshape({x}, {a}.shape)", x=x, a=a)
    if isinstance(facts[2], Num):
        return x if facts[2].value == 0 or rank == 1 else quote("np.moveaxis({x}, 0, {axis})", x=x, axis=axis)
    axes = _known_axes(facts[2], rank)
    lengths = ", ".join(f"{{a}}.shape[{k}]" for k in (*axes, *_others(axes, rank or 0)))
    if axes == _firsts(axes):
        return quote("np.reshape({x}, {a}.shape)", x=x, a=a)
    return quote(f"np.moveaxis(np.reshape({{x}}, ({lengths})), {_firsts(axes)}, {axes})", x=x, a=a)


def over_known_axes(facts: dict[str, Fact]) -> bool:
    """True where it is known which axes ``axis`` names: all of them, one, or several of an array of known rank."""
    axis = facts["axis"]
    if not isinstance(axis, Seq):
        return isinstance(axis, Num) or (isinstance(axis, Static) and axis.value is None)
    return bool(axes_of(axis)) and _rank(facts["a"]) is not None


def _known_axes(axis: Fact, rank: int | None) -> tuple[int, ...]:
    axes = axes_of(axis)
    assert axes is not None and rank is not None
    return tuple(k % rank for k in axes)


def _firsts(axes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(range(len(axes)))


@expands(one_elsewhere)
def _one_elsewhere(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    where = facts[0]
    if isinstance(where, Num) and where.box == "py" and where.value is True:
        return args[1]
    return quote("np.where({w}, {x}, 1)", w=args[0], x=args[1])
