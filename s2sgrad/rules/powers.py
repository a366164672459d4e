"""Powers of matrices: products where the power is a small one that is known, else a helper that squares."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.printed import power_along
from s2sgrad.rules.macros import mT
from s2sgrad.rules.registry import adjoint, tangent
from s2sgrad.rules.when import all_of, given, ranks_from


@adjoint(np.linalg.matrix_power, when=given("n", 0), exact=True)
def matrix_power_0(dy: Any, y: Any, a: Any, n: Any = 1) -> Any:
    """Of the identity, which no matrix changes."""
    return np.zeros_like(a)


@tangent(np.linalg.matrix_power, when=given("n", 0))
def matrix_power_0_dot(y: Any, a: Any, n: Any = 1, *, da: Any) -> Any:
    """Of the identity, which no matrix changes."""
    return np.zeros_like(da)


@adjoint(np.linalg.matrix_power, when=given("n", 1), exact=True)
def matrix_power_1(dy: Any, y: Any, a: Any, n: Any = 1) -> Any:
    """Of the matrix itself."""
    return dy


@tangent(np.linalg.matrix_power, when=given("n", 1))
def matrix_power_1_dot(y: Any, a: Any, n: Any = 1, *, da: Any) -> Any:
    """Of the matrix itself."""
    return da


@adjoint(np.linalg.matrix_power, when=all_of(ranks_from(2), given("n", 2)), exact=True)
def matrix_square(dy: Any, y: Any, a: Any, n: Any = 1) -> Any:
    """Of ``a @ a``."""
    return dy @ mT(a) + mT(a) @ dy


@tangent(np.linalg.matrix_power, when=all_of(ranks_from(2), given("n", 2)))
def matrix_square_dot(y: Any, a: Any, n: Any = 1, *, da: Any) -> Any:
    """Of ``a @ a``."""
    return da @ a + a @ da


@adjoint(np.linalg.matrix_power, when=all_of(ranks_from(2), given("n", 3)), exact=True)
def matrix_cube(dy: Any, y: Any, a: Any, n: Any = 1) -> Any:
    """Of ``a @ a @ a``."""
    right = dy @ mT(a)
    return right @ mT(a) + mT(a) @ (right + mT(a) @ dy)


@tangent(np.linalg.matrix_power, when=all_of(ranks_from(2), given("n", 3)))
def matrix_cube_dot(y: Any, a: Any, n: Any = 1, *, da: Any) -> Any:
    """Of ``a @ a @ a``."""
    right = da @ a
    return right @ a + a @ (right + a @ da)


@adjoint(np.linalg.matrix_power, when=all_of(ranks_from(2), given("n", -1)), exact=True)
def matrix_power_minus_1(dy: Any, y: Any, a: Any, n: Any = 1) -> Any:
    """Of the inverse."""
    return -mT(y) @ dy @ mT(y)


@tangent(np.linalg.matrix_power, when=all_of(ranks_from(2), given("n", -1)))
def matrix_power_minus_1_dot(y: Any, a: Any, n: Any = 1, *, da: Any) -> Any:
    """Of the inverse."""
    return -y @ da @ y


@adjoint(np.linalg.matrix_power, when=all_of(ranks_from(2), given("n", -2)), exact=True)
def matrix_power_minus_2(dy: Any, y: Any, a: Any, n: Any = 1) -> Any:
    """Of the square of the inverse."""
    inverse = mT(np.linalg.inv(a))
    return -inverse @ (dy @ inverse + inverse @ dy) @ inverse


@tangent(np.linalg.matrix_power, when=all_of(ranks_from(2), given("n", -2)))
def matrix_power_minus_2_dot(y: Any, a: Any, n: Any = 1, *, da: Any) -> Any:
    """Of the square of the inverse."""
    inverse = np.linalg.inv(a)
    return -inverse @ (da @ inverse + inverse @ da) @ inverse


@adjoint(np.linalg.matrix_power, when=ranks_from(2), exact=True)
def matrix_power(dy: Any, y: Any, a: Any, n: Any = 1) -> Any:
    """Of a product of equal matrices."""
    return power_along(mT(a), dy, n)


@tangent(np.linalg.matrix_power, when=ranks_from(2))
def matrix_power_dot(y: Any, a: Any, n: Any = 1, *, da: Any) -> Any:
    """Of a product of equal matrices."""
    return power_along(a, da, n)
