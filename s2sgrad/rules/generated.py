"""What generated code calls besides NumPy, so that it can be differentiated again."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.printed import (
    cofactors,
    cofactors_along,
    inverse_or_nan,
    nan_if_close,
    pinv_of_rank,
    power_along,
    sum_to,
)
from s2sgrad.rules.macros import mT, shape_of
from s2sgrad.rules.registry import adjoint, complex_too, holomorphic, linear, ranks, tangent
from s2sgrad.rules.stacks import each
from s2sgrad.rules.when import all_of, ranks_from, real

linear(sum_to)


@adjoint(sum_to)
def summed_to(dy: Any, y: Any, g: Any, shape: Any = None) -> Any:
    """Of the sum over axes that broadcasting added or stretched: the same for every summand."""
    return np.broadcast_to(dy, shape_of(g))


@adjoint(inverse_or_nan, when=ranks_from(2), exact=True)
def of_inverse_or_nan(dy: Any, y: Any, a: Any, limit: Any = None) -> Any:
    """Of the inverse; NaN as it is."""
    return -mT(y) @ dy @ mT(y)


@tangent(inverse_or_nan, when=ranks_from(2))
def of_inverse_or_nan_dot(y: Any, a: Any, limit: Any = None, *, da: Any) -> Any:
    """Of the inverse; NaN as it is."""
    return -y @ da @ y


@adjoint(cofactors, when=ranks_from(2), exact=True)
def of_cofactors(dy: Any, y: Any, a: Any) -> Any:
    """Of the gradient of a determinant: the second derivative is symmetric."""
    return cofactors_along(a, dy)


@tangent(cofactors, when=ranks_from(2))
def of_cofactors_dot(y: Any, a: Any, *, da: Any) -> Any:
    """Of the gradient of a determinant."""
    return cofactors_along(a, da)


@adjoint(cofactors_along, when=ranks_from(2), exact=True)
def of_cofactors_along(dy: Any, y: Any, a: Any, d: Any) -> Any:
    """Of the second derivative of a determinant: in ``d`` itself, in ``a`` the third one, NaN near singular ones."""
    lost = np.finfo(a.dtype).eps * np.linalg.cond(a) ** 3
    inverse = np.where(each(lost) < 1e-3, inverse_or_nan(a), np.nan)
    left = inverse @ d
    right = inverse @ dy
    of_left = np.trace(left, 0, -2, -1)
    of_right = np.trace(right, 0, -2, -1)
    of_both = of_left * of_right - (left * mT(right)).sum(axis=(-2, -1))
    turned = left @ right + right @ left - each(of_right) * left - each(of_left) * right
    det = np.linalg.det(a)
    return each(det) * mT(turned @ inverse + each(of_both) * inverse), cofactors_along(a, dy)


@tangent(cofactors_along, when=ranks_from(2))
def of_cofactors_along_dot(y: Any, a: Any, d: Any, *, da: Any, dd: Any) -> Any:
    """Of the second derivative of a determinant: in ``d`` itself, in ``a`` the third one, NaN near singular ones."""
    lost = np.finfo(a.dtype).eps * np.linalg.cond(a) ** 3
    inverse = np.where(each(lost) < 1e-3, inverse_or_nan(a), np.nan)
    left = inverse @ d
    right = inverse @ da
    of_left = np.trace(left, 0, -2, -1)
    of_right = np.trace(right, 0, -2, -1)
    of_both = of_left * of_right - (left * mT(right)).sum(axis=(-2, -1))
    turned = left @ right + right @ left - each(of_right) * left - each(of_left) * right
    det = np.linalg.det(a)
    return each(det) * mT(turned @ inverse + each(of_both) * inverse), cofactors_along(a, dd)


@adjoint(pinv_of_rank, when=all_of(ranks(2), real("a")), exact=True, operands=("a",))
def of_pinv_of_rank(dy: Any, y: Any, a: Any, rank: Any) -> Any:
    """Of the pseudo-inverse of a matrix whose rank does not change."""
    left = dy.T @ y
    right = y @ dy.T
    return (left - a @ (y @ left) - y.T @ dy) @ y.T + y.T @ (right - right @ y @ a)


@tangent(pinv_of_rank, when=all_of(ranks(2), real("a")))
def of_pinv_of_rank_dot(y: Any, a: Any, rank: Any, *, da: Any) -> Any:
    """Of the pseudo-inverse of a matrix whose rank does not change."""
    inner = y @ y.T @ da.T
    outer = da.T @ y.T @ y
    return inner - inner @ a @ y + outer - y @ (a @ outer) - y @ da @ y


@adjoint(power_along, when=ranks_from(2, 2), exact=True)
def of_power_along(dy: Any, y: Any, a: Any, d: Any, n: Any = 1) -> Any:
    """Of the derivative of a power of a matrix: in ``a``, the corner of that of a matrix of blocks."""
    none = np.zeros_like(a)
    blocks = np.block([[mT(a), mT(d)], [none, mT(a)]])
    moved = np.block([[dy, none], [none, dy]])
    size = a.shape[-1]
    return power_along(blocks, moved, n)[..., :size, size:], power_along(mT(a), dy, n)


@tangent(power_along, when=ranks_from(2, 2))
def of_power_along_dot(y: Any, a: Any, d: Any, n: Any = 1, *, da: Any, dd: Any) -> Any:
    """Of the derivative of a power of a matrix: in ``a``, the corner of that of a matrix of blocks."""
    none = np.zeros_like(a)
    blocks = np.block([[a, d], [none, a]])
    moved = np.block([[da, none], [none, da]])
    size = a.shape[-1]
    return power_along(blocks, moved, n)[..., :size, size:], power_along(a, dd, n)


@adjoint(nan_if_close, exact=True)
def of_nan_if_close(dy: Any, y: Any, x: Any, w: Any) -> Any:
    """Of a number that is returned as it is, unless it is as good as 0 beside ``w``."""
    return dy, None


@tangent(nan_if_close)
def of_nan_if_close_dot(y: Any, x: Any, w: Any, *, dx: Any, dw: Any) -> Any:
    """Of a number that is returned as it is, unless it is as good as 0 beside ``w``."""
    return dx


holomorphic(of_cofactors, of_cofactors_along, of_inverse_or_nan, of_power_along)
complex_too(of_cofactors_dot, of_cofactors_along_dot, of_inverse_or_nan_dot, of_nan_if_close, of_nan_if_close_dot)
complex_too(of_power_along_dot)
