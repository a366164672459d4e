"""Polynomials by their coefficients, the highest power first."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.rules.registry import adjoint, linear, tangent
from s2sgrad.rules.when import all_of, given, rank, real

VECTORS = all_of(rank("a1", 1), rank("a2", 1))


@adjoint(np.polyval, when=all_of(real("p", "x"), rank("p", 1), rank("x", 0)), exact=True)
def polyval_at_point(dy: Any, y: Any, p: Any, x: Any) -> Any:
    """Of the value of a polynomial at a point."""
    return dy * x ** np.arange(len(p) - 1, -1, -1), dy * np.polyval(np.polyder(p), x)


@adjoint(np.polyval, when=all_of(real("p", "x"), rank("p", 1), rank("x", 1)), exact=True)
def polyval_at_points(dy: Any, y: Any, p: Any, x: Any) -> Any:
    """Of the values of a polynomial at points in a row."""
    return dy @ np.vander(x, len(p)), dy * np.polyval(np.polyder(p), x)


@adjoint(np.polyval, when=all_of(real("p", "x"), rank("p", 1)), exact=True)
def polyval(dy: Any, y: Any, p: Any, x: Any) -> Any:
    """Of the values of a polynomial."""
    return np.ravel(dy) @ np.vander(np.ravel(x), len(p)), dy * np.polyval(np.polyder(p), x)


@tangent(np.polyval, when=all_of(real("p", "x"), rank("p", 1)))
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


@adjoint(np.polyder, when=all_of(rank("p", 1), given("m", 1)), exact=True)
def polyder(dy: Any, y: Any, p: Any, m: Any = 1) -> Any:
    """Of the derivative of a polynomial."""
    return np.append(dy * np.arange(len(p) - 1, 0, -1), 0)


@adjoint(np.polyint, when=all_of(real("p"), rank("p", 1), given("m", 1)), exact=True)
def polyint(dy: Any, y: Any, p: Any, m: Any = 1, k: Any = None) -> Any:
    """Of the integral of a polynomial, whose constant is one."""
    return dy[:-1] / np.arange(len(p), 0, -1)


@tangent(np.polyint, when=all_of(real("p"), rank("p", 1), given("m", 1)))
def polyint_dot(y: Any, p: Any, m: Any = 1, k: Any = None, *, dp: Any) -> Any:
    """Of the integral of a polynomial, whose constant is one."""
    return np.polyint(dp)


@adjoint(np.polyfit, when=all_of(real("x", "values"), rank("x", 1), rank("values", 1)), exact=True)
def polyfit(dy: Any, y: Any, x: Any, values: Any, deg: Any = 1) -> Any:
    """Of the polynomial that comes closest to some values."""
    powers = np.vander(x, deg + 1)
    solver = np.linalg.pinv(powers)
    dvalues = dy @ solver
    dpowers = np.outer(values - powers @ y, solver @ dvalues) - np.outer(dvalues, y)
    return (dpowers[:, :-1] * powers[:, 1:]) @ np.arange(deg, 0, -1), dvalues


@tangent(np.polyfit, when=all_of(real("x", "values"), rank("x", 1), rank("values", 1)))
def polyfit_dot(y: Any, x: Any, values: Any, deg: Any = 1, *, dx: Any, dvalues: Any) -> Any:
    """Of the polynomial that comes closest to some values."""
    powers = np.vander(x, deg + 1)
    solver = np.linalg.pinv(powers)
    slopes = np.pad(powers[:, 1:] * np.arange(deg, 0, -1), ((0, 0), (0, 1)))
    error = values - powers @ y
    return solver @ (solver.T @ (slopes.T @ (dx * error)) - dx * (slopes @ y)), solver @ dvalues
