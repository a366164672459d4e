"""Discrete Fourier transforms. The adjoint of each is the transform back, scaled the other way round.

A transform is linear; that of ``norm="backward"`` is not scaled at all, so its adjoint is the inverse one with
``norm="forward"``, which is not scaled either. Transforms to real numbers count each frequency in the middle twice,
once for its mirror image; those of real numbers forget the mirror images, whose adjoints then are 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.facts import ANY_DIM, Fact, Num, Seq, Static
from s2sgrad.analysis.infer.spectra import TRANSFORMS, places_of
from s2sgrad.analysis.infer.spectra import half as half_length
from s2sgrad.rules.registry import adjoint, complex_too, linear
from s2sgrad.rules.transforms import (
    SCALES,
    back,
    back_over,
    first,
    half,
    head,
    heads,
    length,
    middle,
    middle_of,
    own,
    sizes,
    value_of,
)
from s2sgrad.rules.when import all_of, any_of, given, integer, ranks_from, real, some

spectra = np.fft
NORM = given("norm", *SCALES)


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
    return a.shape[axis.value].equals(half_length(n.length, lambda *_, **__: ANY_DIM))


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
    return all(_is_length(item) or value_of(None, item) > 0 for item in s.items)


def _is_length(fact: Fact) -> bool:
    """True for the length of an array, which is not known but not negative."""
    known = isinstance(fact, Num) and fact.value is None and fact.origin is None
    return known and fact.length is not None and not fact.length.anonymous and fact.length.offset >= 0  # type: ignore[union-attr]


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
