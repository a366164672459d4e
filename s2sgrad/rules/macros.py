"""Words of the rule language: functions that rules may call and that are written out where facts are known.

Each is an ordinary function, so that a rule can be called as it stands. ``EXPANDERS`` maps it to what writes it
out: from the trees and the facts of its arguments (``Opaque`` where nothing is known) to the text a person would write.

>>> from s2sgrad.analysis.facts import Dim, array, python
>>> from s2sgrad.quote import quote, unquote
>>> x, axis, keepdims = array(float, (Dim.of(3), Dim.of(4))), python(int, 1), python(bool, False)
>>> unquote(EXPANDERS[unreduce]([*map(quote, ["dy", "x", "1", "False"])], [x, x, axis, keepdims]))
'dy[:, None]'
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.facts import Fact, NeedValue, Num, Seq, Static
from s2sgrad.quote import quote

__all__ = [
    "EXPANDERS",
    "around",
    "across",
    "along",
    "as_numpy",
    "beside",
    "count",
    "cut_to",
    "doubles",
    "expands",
    "fractional",
    "freedom",
    "in_shape",
    "inverse",
    "kept",
    "less",
    "mT",
    "minus_one",
    "negative",
    "one_for_zero",
    "over",
    "over_first",
    "over_others",
    "over_second",
    "plus_one",
    "running_back",
    "shape_of",
    "times",
    "unbiased",
    "unreduce",
    "weak",
    "wide",
]

Expander = Callable[[list[gast.expr], list[Fact]], gast.expr]
EXPANDERS: dict[Callable[..., Any], Expander] = {}


def expands(function: Callable[..., Any]) -> Callable[[Expander], Expander]:
    """Register what writes out a word of the rule language."""

    def register(expander: Expander) -> Expander:
        EXPANDERS[function] = expander
        return expander

    return register


def unreduce(dy: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    """``dy`` with the axes put back that a reduction of ``x`` took away, so that it broadcasts against ``x``."""
    return dy if axis is None or keepdims else np.expand_dims(dy, axis)


def count(x: Any, axis: Any) -> int:
    """The number of elements that each result of a reduction of ``x`` over ``axis`` is made of."""
    if axis is None:
        return np.size(x)
    axes = axis if isinstance(axis, tuple) else (axis,)
    return int(np.prod([np.shape(x)[k] for k in axes]))


def freedom(x: Any, axis: Any, ddof: Any) -> Any:
    """``count(x, axis) - ddof``."""
    return count(x, axis) - ddof


def unbiased(x: Any, axis: Any, bias: Any, ddof: Any) -> Any:
    """By what a covariance of the observations along ``axis`` is divided: one less than their number unless biased."""
    return np.shape(x)[axis] - ((0 if bias else 1) if ddof is None else ddof)


def cut_to(a: Any, axis: Any, x: Any) -> Any:
    """``x``, which may be longer than ``a`` along ``axis``, cut to its length."""
    return np.take(x, range(np.shape(a)[axis]), axis)


def across(a: Any, axis: Any) -> Any:
    """The index along ``axis`` of every element of ``a``, to be broadcast along the other axes."""
    rank = np.ndim(a)
    return np.reshape(np.arange(np.shape(a)[axis]), [-1 if k == axis % rank else 1 for k in range(rank)])


def along(x: Any, a: Any, axis: Any) -> Any:
    """The vector ``x`` along ``axis`` of ``a``."""
    rank = np.ndim(a)
    return np.reshape(x, [-1 if k == axis % rank else 1 for k in range(rank)])


def over_others(x: Any, a: Any, axis: Any) -> Any:
    """The sum of ``x``, which has the shape of ``a``, over all axes but one."""
    return np.sum(x, axis=tuple(k for k in range(np.ndim(a)) if k != axis % np.ndim(a)))


def doubles(x: Any) -> Any:
    """``x`` as an array in double precision."""
    return np.asarray(x, float)


def fractional(x: Any) -> Any:
    """``x``, integers as floats: their powers and products soon grow too large for them."""
    return np.multiply(x, 1.0)


def wide(x: Any) -> Any:
    """``x``, integers of 8 and 16 bits as floats: NumPy takes their logarithms in half and in single precision."""
    dtype = np.asarray(x).dtype
    return x * 1.0 if dtype.kind in "iub" and dtype.itemsize <= 2 else x


def beside(A: Any, B: Any) -> Any:
    """``A`` with an axis of length 1 for each axis of ``B`` behind its own."""
    return np.reshape(A, np.shape(A) + (1,) * np.ndim(B))


def over_first(x: Any, A: Any) -> Any:
    """The sum over the first axes of ``x``, as many as ``A`` has."""
    return np.sum(x, axis=tuple(range(np.ndim(A))))


def over_second(x: Any, B: Any) -> Any:
    """The sum over the last axes of ``x``, as many as ``B`` has."""
    return np.sum(x, axis=tuple(range(-np.ndim(B), 0)))


def less(n: Any, k: Any) -> Any:
    """``n - k``, for a ``k`` that is 0 most of the time."""
    return n - k


def times(x: Any, k: Any) -> Any:
    """``x * k``, for a ``k`` that is 1 most of the time."""
    return x * k


def over(x: Any, k: Any) -> Any:
    """``x / k``, for a ``k`` that is 1 most of the time."""
    return x / k


def one_for_zero(y: Any) -> Any:
    """``y`` with 1 in place of 0, to divide by; of a number, a sum takes a tenth of the time of ``np.where``."""
    return np.where(y == 0, 1, y)


def kept(where: Any, x: Any) -> Any:
    """``x`` where a reduction with this ``where=`` takes an element, 0 (or False) elsewhere."""
    return x if where is True else where & x if np.result_type(x).kind == "b" else np.where(where, x, 0)


def running_back(dy: Any, a: Any, axis: Any) -> Any:
    """The running sum of ``dy`` from the end, where that of ``a`` over ``axis`` (None: all elements) ran forward."""
    if axis is None:
        return np.reshape(np.cumsum(dy[::-1])[::-1], np.shape(a))
    return np.flip(np.cumsum(np.flip(dy, axis), axis=axis), axis)


def in_shape(x: Any, a: Any, axis: Any) -> Any:
    """What was made of the elements of ``a`` along ``axis`` (None: of all in a row), in the shape of ``a``."""
    return np.reshape(x, np.shape(a)) if axis is None else x


def around(a: Any, axis: Any, n: Any) -> Any:
    """The widths that pad ``a`` with ``n`` elements at both ends of one axis."""
    return [(n, n) if k == axis % np.ndim(a) else (0, 0) for k in range(np.ndim(a))]


def mT(a: Any) -> Any:
    """The matrix ``a``, or each matrix of a stack, transposed."""
    return np.swapaxes(a, -1, -2)


def shape_of(x: Any) -> tuple[int, ...]:
    """The lengths of ``x``."""
    return np.shape(x)


def as_numpy(x: Any) -> Any:
    """``x`` as a NumPy number, for which dividing by zero gives inf where Python raises."""
    if isinstance(x, np.ndarray | np.generic):
        return x
    return np.complex128(x) if isinstance(x, complex) else np.float64(x)


def weak(constant: Any, x: Any) -> Any:
    """A NumPy float that does not raise the precision of ``x`` in a product."""
    return constant if np.result_type(x) in (np.float64, np.complex128) else float(constant)


def minus_one(n: Any) -> Any:
    """``n - 1``."""
    return n - 1


def plus_one(n: Any) -> Any:
    """``n + 1``."""
    return n + 1


def negative(n: Any) -> Any:
    """``-n``."""
    return -n


def inverse(axes: Any) -> tuple[int, ...]:
    """The permutation that undoes the permutation ``axes``."""
    return tuple(int(k) for k in np.argsort(np.mod(axes, len(axes))))


def axes_of(axis: Fact) -> tuple[int, ...] | None:
    """The axes that an ``axis`` argument names, None where they are not known. Raises NeedValue if the key can tell."""
    if isinstance(axis, Num):
        return (_known(axis),) if axis.value is not None or axis.origin is not None else None
    if isinstance(axis, Seq) and axis.items is not None:
        each = [axes_of(item) for item in axis.items]
        return None if None in each else tuple(k for axes in each for k in axes or ())
    return None


def _known(fact: Num) -> int:
    if fact.value is None:
        raise NeedValue(fact.origin or "")
    return int(fact.value.real)


def _is_true(fact: Fact) -> bool:
    if isinstance(fact, Num):
        return bool(_known(fact))
    raise NeedValue("keepdims")


def _is_none(fact: Fact) -> bool:
    return isinstance(fact, Static) and fact.value is None


def _normalized(axes: tuple[int, ...], rank: int | None) -> tuple[int, ...]:
    return tuple(sorted(k % rank for k in axes)) if rank else axes


def _rank(fact: Fact) -> int | None:
    return fact.rank if isinstance(fact, Num) else None


@expands(unreduce)
def _unreduce(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    dy, _, axis, _ = args
    _, x, axis_fact, keepdims = facts
    if _is_none(axis_fact) or _is_true(keepdims):
        return dy
    axes = axes_of(axis_fact)
    axes = None if axes is None else _normalized(axes, _rank(x))
    if axes is not None and axes == tuple(range(len(axes))):
        return dy
    index = _inserting(axes, _rank(x))
    if index is None:
        return quote("np.expand_dims({dy}, {axis})", dy=dy, axis=axis)
    return quote(f"{{dy}}[{index}]", dy=dy)


def _inserting(axes: tuple[int, ...] | None, rank: int | None) -> str | None:
    """The index that inserts ``axes``: ``:, None`` for axis 1; None where that is not known or not pretty."""
    if axes is None or len(axes) != 1 or axes[0] < 0:
        return None
    last = rank is not None and rank > 2 and axes[0] == rank - 1
    return "..., None" if last else ":, " * axes[0] + "None"


@expands(count)
def _count(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    x, axis = args[:2]
    if _is_none(facts[1]):
        return quote("{x}.size", x=x) if _has_methods(facts[0]) else quote("np.size({x})", x=x)
    axes = axes_of(facts[1])
    if axes is None:
        return quote("{x}.shape[{axis}]", x=x, axis=axis)
    axes, rank = _normalized(axes, _rank(facts[0])), _rank(facts[0])
    if rank is not None and rank > 1 and len(axes) == rank:
        return quote("{x}.size", x=x)
    factors = " * ".join("len({x})" if k == 0 else f"{{x}}.shape[{k}]" for k in axes)
    return quote(factors or "1", x=x)


@expands(freedom)
def _freedom(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    n = _count(args[:2], facts[:2])
    ddof = _literal(facts[2])
    if ddof == 0:
        return n
    return quote("{n} - {ddof}", n=n, ddof=args[2] if ddof is None else quote(repr(ddof)))


@expands(unbiased)
def _unbiased(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    bias, ddof = facts[2:]
    n = _count(args[:2], facts[:2])
    less: Any = args[3]
    if _is_none(ddof):
        less = quote("0" if _is_true(bias) else "1")
    elif _literal(ddof) is not None:
        less = quote(repr(_literal(ddof)))
    return n if getattr(less, "value", None) == 0 else quote("{n} - {k}", n=n, k=less)


@expands(cut_to)
def _cut_to(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    a, _, x = args
    rank, axes = _rank(facts[0]), axes_of(facts[1])
    assert rank is not None and axes is not None
    axis = axes[0] % rank
    length = quote("len({a})" if axis == 0 else f"{{a}}.shape[{axis}]", a=a)
    return quote("{x}[" + ":, " * axis + ":{length}]", x=x, length=length)


@expands(across)
def _across(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    a, axis = args
    rank, axes = _rank(facts[0]), axes_of(facts[1])
    if rank is None or axes is None:
        return quote("np.indices({a}.shape, sparse=True)[{axis}]", a=a, axis=axis)
    k = axes[0] % rank
    length = "len({a})" if k == 0 else f"{{a}}.shape[{k}]"
    behind = "[:" + ", None" * (rank - 1 - k) + "]" if k < rank - 1 else ""
    return quote(f"np.arange({length}){behind}", a=a)


@expands(along)
def _along(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    x, a, axis = args
    rank, axes = _rank(facts[1]), axes_of(facts[2])
    if rank is None or axes is None:
        return quote("np.expand_dims({x}, np.delete(np.arange({a}.ndim), {axis}))", x=x, a=a, axis=axis)
    behind = rank - 1 - axes[0] % rank
    return quote("{x}[:" + ", None" * behind + "]", x=x) if behind else x


@expands(over_others)
def _over_others(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    rank, axes = _rank(facts[1]), axes_of(facts[2])
    assert rank is not None and axes is not None
    return _summed(args[0], tuple(k for k in range(rank) if k != axes[0] % rank))


@expands(doubles)
def _doubles(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    double = isinstance(facts[0], Num) and facts[0].box == "array" and facts[0].dtype == float
    return args[0] if double else quote("np.asarray({x}, float)", x=args[0])


@expands(fractional)
def _fractional(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    fact = facts[0]
    if not isinstance(fact, Num):
        return quote("np.multiply({x}, 1.0)", x=args[0])
    return args[0] if fact.kind in "fc" and not fact.maybe_whole else quote("{x} * 1.0", x=args[0])


@expands(wide)
def _wide(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    fact = facts[0]
    if not isinstance(fact, Num) or (fact.kind in "fc" and not fact.maybe_whole):
        return args[0]
    known = fact.dtype is not None and (fact.dtype.itemsize > 2 or fact.dtype.kind not in "iub")
    return args[0] if known else quote("{x} * 1.0", x=args[0])


@expands(beside)
def _beside(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    rank, more = (_rank(fact) or 0 for fact in facts)
    if not rank or not more:
        return args[0]
    return quote("{A}[" + ":, " * rank + ", ".join(["None"] * more) + "]", A=args[0])


@expands(over_first)
def _over_first(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    rank = _rank(facts[1]) or 0
    return _summed(args[0], tuple(range(rank)))


@expands(over_second)
def _over_second(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    rank = _rank(facts[1]) or 0
    return _summed(args[0], tuple(range(-rank, 0)))


def _summed(x: gast.expr, axes: tuple[int, ...]) -> gast.expr:
    if not axes:
        return x
    return quote(f"np.sum({{x}}, axis={axes[0] if len(axes) == 1 else axes})", x=x)


@expands(less)
def _less(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    return args[0] if _literal(facts[1]) == 0 else quote("{n} - {k}", n=args[0], k=args[1])


@expands(times)
def _times(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    return args[0] if _literal(facts[1]) == 1 else quote("{x} * {k}", x=args[0], k=args[1])


@expands(over)
def _over(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    return args[0] if _literal(facts[1]) == 1 else quote("{x} / {k}", x=args[0], k=args[1])


@expands(one_for_zero)
def _one_for_zero(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    number = isinstance(facts[0], Num) and facts[0].rank == 0 and facts[0].box in ("py", "np")
    return quote("{y} + ({y} == 0)" if number else "np.where({y} == 0, 1, {y})", y=args[0])


@expands(kept)
def _kept(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    where = facts[0]
    if isinstance(where, Num) and where.box == "py" and where.value is True:
        return args[1]
    test = isinstance(args[1], gast.Compare)
    return quote("{w} & ({x})" if test else "np.where({w}, {x}, 0)", w=args[0], x=args[1])


@expands(running_back)
def _running_back(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    dy, a, axis = args
    _, x, known = facts
    if _rank(x) == 1:
        return quote("np.cumsum({dy}[::-1])[::-1]", dy=dy)
    if _is_none(known):
        return quote("np.reshape(np.cumsum({dy}[::-1])[::-1], {shape})", dy=dy, shape=_shape([a], [x]))
    axes, rank = axes_of(known), _rank(x)
    if axes is not None and rank is not None:
        back = "[" + ":, " * (axes[0] % rank) + "::-1]"
        return quote(f"np.cumsum({{dy}}{back}, axis={{axis}}){back}", dy=dy, axis=axis)
    return quote("np.flip(np.cumsum(np.flip({dy}, {axis}), axis={axis}), {axis})", dy=dy, axis=axis)


@expands(in_shape)
def _in_shape(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    x, a, _ = args
    if not _is_none(facts[2]) or _rank(facts[1]) == 1:
        return x
    return quote("np.reshape({x}, {shape})", x=x, shape=_shape([a], [facts[1]]))


@expands(around)
def _around(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    n, rank, axes = args[2], _rank(facts[0]), axes_of(facts[1])
    if rank == 1:
        return n
    assert rank is not None and axes is not None
    pairs = ["({n}, {n})" if k == axes[0] % rank else "(0, 0)" for k in range(rank)]
    return quote(f"({', '.join(pairs)})", n=n)


@expands(mT)
def _mT(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    return quote("{a}.T" if _rank(facts[0]) == 2 else "np.swapaxes({a}, -1, -2)", a=args[0])


def _has_methods(fact: Fact) -> bool:
    return isinstance(fact, Num) and fact.box in ("np", "array")


@expands(shape_of)
def _shape(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    return quote("{x}.shape" if _has_methods(facts[0]) else "np.shape({x})", x=args[0])


@expands(as_numpy)
def _as_numpy(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    if _has_methods(facts[0]):
        return args[0]
    python = isinstance(facts[0], Num) and facts[0].box == "py" and facts[0].kind in "biuf"
    if isinstance(facts[0], Num) and facts[0].box == "py" and facts[0].kind == "c":
        return quote("np.complex128({x})", x=args[0])
    return quote("np.float64({x})" if python else "np.asarray({x})", x=args[0])


@expands(weak)
def _weak(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    x = facts[1]
    double = isinstance(x, Num) and x.dtype in (np.dtype(float), np.dtype(complex))
    return args[0] if double else quote("float({c})", c=args[0])


def _literal(fact: Fact) -> Any:
    """The number that the program spells out; None for one that is not known, or is the value of an argument."""
    if isinstance(fact, Num) and fact.origin is None and isinstance(fact.value, int | float):
        return fact.value if np.isfinite(fact.value) else None
    return None


@expands(minus_one)
def _minus_one(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    n = _literal(facts[0])
    return quote("{n} - 1", n=args[0]) if n is None else quote(repr(_whole(n - 1)))


@expands(plus_one)
def _plus_one(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    n = _literal(facts[0])
    return quote("{n} + 1", n=args[0]) if n is None else quote(repr(_whole(n + 1)))


def _whole(n: Any) -> Any:
    return int(n) if n == int(n) else n


@expands(negative)
def _negative(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    n = _literal(facts[0])
    return quote("-{n}", n=args[0]) if n is None else quote(repr(-n))


@expands(inverse)
def _inverse(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    axes = axes_of(facts[0])
    if axes is None:
        return quote("np.argsort(np.mod({axes}, len({axes})))", axes=args[0])
    return quote(repr(inverse(axes)))
