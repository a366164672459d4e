"""The error function of ``scipy.special`` and its relatives: normal distribution, Faddeeva, Voigt, Owen."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from s2sgrad.rules.macros import fractional, weak
from s2sgrad.rules.registry import complex_too, elementwise, tangent

# ---- the error function and the normal distribution ----


@elementwise(special.erf)
def erf(dy: Any, y: Any, x: Any) -> Any:
    """Of the error function."""
    return dy * np.exp(-(x**2)) * 2 / weak(np.sqrt(np.pi), x)


@elementwise(special.erfc)
def erfc(dy: Any, y: Any, x: Any) -> Any:
    """Of one minus the error function."""
    return -dy * np.exp(-(x**2)) * 2 / weak(np.sqrt(np.pi), x)


@elementwise(special.erfcx)
def erfcx(dy: Any, y: Any, x: Any) -> Any:
    """Of the scaled complementary error function."""
    return dy * (2 * x * y - 2 / weak(np.sqrt(np.pi), x))


@elementwise(special.erfi)
def erfi(dy: Any, y: Any, x: Any) -> Any:
    """Of the imaginary error function."""
    return dy * np.exp(x**2) * 2 / weak(np.sqrt(np.pi), x)


@elementwise(special.erfinv)
def erfinv(dy: Any, y: Any, x: Any) -> Any:
    """Of the inverse of the error function."""
    return dy * np.exp(y**2) * weak(np.sqrt(np.pi), x) / 2


@elementwise(special.erfcinv)
def erfcinv(dy: Any, y: Any, x: Any) -> Any:
    """Of the inverse of the complementary error function."""
    return -dy * np.exp(y**2) * weak(np.sqrt(np.pi), x) / 2


@elementwise(special.dawsn)
def dawsn(dy: Any, y: Any, x: Any) -> Any:
    """Of Dawson's integral."""
    return dy * (1 - 2 * x * y)


@elementwise(special.ndtr)
def ndtr(dy: Any, y: Any, x: Any) -> Any:
    """Of the normal distribution function."""
    return dy * np.exp(-(x**2) / 2) / weak(np.sqrt(2 * np.pi), x)


@elementwise(special.log_ndtr)
def log_ndtr(dy: Any, y: Any, x: Any) -> Any:
    """Of the logarithm of the normal distribution function: far to the left too."""
    return dy * np.exp(-(x**2) / 2 - y) / weak(np.sqrt(2 * np.pi), x)


@elementwise(special.ndtri)
def ndtri(dy: Any, y: Any, x: Any) -> Any:
    """Of the normal quantile function."""
    return dy * np.exp(y**2 / 2) * weak(np.sqrt(2 * np.pi), x)


@elementwise(special.owens_t)
def owens_t(dy: Any, y: Any, h: Any, a: Any) -> Any:
    """Of Owen's T function (Owen 1956)."""
    density = np.exp(-(h**2) / 2) / weak(np.sqrt(8 * np.pi), h)
    steepness = 1 + fractional(a) ** 2
    slope = np.exp(-(fractional(h) ** 2) * steepness / 2) / (2 * np.pi * steepness)
    return -dy * density * special.erf(a * h / weak(np.sqrt(2), h)), dy * slope


# ---- of complex arguments (DLMF 7.10.2) ----


@elementwise(special.wofz)
def wofz(dy: Any, y: Any, z: Any) -> Any:
    """Of Faddeeva's function."""
    return dy * np.conj(2j / np.sqrt(np.pi) - 2 * z * y)


@tangent(special.wofz)
def wofz_dot(y: Any, z: Any, *, dz: Any) -> Any:
    """Of Faddeeva's function."""
    return (2j / np.sqrt(np.pi) - 2 * z * y) * dz


@elementwise(special.voigt_profile)
def voigt_profile(dy: Any, y: Any, x: Any, sigma: Any, gamma: Any) -> Any:
    """Of Voigt's profile, the real part of Faddeeva's function: far out by the series of that (DLMF 7.12.1).

    There the difference loses its digits, and where ``sigma`` is 0 all of them.
    """
    width = fractional(sigma)
    far = (np.abs(x + 1j * gamma) > 30 * np.abs(width)) & (width * gamma >= 0)
    c = np.where(far, x + 1j * gamma, 1)
    q = np.where(far, width, 0) ** 2 / c**2
    slope = 1 + 3 * q * (1 + 5 * q * (1 + 7 * q * (1 + 9 * q * (1 + 11 * q * (1 + 13 * q)))))
    growth = 1 + 6 * q * (1 + 15 / 2 * q * (1 + 28 / 3 * q * (1 + 45 / 4 * q * (1 + 66 / 5 * q * (1 + 91 / 6 * q)))))
    s = np.where(far, 1, width)
    z = (x + 1j * gamma) / (s * np.sqrt(2))
    near = (1j / np.sqrt(np.pi) - z * special.wofz(z)) / (s**2 * np.sqrt(np.pi))
    change = np.where(far, -1j / np.pi * slope / c**2, near)
    widening = np.where(far, 2j / np.pi * growth * width / c**3, -y / s - np.sqrt(2) * z * near)
    return dy * change.real, dy * widening.real, -dy * change.imag


complex_too(wofz, wofz_dot)
