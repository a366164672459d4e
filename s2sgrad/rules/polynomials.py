"""Polynomials by their coefficients, the highest power first."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.rules.macros import doubles, fractional, shape_of
from s2sgrad.rules.registry import adjoint, complex_too, linear, ranks, tangent
from s2sgrad.rules.when import all_of, any_of, complex_number, double, given, integer, kind, number, rank, real, settled

VECTORS = all_of(rank("a1", 1), rank("a2", 1))


@adjoint(np.polyval, when=all_of(rank("p", 1), rank("x", 0)), exact=True)
def polyval_at_point(dy: Any, y: Any, p: Any, x: Any) -> Any:
    """Of the value of a polynomial at a point."""
    return dy * fractional(x) ** np.arange(len(p) - 1, -1, -1), dy * np.polyval(np.polyder(p), x)


@adjoint(np.polyval, when=all_of(rank("p", 1), rank("x", 1)), exact=True)
def polyval_at_points(dy: Any, y: Any, p: Any, x: Any) -> Any:
    """Of the values of a polynomial at points in a row."""
    return dy @ np.vander(fractional(x), len(p)), dy * np.polyval(np.polyder(p), x)


@adjoint(np.polyval, when=all_of(rank("p", 1)), exact=True)
def polyval(dy: Any, y: Any, p: Any, x: Any) -> Any:
    """Of the values of a polynomial."""
    return np.ravel(dy) @ np.vander(np.ravel(fractional(x)), len(p)), dy * np.polyval(np.polyder(p), x)


@tangent(np.polyval, when=all_of(rank("p", 1)))
def polyval_dot(y: Any, p: Any, x: Any, *, dp: Any, dx: Any) -> Any:
    """Of the values of a polynomial."""
    return np.polyval(dp, x), np.polyval(np.polyder(p), x) * dx


@adjoint(np.polyadd, when=VECTORS, exact=True)
def polyadd(dy: Any, y: Any, a1: Any, a2: Any) -> Any:
    """Of the sum of two polynomials, whose last coefficients stand below each other."""
    return dy[len(y) - len(a1) :], dy[len(y) - len(a2) :]


@adjoint(np.polysub, when=VECTORS, exact=True)
def polysub(dy: Any, y: Any, a1: Any, a2: Any) -> Any:
    """Of the difference of two polynomials, whose last coefficients stand below each other."""
    return dy[len(y) - len(a1) :], -dy[len(y) - len(a2) :]


linear(np.polyadd, np.polysub, np.polyder)


@adjoint(np.polymul, when=VECTORS, exact=True)
def polymul(dy: Any, y: Any, a1: Any, a2: Any) -> Any:
    """Of the product of two polynomials; zeros in front of them are left out."""
    whole = np.pad(dy, (len(a1) + len(a2) - 1 - len(y), 0))
    return np.correlate(whole, a2), np.correlate(whole, a1)


@tangent(np.polymul, when=VECTORS)
def polymul_dot(y: Any, a1: Any, a2: Any, *, da1: Any, da2: Any) -> Any:
    """Of the product of two polynomials; zeros in front of them are left out."""
    left_out = len(a1) + len(a2) - 1 - len(y)
    return np.convolve(da1, a2)[left_out:], np.convolve(a1, da2)[left_out:]


@adjoint(np.polymul, when=any_of(ranks(0, 1), ranks(1, 0)))
def polymul_by_number(dy: Any, y: Any, a1: Any, a2: Any) -> Any:
    """Of the product of a polynomial and a number; zeros in front of them are left out."""
    whole = np.pad(dy, (np.size(a1) + np.size(a2) - 1 - len(y), 0))
    return whole * a2, whole * a1


@tangent(np.polymul, when=any_of(ranks(0, 1), ranks(1, 0)))
def polymul_by_number_dot(y: Any, a1: Any, a2: Any, *, da1: Any, da2: Any) -> Any:
    """Of the product of a polynomial and a number; zeros in front of them are left out."""
    left_out = np.size(a1) + np.size(a2) - 1 - len(y)
    return np.atleast_1d(da1 * a2)[left_out:], np.atleast_1d(a1 * da2)[left_out:]


@adjoint(np.polydiv, results=2, when=all_of(real("u", "v"), rank("u", 1), rank("v", 1)), exact=True)
def polydiv(dq: Any, dr: Any, q: Any, r: Any, u: Any, v: Any) -> Any:
    """Of the quotient and the rest, whose zeros in front are left out: ``u = q * v + r``.

    The first coefficients of ``u`` give the quotient, by a triangular system that polynomial division solves.
    """
    rest = np.pad(dr, (len(q) + len(v) - 1 - len(r), 0))
    wanted = (dq - np.correlate(rest, v))[::-1]
    given = np.polydiv(np.pad(wanted, (0, len(v) - 1)), v)[0][::-1]
    total = rest + np.pad(given, (0, len(v) - 1))
    return total[len(total) - len(u) :], -np.correlate(total, q)


@tangent(np.polydiv, results=2, when=all_of(real("u", "v"), rank("u", 1), rank("v", 1)))
def polydiv_dot(q: Any, r: Any, u: Any, v: Any, *, du: Any, dv: Any) -> Any:
    """Of the quotient and the rest, whose zeros in front are left out."""
    moved = np.pad(du, (len(q) + len(v) - 1 - len(u), 0)) - np.convolve(q, dv)
    slope = np.where(len(u) < len(v), 0, np.polydiv(moved, v)[0])
    return slope, (moved - np.convolve(slope, v))[len(moved) - len(r) :]


@adjoint(np.polyder, when=all_of(rank("p", 1), given("m", 1)), exact=True)
def polyder(dy: Any, y: Any, p: Any, m: Any = 1) -> Any:
    """Of the derivative of a polynomial."""
    return np.append(dy * np.arange(len(p) - 1, 0, -1), 0)


@adjoint(np.polyder, when=all_of(rank("p", 1), integer("m")), exact=True)
def polyder_of_order(dy: Any, y: Any, p: Any, m: Any = 1) -> Any:
    """Of a derivative of a polynomial: every coefficient has its own factor."""
    factors = np.polyder(np.ones_like(p), m)
    return np.append(dy * factors, np.zeros(len(p) - len(y)))


@adjoint(np.polyint, when=all_of(settled("p"), rank("p", 1), integer("m"), given("k", None)), exact=True)
def polyint(dy: Any, y: Any, p: Any, m: Any = 1, k: Any = None) -> Any:
    """Of an integral of a polynomial whose constants are 0: every coefficient has its own factor."""
    factors = np.polyint(np.ones_like(p), m)
    return (dy * factors)[: len(p)]


@adjoint(np.polyint, when=all_of(real("p"), rank("p", 1), given("m", 1), number("k")), exact=True)
def polyint_from(dy: Any, y: Any, p: Any, m: Any = 1, *, k: Any) -> Any:
    """Of the integral of a polynomial, and of its constant."""
    return dy[:-1] / np.arange(len(p), 0, -1), np.reshape(dy[-1], shape_of(k))


@tangent(np.polyint, when=all_of(settled("p"), rank("p", 1), given("k", None)))
def polyint_dot(y: Any, p: Any, m: Any = 1, k: Any = None, *, dp: Any) -> Any:
    """Of an integral of a polynomial whose constants are 0."""
    return np.polyint(dp, m)


@tangent(np.polyint, when=all_of(real("p"), rank("p", 1), given("m", 1)))
def polyint_from_dot(y: Any, p: Any, m: Any = 1, *, k: Any, dp: Any, dk: Any) -> Any:
    """Of the integral of a polynomial, and of its constant."""
    return np.polyint(dp), np.append(np.zeros_like(p), dk)


@adjoint(np.poly, when=all_of(real("seq"), rank("seq", 1)), exact=True)
def poly(dy: Any, y: Any, seq: Any) -> Any:
    """Of the coefficients of the polynomial with these zeros: those of the others, by Horner's rule at each zero."""
    slopes = np.correlate(dy[1:], y[:-1], "full")[len(seq) - 1 :]
    return -np.polyval(slopes[::-1], seq)


@adjoint(np.poly, when=all_of(complex_number("seq"), rank("seq", 1)), exact=True)
def poly_of_complex(dy: Any, y: Any, seq: Any) -> Any:
    """Of the coefficients of the polynomial with these complex zeros."""
    slopes = np.correlate(dy[1:], y[:-1], "full")[len(seq) - 1 :]
    return -np.polyval(slopes[::-1], np.conj(seq))


@tangent(np.poly, when=all_of(complex_number("seq"), rank("seq", 1)))
def poly_of_complex_dot(y: Any, seq: Any, *, dseq: Any) -> Any:
    """Of the coefficients of the polynomial with these complex zeros."""
    moments = dseq @ np.vander(seq, len(seq), increasing=True)
    return -np.append(0, np.convolve(y[:-1], moments)[: len(seq)])


complex_too(poly_of_complex, poly_of_complex_dot)


@tangent(np.poly, when=all_of(real("seq"), rank("seq", 1)))
def poly_dot(y: Any, seq: Any, *, dseq: Any) -> Any:
    """Of the coefficients of the polynomial with these zeros."""
    moments = dseq @ np.vander(seq, len(seq), increasing=True)
    return -np.append(0, np.convolve(y[:-1], moments)[: len(seq)])


VALUES = all_of(real("x", "values"), rank("x", 1), rank("values", 1))


@adjoint(np.polyfit, when=all_of(VALUES, any_of(double("x"), kind("x", "iub"))), exact=True)
def polyfit(dy: Any, y: Any, x: Any, values: Any, deg: Any = 1) -> Any:
    """Of the polynomial that comes closest to some values: in the places, NaN where others come as close.

    The columns of the powers are scaled as NumPy scales them, and as many of their singular values are kept.
    """
    powers = np.vander(doubles(x), deg + 1)
    scale = np.linalg.norm(powers, axis=0)
    dvalues, _, order, _ = np.linalg.lstsq((powers / scale).T, dy / scale, None)
    back = np.polyval(np.polyder(np.polyfit(x, dvalues, deg)), x)
    slopes = (values - np.polyval(y, x)) * back - dvalues * np.polyval(np.polyder(y), x)
    return np.where(order > deg, slopes, np.nan), dvalues


@adjoint(np.polyfit, when=VALUES, exact=True)
def polyfit_in_single(dy: Any, y: Any, x: Any, values: Any, deg: Any = 1) -> Any:
    """Of the polynomial that comes closest to some values at places in single precision."""
    powers = np.vander(x, deg + 1)
    scale = np.linalg.norm(powers, axis=0)
    least = len(x) * np.finfo(x.dtype).eps
    dvalues, _, order, _ = np.linalg.lstsq((powers / scale).T, dy / scale, least)
    back = np.polyval(np.polyder(np.polyfit(x, dvalues, deg)), x)
    slopes = (values - np.polyval(y, x)) * back - dvalues * np.polyval(np.polyder(y), x)
    return np.where(order > deg, slopes, np.nan), dvalues


@tangent(np.polyfit, when=VALUES)
def polyfit_dot(y: Any, x: Any, values: Any, deg: Any = 1, *, dx: Any, dvalues: Any) -> Any:
    """Of the polynomial that comes closest to some values: along the places, NaN where others come as close."""
    powers = np.vander(x, deg + 1)
    scale = np.linalg.norm(powers, axis=0)
    slopes = powers[:, 1:] * np.arange(deg, 0, -1)
    moved = np.append(slopes.T @ (dx * (values - np.polyval(y, x))), 0)
    least = len(x) * np.finfo(x.dtype).eps
    spread, _, order, _ = np.linalg.lstsq((powers / scale).T, moved / scale, least)
    turned = np.polyfit(x, spread - dx * np.polyval(np.polyder(y), x), deg)
    return np.where(order > deg, turned, np.nan), np.polyfit(x, dvalues, deg)
