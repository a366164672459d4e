"""Words of the rule language for ranks and quantiles: who is the how-maniest, and where among them a quantile lies.

>>> from s2sgrad.analysis.facts import Dim, Static, array, python
>>> from s2sgrad.quote import quote, unquote
>>> from s2sgrad.rules.macros import EXPANDERS
>>> a, n, q = array(float, (Dim.of(3), Dim.of(4))), python(int), python(float)
>>> unquote(EXPANDERS[ranking]([quote("a"), quote("1")], [a, python(int, 1)]))
'np.argsort(np.argsort(a, axis=1), axis=1)'
>>> unquote(EXPANDERS[position]([quote("q"), quote("len(a)"), quote("m")], [q, n, Static("hazen")]))
'np.clip(q * len(a) - 0.5, 0, len(a) - 1)'
"""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.facts import Fact, Num, Static
from s2sgrad.quote import quote
from s2sgrad.rules.macros import axes_of, expands

__all__ = ["METHODS", "behind", "in_dtype", "position", "positions", "ranking", "unreduce_each"]

METHODS = {
    "linear": "{q} * ({n} - 1)",
    "lower": "np.floor({q} * ({n} - 1))",
    "higher": "np.ceil({q} * ({n} - 1))",
    "nearest": "np.round({q} * ({n} - 1))",
    "midpoint": "(np.floor({q} * ({n} - 1)) + np.ceil({q} * ({n} - 1))) / 2",
    "inverted_cdf": "np.clip(np.ceil({q} * {n}) - 1, 0, {n} - 1)",
    "averaged_inverted_cdf": "np.clip((np.floor({q} * {n}) + np.ceil({q} * {n}) - 1) / 2, 0, {n} - 1)",
    "interpolated_inverted_cdf": "np.clip({q} * {n} - 1, 0, {n} - 1)",
    "hazen": "np.clip({q} * {n} - 0.5, 0, {n} - 1)",
    "weibull": "np.clip({q} * ({n} + 1) - 1, 0, {n} - 1)",
    "median_unbiased": "np.clip({q} * ({n} + 1 / 3) - 2 / 3, 0, {n} - 1)",
    "normal_unbiased": "np.clip({q} * ({n} + 1 / 4) - 5 / 8, 0, {n} - 1)",
}
"""Where among ``n`` elements in order the quantile ``q`` lies, by the method of its estimate."""


def ranking(a: Any, axis: Any) -> Any:
    """For each element how many come before it, along ``axis`` (an integer, several, or None for all)."""
    if axis is None:
        return np.reshape(np.argsort(np.argsort(a, axis=None)), np.shape(a))
    if not isinstance(axis, tuple):
        return np.argsort(np.argsort(a, axis=axis), axis=axis)
    moved = np.moveaxis(a, axis, range(len(axis)))
    rows = np.reshape(moved, (-1, *moved.shape[len(axis) :]))
    places = np.argsort(np.argsort(rows, axis=0), axis=0)
    return np.moveaxis(np.reshape(places, moved.shape), range(len(axis)), axis)


def position(q: Any, n: Any, method: str) -> Any:
    """Where among ``n`` elements in order the quantile ``q`` lies."""
    return eval(METHODS[method].format(q="q", n="n"), {"np": np, "q": q, "n": n})


def positions(q: Any, a: Any) -> Any:
    """Several quantiles along an axis of their own in front of those of ``a``."""
    return np.reshape(np.asarray(q), (-1,) + (1,) * np.ndim(a))


def unreduce_each(dy: Any, a: Any, axis: Any, keepdims: bool) -> Any:
    """As ``unreduce``, for several results along the first axis of ``dy``."""
    if keepdims:
        return dy
    return np.expand_dims(dy, behind(axis, a))


def behind(axis: Any, a: Any) -> tuple[int, ...]:
    """The axes ``axis`` of ``a`` (None: all of them) where there is one more axis in front."""
    rank = np.ndim(a)
    axes = range(rank) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return tuple(k % rank + 1 for k in axes)


def in_dtype(x: Any, y: Any) -> Any:
    """``x``, which is in double precision, in the dtype of ``y``."""
    return x.astype(np.result_type(y))


# ---- written out ----


def _rank(fact: Fact) -> int:
    assert isinstance(fact, Num) and fact.rank is not None
    return fact.rank


@expands(ranking)
def _ranking(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    a, axis = args
    if isinstance(facts[0], Num) and facts[0].rank == 1:
        return quote("np.argsort(np.argsort({a}))", a=a)
    if isinstance(facts[1], Static) and facts[1].value is None:
        return quote("np.reshape(np.argsort(np.argsort({a}, axis=None)), np.shape({a}))", a=a)
    if isinstance(facts[1], Num):
        return quote("np.argsort(np.argsort({a}, axis={axis}), axis={axis})", a=a, axis=axis)
    return _ranking_over(a, _rank(facts[0]), _known_axes(facts[1], _rank(facts[0])))


def _known_axes(axis: Fact, rank: int) -> tuple[int, ...]:
    axes = tuple(range(rank)) if isinstance(axis, Static) else axes_of(axis)
    assert axes is not None
    return tuple(k % rank for k in axes)


def _ranking_over(a: gast.expr, rank: int, axes: tuple[int, ...]) -> gast.expr:
    rest = tuple(k for k in range(rank) if k not in axes)
    order = (*axes, *rest)
    back = tuple(order.index(k) for k in range(rank))
    lengths = ", ".join(f"{{a}}.shape[{k}]" for k in rest)
    rows = f"np.reshape(np.transpose({{a}}, {order}), ({', '.join(['-1', lengths] if lengths else ['-1', ''])}))"
    places = f"np.argsort(np.argsort({rows}, axis=0), axis=0)"
    whole = ", ".join(f"{{a}}.shape[{k}]" for k in order)
    return quote(f"np.transpose(np.reshape({places}, ({whole})), {back})", a=a)


@expands(position)
def _position(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    method = facts[2]
    assert isinstance(method, Static)
    return quote(METHODS[method.value], q=args[0], n=args[1])


@expands(positions)
def _positions(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    # The quantiles may stand divided: what they are made of decides.
    index = "[:" + ", None" * _rank(facts[1]) + "]"
    known = isinstance(facts[0], Num) and facts[0].box == "array"
    return quote(("{q}" if known else "np.asarray({q})") + index, q=args[0])


@expands(unreduce_each)
def _unreduce_each(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    _, a, axis, keepdims = facts
    if isinstance(keepdims, Num) and keepdims.value:
        return args[0]
    rank = _rank(a)
    gone = _known_axes(axis, rank)
    index = ["None" if k in gone else ":" for k in range(rank)]
    while index and index[-1] == ":":
        index.pop()
    return quote("{dy}[" + ", ".join([":", *index]) + "]", dy=args[0])


@expands(behind)
def _behind(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    axes = tuple(k + 1 for k in _known_axes(facts[0], _rank(facts[1])))
    return quote(repr(axes[0] if len(axes) == 1 else axes))


@expands(in_dtype)
def _in_dtype(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    x, y = args
    double = isinstance(facts[1], Num) and facts[1].dtype == float
    return x if double else quote("({x}).astype({y}.dtype)", x=x, y=y)
