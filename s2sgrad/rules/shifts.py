"""Spectra put in order: the zero frequency moved to the middle and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.rules.registry import adjoint, elementwise, linear
from s2sgrad.rules.when import given

fft = np.fft
linear(fft.fftshift, fft.ifftshift)


@adjoint(fft.fftshift, when=given("axes", None))
def fftshift(dy: Any, y: Any, x: Any, axes: Any = None) -> Any:
    """Of the zero frequency moved to the middle."""
    return np.fft.ifftshift(dy)


@adjoint(fft.fftshift)
def fftshift_of_axes(dy: Any, y: Any, x: Any, axes: Any = None) -> Any:
    """Of the zero frequency of some axes moved to the middle."""
    return np.fft.ifftshift(dy, axes)


@adjoint(fft.ifftshift, when=given("axes", None))
def ifftshift(dy: Any, y: Any, x: Any, axes: Any = None) -> Any:
    """Of the zero frequency moved to the front."""
    return np.fft.fftshift(dy)


@adjoint(fft.ifftshift)
def ifftshift_of_axes(dy: Any, y: Any, x: Any, axes: Any = None) -> Any:
    """Of the zero frequency of some axes moved to the front."""
    return np.fft.fftshift(dy, axes)


@elementwise(fft.fftfreq, fft.rfftfreq, operands=("n", "d"))
def frequencies(dy: Any, y: Any, n: Any, d: Any = 1.0) -> Any:
    """Of the frequencies of a spectrum, in the distance of the samples."""
    return None, -dy * y / d
