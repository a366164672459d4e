"""Words of the rules for Fourier transforms: a transform back, and the parts of arrays that it reads and writes."""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.facts import Fact, NeedValue, Num, Seq, Static
from s2sgrad.analysis.infer.spectra import places_of
from s2sgrad.quote import quote
from s2sgrad.rules.macros import expands

__all__ = [
    "SCALES", "back", "back_over", "first", "half", "head", "heads", "length", "middle", "middle_of", "own", "sizes",
    "value_of",
]  # fmt: skip

SCALES = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}
"""The scale of the adjoint of a transform, by that of the transform."""
LAST_TWO = (-2, -1)


def back(kind: str, dy: Any, n: Any, axis: Any, norm: Any) -> Any:
    """The transform ``kind`` along one axis to ``n`` numbers (None: as many as there are), scaled the other way."""
    return getattr(np.fft, kind)(dy, n, axis, norm=SCALES[norm])


def back_over(kind: str, dy: Any, s: Any, axes: Any, norm: Any) -> Any:
    """The transform ``kind`` along several axes, scaled the other way."""
    return getattr(np.fft, kind)(dy, s, axes, norm=SCALES[norm])


def length(x: Any, axis: Any, n: Any) -> Any:
    """``n``, or the length of ``x`` along ``axis`` if that is None."""
    return np.shape(x)[axis] if n is None else n


def half(n: Any) -> Any:
    """How many frequencies half a spectrum of ``n`` real numbers has."""
    return n // 2 + 1


def sizes(x: Any, s: Any, axes: Any) -> Any:
    """``s``, or the lengths of ``x`` along ``axes`` if that is None."""
    return s if s is not None else tuple(np.shape(x)[k] for k in _axes(x, s, axes))


def own(x: Any, s: Any, axes: Any) -> Any:
    """``axes``, or those that a transform of ``x`` runs over if that is None."""
    return _axes(x, s, axes)


def head(n: Any, a: Any, axis: Any) -> Any:
    """The index of the first ``n`` elements of ``a`` along ``axis``."""
    return (slice(None),) * (axis % np.ndim(a)) + (slice(n),)


def heads(x: Any, s: Any, axes: Any) -> Any:
    """The index of the first elements along ``axes``, as many as ``x`` has."""
    cut = _axes(x, s, axes)
    return tuple(slice(n) if k in [c % np.ndim(x) for c in cut] else slice(None) for k, n in enumerate(np.shape(x)))


def first(s: Any, x: Any, axes: Any) -> Any:
    """The index of the first ``s`` elements along ``axes`` of ``x``."""
    index = [slice(None)] * np.ndim(x)
    for n, k in zip(s, _axes(x, s, axes), strict=True):
        index[k] = slice(n)
    return tuple(index)


def middle(y: Any, axis: Any) -> Any:
    """The index of the frequencies along ``axis`` that have a mirror image in the spectrum of ``y``."""
    return (slice(None),) * (axis % np.ndim(y)) + (slice(1, (np.shape(y)[axis] + 1) // 2),)


def middle_of(y: Any, s: Any, axes: Any) -> Any:
    """As ``middle``, for the last of ``axes``."""
    return middle(y, _axes(y, s, axes)[-1])


def _axes(x: Any, s: Any, axes: Any) -> Any:
    if axes is not None:
        return axes
    return tuple(range(np.ndim(x) if s is None else -len(s), 0)) if s is not None else tuple(range(np.ndim(x)))


def value_of(tree: Any, fact: Fact) -> Any:
    """The value of a literal, or of an argument that is known. Raises NeedValue where the key can tell it."""
    if isinstance(fact, Static):
        return fact.value
    if isinstance(fact, Num) and isinstance(fact.value, int):
        return fact.value
    raise NeedValue(getattr(fact, "origin", None) or "")


def _rank(fact: Fact) -> int:
    assert isinstance(fact, Num) and fact.rank is not None
    return fact.rank


def _called(kind: str, x: gast.expr, more: list[str], norm: Any, **holes: gast.AST) -> gast.expr:
    return quote(f"np.fft.{kind}({', '.join(['{x}', *more, f'norm={SCALES[norm]!r}'])})", x=x, **holes)


@expands(back)
def _back(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    kind, axis = value_of(args[0], facts[0]), value_of(args[3], facts[3])
    more = [] if isinstance(facts[2], Static) else ["{n}"]
    more += [] if axis == -1 else [f"axis={axis}"]
    return _called(kind, args[1], more, value_of(args[4], facts[4]), n=args[2])


@expands(back_over)
def _back_over(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    kind, axes = value_of(args[0], facts[0]), facts[3]
    flat = isinstance(axes, Static) and axes.value is None
    last = isinstance(axes, Static) and axes.value == LAST_TWO
    kind = kind.removesuffix("n") + "2" if last else kind
    more = [] if isinstance(facts[2], Static) and facts[2].value is None else ["{s}"]
    more += [] if flat or last else ["axes={axes}"]
    return _called(kind, args[1], more, value_of(args[4], facts[4]), s=args[2], axes=args[3])


@expands(length)
def _length(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    if not isinstance(facts[2], Static):
        return args[2]
    return _long(args[0], value_of(args[1], facts[1]) % _rank(facts[0]))


@expands(half)
def _half(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    known = facts[0].value if isinstance(facts[0], Num) and facts[0].origin is None else None
    return quote(repr(known // 2 + 1)) if isinstance(known, int) else quote("{n} // 2 + 1", n=args[0])


def _long(x: gast.expr, axis: int) -> gast.expr:
    return quote("len({x})" if axis == 0 else f"{{x}}.shape[{axis}]", x=x)


def _tuple(parts: list[gast.expr]) -> gast.expr:
    tree = quote("()")
    tree.elts = parts
    return tree


def _places(x: Fact, s: Fact, axes: Fact) -> tuple[int, ...]:
    found = places_of(axes, s, _rank(x))
    assert found is not None
    return found


@expands(sizes)
def _sizes(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    if not isinstance(facts[1], Static):
        return args[1]
    places, rank = _places(*facts), _rank(facts[0])
    if places == tuple(range(rank)):
        return quote("{x}.shape", x=args[0])
    if places == tuple(range(rank - len(places), rank)):
        return quote(f"{{x}}.shape[-{len(places)}:]", x=args[0])
    return _tuple([_long(args[0], k) for k in places])


@expands(own)
def _own(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    axes = facts[2]
    if isinstance(axes, Static) and axes.value is None:
        return quote(repr(_places(*facts)))
    return args[2]


def _index(cuts: dict[int, gast.expr]) -> gast.expr:
    """The index that takes ``:n`` along some axes and all of the others."""
    whole, last = quote("x[:]").slice, max(cuts)
    parts = [quote("x[:{n}]", n=cuts[k]).slice if k in cuts else whole for k in range(last + 1)]
    return _tuple(parts) if len(parts) > 1 else parts[0]


@expands(head)
def _head(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    return _index({value_of(args[2], facts[2]) % _rank(facts[1]): args[0]})


@expands(heads)
def _heads(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    return _index({k: _long(args[0], k) for k in _places(*facts)})


@expands(first)
def _first(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    s, x, axes = facts
    assert isinstance(s, Seq) and s.items is not None
    each = [_item(args[0], k, item) for k, item in enumerate(s.items)]
    return _index(dict(zip(_places(x, s, axes), each, strict=True)))


def _item(s: gast.expr, k: int, fact: Fact) -> gast.expr:
    """An item of a tuple of lengths: a number, or read from there where the lengths are those of an array."""
    computed = isinstance(fact, Num) and fact.value is None and fact.origin is None
    return quote(f"{{s}}[{k}]", s=s) if computed else quote(repr(value_of(s, fact)))


@expands(middle)
def _middle(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    return _inner(args[0], value_of(args[1], facts[1]) % _rank(facts[0]))


@expands(middle_of)
def _middle_of(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    return _inner(args[0], _places(*facts)[-1])


def _inner(y: gast.expr, axis: int) -> gast.expr:
    index = ":, " * axis + "1:({n} + 1) // 2"
    return quote(f"x[{index}]", n=_long(y, axis)).slice
