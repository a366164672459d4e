"""Convolutions of ``scipy.signal``, loaded when the first of them is met: nothing imports SciPy before the user does.

``signal`` in a rule stands for the module as the user's own call names it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal

from s2sgrad.analysis.facts import Fact, Num, Static
from s2sgrad.analysis.infer.arraylike import FLOAT, number
from s2sgrad.analysis.infer.broadcasting import Fresh
from s2sgrad.analysis.infer.effects import note_fresh
from s2sgrad.analysis.infer.table import Unknown, infers
from s2sgrad.rules.registry import adjoint, multilinear
from s2sgrad.rules.when import all_of, given, ranked, real

CONVOLUTIONS = (signal.convolve, signal.fftconvolve)
note_fresh(*CONVOLUTIONS, signal.correlate)
multilinear(*CONVOLUTIONS, signal.correlate)
_FULL = Static("full")


@infers(*CONVOLUTIONS, signal.correlate)
def _convolution(fresh: Fresh, in1: Fact, in2: Fact, mode: Fact = _FULL, method: Fact = _FULL) -> Fact:
    a, b = number(in1, fresh), number(in2, fresh)
    if not a.rank or a.rank != b.rank:
        raise Unknown
    dtype = FLOAT if a.dtype == b.dtype == FLOAT else None
    return Num(dtype, "array", tuple(fresh("convolved") for _ in range(a.rank)))


def _alike(facts: dict[str, Fact]) -> bool:
    """True where both have the same number of axes, one at least."""
    a, b = facts["in1"], facts["in2"]
    return isinstance(a, Num) and isinstance(b, Num) and bool(a.rank) and a.rank == b.rank


TWO = all_of(real("in1", "in2"), ranked("in1"), _alike)


@adjoint(*CONVOLUTIONS, when=all_of(TWO, given("mode", "full")), exact=True)
def convolve(dy: Any, y: Any, in1: Any, in2: Any, mode: Any = "full", method: Any = "auto") -> Any:
    """Of the convolution of two arrays."""
    return signal.correlate(dy, in2, mode="valid"), signal.correlate(dy, in1, mode="valid")


@adjoint(*CONVOLUTIONS, when=all_of(TWO, given("mode", "same")), exact=True)
def convolve_centered(dy: Any, y: Any, in1: Any, in2: Any, mode: Any = "full", method: Any = "auto") -> Any:
    """Of the middle of the convolution of two arrays, of the size of the first."""
    widths = [((n - 1) // 2, n - 1 - (n - 1) // 2) for n in in2.shape]
    whole = np.pad(dy, widths)
    return signal.correlate(whole, in2, mode="valid"), signal.correlate(whole, in1, mode="valid")


@adjoint(signal.correlate, when=all_of(TWO, given("mode", "full")), exact=True)
def correlate(dy: Any, y: Any, in1: Any, in2: Any, mode: Any = "full", method: Any = "auto") -> Any:
    """Of the correlation of two arrays at every lag."""
    return signal.convolve(dy, in2, mode="valid"), np.flip(signal.correlate(dy, in1, mode="valid"))


@adjoint(signal.correlate, when=all_of(TWO, given("mode", "same")), exact=True)
def correlate_centered(dy: Any, y: Any, in1: Any, in2: Any, mode: Any = "full", method: Any = "auto") -> Any:
    """Of the middle of the correlation of two arrays, of the size of the first."""
    widths = [((n - 1) // 2, n - 1 - (n - 1) // 2) for n in in2.shape]
    whole = np.pad(dy, widths)
    return signal.convolve(whole, in2, mode="valid"), np.flip(signal.correlate(whole, in1, mode="valid"))


@adjoint(*CONVOLUTIONS, when=all_of(TWO, given("mode", "valid")), exact=True)
def convolve_inside(dy: Any, y: Any, in1: Any, in2: Any, mode: Any = "full", method: Any = "auto") -> Any:
    """Of the convolution where one array lies inside the other, whichever is the longer one."""
    widths = [(min(n, m) - 1, min(n, m) - 1) for n, m in zip(in1.shape, in2.shape, strict=True)]
    whole = np.pad(dy, widths)
    return signal.correlate(whole, in2, mode="valid"), signal.correlate(whole, in1, mode="valid")


@adjoint(signal.correlate, when=all_of(TWO, given("mode", "valid")), exact=True)
def correlate_inside(dy: Any, y: Any, in1: Any, in2: Any, mode: Any = "full", method: Any = "auto") -> Any:
    """Of the correlation where one array lies inside the other, whichever is the longer one."""
    widths = [(min(n, m) - 1, min(n, m) - 1) for n, m in zip(in1.shape, in2.shape, strict=True)]
    whole = np.pad(dy, widths)
    return signal.convolve(whole, in2, mode="valid"), np.flip(signal.correlate(whole, in1, mode="valid"))
