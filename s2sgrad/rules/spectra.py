"""Discrete Fourier transforms. The adjoint of each is the transform back, scaled the other way round.

A transform is linear; that of ``norm="backward"`` is not scaled at all, so its adjoint is the inverse one with
``norm="forward"``, which is not scaled either. Transforms to real numbers count each frequency in the middle twice,
once for its mirror image; those of real numbers forget the mirror images, whose adjoints then are 0.
"""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.facts import ANY_DIM, Fact, NeedValue, Num, Seq, Static
from s2sgrad.analysis.infer.spectra import TRANSFORMS, places_of
from s2sgrad.analysis.infer.spectra import half as half_length
from s2sgrad.quote import quote
from s2sgrad.rules.macros import expands
from s2sgrad.rules.registry import adjoint, complex_too, linear
from s2sgrad.rules.when import all_of, any_of, given, integer, ranks_from, real, some

__all__ = [
    "back", "back_over", "first", "half", "head", "heads", "length", "middle", "middle_of", "own", "sizes"
]  # fmt: skip

spectra = np.fft
_OTHER = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}
NORM = given("norm", *_OTHER)
LAST_TWO = (-2, -1)


# ---- words for what the rules say, and how they are written out ----


def back(kind: str, dy: Any, n: Any, axis: Any, norm: Any) -> Any:
    """The transform ``kind`` along one axis to ``n`` numbers (None: as many as there are), scaled the other way."""
    return getattr(np.fft, kind)(dy, n, axis, norm=_OTHER[norm])


def back_over(kind: str, dy: Any, s: Any, axes: Any, norm: Any) -> Any:
    """The transform ``kind`` along several axes, scaled the other way."""
    return getattr(np.fft, kind)(dy, s, axes, norm=_OTHER[norm])


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


def _value(tree: Any, fact: Fact) -> Any:
    if isinstance(fact, Static):
        return fact.value
    if isinstance(fact, Num) and isinstance(fact.value, int):
        return fact.value
    raise NeedValue(getattr(fact, "origin", None) or "")


def _rank(fact: Fact) -> int:
    assert isinstance(fact, Num) and fact.rank is not None
    return fact.rank


def _called(kind: str, x: gast.expr, more: list[str], norm: Any, **holes: gast.AST) -> gast.expr:
    return quote(f"np.fft.{kind}({', '.join(['{x}', *more, f'norm={_OTHER[norm]!r}'])})", x=x, **holes)


@expands(back)
def _back(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    kind, axis = _value(args[0], facts[0]), _value(args[3], facts[3])
    more = [] if isinstance(facts[2], Static) else ["{n}"]
    more += [] if axis == -1 else [f"axis={axis}"]
    return _called(kind, args[1], more, _value(args[4], facts[4]), n=args[2])


@expands(back_over)
def _back_over(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    kind, axes = _value(args[0], facts[0]), facts[3]
    flat = isinstance(axes, Static) and axes.value is None
    last = isinstance(axes, Static) and axes.value == LAST_TWO
    kind = kind.removesuffix("n") + "2" if last else kind
    more = [] if isinstance(facts[2], Static) and facts[2].value is None else ["{s}"]
    more += [] if flat or last else ["axes={axes}"]
    return _called(kind, args[1], more, _value(args[4], facts[4]), s=args[2], axes=args[3])


@expands(length)
def _length(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    if not isinstance(facts[2], Static):
        return args[2]
    return _long(args[0], _value(args[1], facts[1]) % _rank(facts[0]))


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
    return _index({_value(args[2], facts[2]) % _rank(facts[1]): args[0]})


@expands(heads)
def _heads(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    return _index({k: _long(args[0], k) for k in _places(*facts)})


@expands(first)
def _first(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    s, x, axes = facts
    assert isinstance(s, Seq) and s.items is not None
    each = [quote(repr(_value(args[0], item))) for item in s.items]
    return _index(dict(zip(_places(x, s, axes), each, strict=True)))


@expands(middle)
def _middle(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    return _inner(args[0], _value(args[1], facts[1]) % _rank(facts[0]))


@expands(middle_of)
def _middle_of(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    return _inner(args[0], _places(*facts)[-1])


def _inner(y: gast.expr, axis: int) -> gast.expr:
    index = ":, " * axis + "1:({n} + 1) // 2"
    return quote(f"x[{index}]", n=_long(y, axis)).slice


# ---- along one axis ----

ONE = all_of(ranks_from(1), integer("axis"), NORM)


def _is_half(facts: dict[str, Fact]) -> bool:
    """True where the operand is proven to be as long as half a spectrum of ``n`` numbers is."""
    a, n, axis = facts["a"], facts["n"], facts["axis"]
    if not isinstance(a, Num) or not isinstance(n, Num) or n.length is None or a.shape is None:
        return False
    assert isinstance(axis, Num)
    if not isinstance(axis.value, int) or n.length.anonymous:
        return False
    return a.shape[axis.value].equals(half_length(n.length, lambda hint="", not_one=False: ANY_DIM))


WHOLE, CUT = all_of(ONE, given("n", None)), all_of(ONE, integer("n"))
linear(*TRANSFORMS)


@adjoint(spectra.fft, when=WHOLE, exact=True)
def fft(dy: Any, y: Any, a: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    """Of the spectrum."""
    return back("ifft", dy, None, axis, norm)


@adjoint(spectra.ifft, when=WHOLE, exact=True)
def ifft(dy: Any, y: Any, a: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    """Of what has this spectrum."""
    return back("fft", dy, None, axis, norm)


@adjoint(spectra.fft, when=all_of(CUT, real("a")), exact=True)
def fft_of_real_part(dy: Any, y: Any, a: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    """Of the spectrum of the first ``n`` of real numbers, with zeros behind them if they are fewer."""
    whole = back("ifft", dy, None, axis, norm).real
    da = np.zeros_like(a)
    da[head(n, a, axis)] += whole[head(length(a, axis, None), a, axis)]
    return da


@adjoint(spectra.fft, when=CUT, exact=True)
def fft_of_part(dy: Any, y: Any, a: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    """Of the spectrum of the first ``n`` numbers, with zeros behind them if they are fewer."""
    whole = back("ifft", dy, None, axis, norm)
    da = np.zeros_like(a)
    da[head(n, a, axis)] += whole[head(length(a, axis, None), a, axis)]
    return da


@adjoint(spectra.ifft, when=all_of(CUT, real("a")), exact=True)
def ifft_of_real_part(dy: Any, y: Any, a: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    """Of what has the first ``n`` of real numbers as its spectrum, with zeros behind them if they are fewer."""
    whole = back("fft", dy, None, axis, norm).real
    da = np.zeros_like(a)
    da[head(n, a, axis)] += whole[head(length(a, axis, None), a, axis)]
    return da


@adjoint(spectra.ifft, when=CUT, exact=True)
def ifft_of_part(dy: Any, y: Any, a: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    """Of what has the first ``n`` numbers as its spectrum, with zeros behind them if they are fewer."""
    whole = back("fft", dy, None, axis, norm)
    da = np.zeros_like(a)
    da[head(n, a, axis)] += whole[head(length(a, axis, None), a, axis)]
    return da


@adjoint(spectra.rfft, when=all_of(WHOLE, real("a")), exact=True)
def rfft(dy: Any, y: Any, a: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    """Of the first half of the spectrum of real numbers."""
    return back("ifft", dy, length(a, axis, n), axis, norm).real


@adjoint(spectra.rfft, when=all_of(CUT, real("a")), exact=True)
def rfft_of_part(dy: Any, y: Any, a: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    """Of the first half of the spectrum of the first ``n`` of real numbers."""
    whole = back("ifft", dy, n, axis, norm).real
    da = np.zeros_like(a)
    da[head(n, a, axis)] += whole[head(length(a, axis, None), a, axis)]
    return da


@adjoint(spectra.ihfft, when=all_of(WHOLE, real("a")), exact=True)
def ihfft(dy: Any, y: Any, a: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    """Of the first half of what has real numbers as its spectrum."""
    return back("fft", dy, length(a, axis, n), axis, norm).real


@adjoint(spectra.ihfft, when=all_of(CUT, real("a")), exact=True)
def ihfft_of_part(dy: Any, y: Any, a: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    """Of the first half of what has the first ``n`` of real numbers as its spectrum."""
    whole = back("fft", dy, n, axis, norm).real
    da = np.zeros_like(a)
    da[head(n, a, axis)] += whole[head(length(a, axis, None), a, axis)]
    return da


@adjoint(spectra.irfft, when=any_of(WHOLE, all_of(CUT, _is_half)), exact=True)
def irfft(dy: Any, y: Any, a: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    """Of the real numbers that have half a spectrum."""
    da = back("rfft", dy, None, axis, norm)
    da[middle(dy, axis)] *= 2
    return da


@adjoint(spectra.hfft, when=any_of(WHOLE, all_of(CUT, _is_half)), exact=True)
def hfft(dy: Any, y: Any, a: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    """Of the real spectrum of numbers of which one half is given."""
    da = back("ihfft", dy, None, axis, norm)
    da[middle(dy, axis)] *= 2
    return da


@adjoint(spectra.irfft, when=CUT, exact=True)
def irfft_of_part(dy: Any, y: Any, a: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    """Of the ``n`` real numbers that have the first numbers as half a spectrum."""
    whole = back("rfft", dy, None, axis, norm)
    whole[middle(dy, axis)] *= 2
    da = np.zeros_like(a, whole.dtype)
    da[head(half(n), a, axis)] += whole[head(length(a, axis, None), a, axis)]
    return da


@adjoint(spectra.hfft, when=CUT, exact=True)
def hfft_of_part(dy: Any, y: Any, a: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    """Of the ``n`` real numbers that are the spectrum of numbers of which the first half is given."""
    whole = back("ihfft", dy, None, axis, norm)
    whole[middle(dy, axis)] *= 2
    da = np.zeros_like(a, whole.dtype)
    da[head(half(n), a, axis)] += whole[head(length(a, axis, None), a, axis)]
    return da


# ---- along several axes ----


def _places_known(facts: dict[str, Fact]) -> bool:
    """True where it is known along which axes a transform runs, and how long it is there, if that is said at all."""
    a, s = facts["a"], facts["s"]
    if not isinstance(a, Num) or not a.rank or places_of(facts["axes"], s, a.rank) is None:
        return False
    if isinstance(s, Static):
        return s.value is None
    if not isinstance(s, Seq) or s.items is None:
        return False
    return all(_value(None, item) > 0 for item in s.items)


SEVERAL = all_of(_places_known, NORM)
AS_IS, SIZED = all_of(SEVERAL, given("s", None)), all_of(SEVERAL, some("s"))


@adjoint(spectra.fft2, when=AS_IS, exact=True)
def fft2(dy: Any, y: Any, a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    """Of the spectrum of images."""
    return back_over("ifftn", dy, None, axes, norm)


@adjoint(spectra.ifft2, when=AS_IS, exact=True)
def ifft2(dy: Any, y: Any, a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    """Of the images that have this spectrum."""
    return back_over("fftn", dy, None, axes, norm)


@adjoint(spectra.fftn, when=AS_IS, exact=True)
def fftn(dy: Any, y: Any, a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    """Of the spectrum along several axes."""
    return back_over("ifftn", dy, None, axes, norm)


@adjoint(spectra.ifftn, when=AS_IS, exact=True)
def ifftn(dy: Any, y: Any, a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    """Of what has this spectrum along several axes."""
    return back_over("fftn", dy, None, axes, norm)


@adjoint(spectra.fft2, spectra.fftn, when=SIZED, exact=True)
def fftn_of_part(dy: Any, y: Any, a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    """Of the spectrum of a part, with zeros around it where it is smaller than asked for."""
    whole = back_over("ifftn", dy, None, own(a, s, axes), norm)
    da = np.zeros_like(a, whole.dtype)
    da[heads(dy, s, axes)] += whole[heads(a, s, axes)]
    return da


@adjoint(spectra.ifft2, spectra.ifftn, when=SIZED, exact=True)
def ifftn_of_part(dy: Any, y: Any, a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    """Of what has a part as its spectrum, with zeros around it where it is smaller than asked for."""
    whole = back_over("fftn", dy, None, own(a, s, axes), norm)
    da = np.zeros_like(a, whole.dtype)
    da[heads(dy, s, axes)] += whole[heads(a, s, axes)]
    return da


@adjoint(spectra.rfft2, when=all_of(AS_IS, real("a")), exact=True)
def rfft2(dy: Any, y: Any, a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    """Of one half of the spectrum of real images."""
    return back_over("ifftn", dy, sizes(a, s, axes), axes, norm).real


@adjoint(spectra.rfftn, when=all_of(AS_IS, real("a")), exact=True)
def rfftn(dy: Any, y: Any, a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    """Of one half of the spectrum of real numbers along several axes."""
    return back_over("ifftn", dy, sizes(a, s, axes), own(a, s, axes), norm).real


@adjoint(spectra.rfft2, spectra.rfftn, when=all_of(SIZED, real("a")), exact=True)
def rfftn_of_part(dy: Any, y: Any, a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    """Of one half of the spectrum of a real part, with zeros around it where it is smaller than asked for."""
    whole = back_over("ifftn", dy, s, own(a, s, axes), norm).real
    da = np.zeros_like(a)
    da[first(s, a, axes)] += whole[heads(a, s, axes)]
    return da


@adjoint(spectra.irfft2, when=AS_IS, exact=True)
def irfft2(dy: Any, y: Any, a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    """Of the real images that have half a spectrum."""
    da = back_over("rfftn", dy, None, axes, norm)
    da[middle_of(dy, s, axes)] *= 2
    return da


@adjoint(spectra.irfftn, when=AS_IS, exact=True)
def irfftn(dy: Any, y: Any, a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    """Of the real numbers that have half a spectrum along several axes."""
    da = back_over("rfftn", dy, None, axes, norm)
    da[middle_of(dy, s, axes)] *= 2
    return da


@adjoint(spectra.irfft2, spectra.irfftn, when=SIZED, exact=True)
def irfftn_of_part(dy: Any, y: Any, a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    """Of the real numbers, as many as asked for, that have a part as half a spectrum."""
    whole = back_over("rfftn", dy, None, own(a, s, axes), norm)
    whole[middle_of(dy, s, axes)] *= 2
    da = np.zeros_like(a, whole.dtype)
    da[heads(whole, s, axes)] += whole[heads(a, s, axes)]
    return da


complex_too(
    fft, ifft, fft_of_part, fft_of_real_part, ifft_of_part, ifft_of_real_part, rfft, rfft_of_part, ihfft, ihfft_of_part,
    irfft, hfft, irfft_of_part, hfft_of_part, fft2, ifft2, fftn, ifftn, fftn_of_part, ifftn_of_part, rfft2, rfftn,
    rfftn_of_part, irfft2, irfftn, irfftn_of_part,
)  # fmt: skip
