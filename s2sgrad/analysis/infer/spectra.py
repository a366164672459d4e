"""Discrete Fourier transforms: which lengths and dtypes they give."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, Num, Seq, Static, Symbol, array
from s2sgrad.analysis.infer.arraylike import number
from s2sgrad.analysis.infer.broadcasting import Fresh
from s2sgrad.analysis.infer.shapes import axis_of, lengths
from s2sgrad.analysis.infer.table import MINUS_ONE, NONE, Unknown, axes, infers, is_none

__all__ = ["TO_HALF", "TO_REAL", "TRANSFORMS", "half", "places_of"]

fft = np.fft
TO_HALF: tuple[Any, ...] = (fft.rfft, fft.ihfft, fft.rfft2, fft.rfftn)
"""Of real arrays, to the first half of a spectrum."""
TO_REAL: tuple[Any, ...] = (fft.irfft, fft.hfft, fft.irfft2, fft.irfftn)
"""Of the first half of a spectrum, to real arrays."""
ONE_AXIS: tuple[Any, ...] = (fft.fft, fft.ifft, fft.rfft, fft.irfft, fft.hfft, fft.ihfft)
TWO_AXES: tuple[Any, ...] = (fft.fft2, fft.ifft2, fft.rfft2, fft.irfft2)
ANY_AXES: tuple[Any, ...] = (fft.fftn, fft.ifftn, fft.rfftn, fft.irfftn)
TRANSFORMS: tuple[Any, ...] = (*ONE_AXIS, *TWO_AXES, *ANY_AXES)
_LAST_TWO = Static((-2, -1))


@functools.cache
def _dtype(function: Any, dtype: str) -> np.dtype[Any]:
    try:
        found: np.dtype[Any] = function(np.ones((2, 2), dtype)).dtype
    except TypeError:  # a complex array, where a real one is wanted
        raise Unknown from None
    return found


def half(n: Dim, fresh: Fresh) -> Dim:
    """The length ``n // 2 + 1``, under one symbol for the halves of all spectra of the same length."""
    if n.constant is not None:
        return Dim.of(n.constant // 2 + 1)
    if n.anonymous or n.symbol is None:
        return fresh("half")
    return Dim(Symbol(f"half({n.symbol.name}{n.offset:+d})", n.not_one))


def _length(function: Any, own: Dim, wanted: Dim | None, fresh: Fresh) -> Dim:
    """The length of the last axis that is transformed, from that of the operand and the ``n`` that is given."""
    if function in TO_HALF:
        return half(wanted or own, fresh)
    if function not in TO_REAL:
        return wanted or own
    if wanted is not None:
        return wanted
    return fresh("signal") if own.constant is None else Dim.of(2 * (own.constant - 1))


def _transformed(
    function: Any, fresh: Fresh, x: Num, places: tuple[int, ...], wanted: tuple[Dim, ...] | None
) -> Fact:
    if x.shape is None or x.dtype is None or x.maybe_complex or not places:
        raise Unknown
    shape = list(x.shape)
    for k, place in enumerate(places):
        given = None if wanted is None else wanted[k]
        shape[place] = _length(function if place == places[-1] else np.fft.fft, shape[place], given, fresh)
    return array(_dtype(function, x.dtype.str), shape)


def _along_one_axis(function: Any) -> None:
    @infers(function)
    def infer(fresh: Fresh, a: Fact, n: Fact = NONE, axis: Fact = MINUS_ONE, norm: Fact = NONE) -> Fact:
        x = number(a, fresh)
        place = axis_of(axis, x.rank) if x.rank else None
        if place is None:
            raise Unknown
        wanted = None if is_none(n) else lengths(n, fresh)
        return _transformed(function, fresh, x, (place,), wanted)


def _along_axes(function: Any, default: Fact) -> None:
    @infers(function)
    def infer(fresh: Fresh, a: Fact, s: Fact = NONE, axes: Fact = default, norm: Fact = NONE) -> Fact:
        x = number(a, fresh)
        places = places_of(axes, s, x.rank)
        wanted = None if is_none(s) else lengths(s, fresh)
        if places is None or (wanted is not None and len(wanted) != len(places)):
            raise Unknown
        if wanted is not None and any(dim.constant is not None and dim.constant < 1 for dim in wanted):
            raise Unknown  # -1 stands for the whole length
        return _transformed(function, fresh, x, places, wanted)


def places_of(given: Fact, s: Fact, rank: int | None) -> tuple[int, ...] | None:
    """The axes that a transform of several runs over; None where they are not known."""
    if not rank:
        return None
    if isinstance(given, Static) and given.value == (-2, -1):
        return (rank - 2, rank - 1) if rank > 1 else None
    if not is_none(given):
        return axes(given, rank)
    if is_none(s):
        return tuple(range(rank))
    count = len(s.items) if isinstance(s, Seq) and s.items is not None else 0
    return tuple(range(rank - count, rank)) if 0 < count <= rank else None


for _function in ONE_AXIS:
    _along_one_axis(_function)
for _function in TWO_AXES:
    _along_axes(_function, _LAST_TWO)
for _function in ANY_AXES:
    _along_axes(_function, NONE)
