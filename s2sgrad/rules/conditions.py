"""The condition of a matrix, or of the matrices in a stack: NaN where there is no inverse, or hardly one."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.printed import inverse_or_nan, nan_if_close
from s2sgrad.rules.macros import mT, unreduce
from s2sgrad.rules.norms import LARGEST, counted
from s2sgrad.rules.registry import adjoint, tangent
from s2sgrad.rules.stacks import each
from s2sgrad.rules.when import all_of, given, ranks_from, real

MATRICES = all_of(ranks_from(2), real("x"))


@adjoint(np.linalg.cond, when=all_of(MATRICES, given("p", None, 2)))
def cond(dy: Any, y: Any, x: Any, p: Any = None) -> Any:
    """Of the ratio of the largest and the smallest singular value: NaN where that is 0 but for rounding errors."""
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    largest = u[..., :1] @ vt[..., :1, :]
    smallest = u[..., -1:] @ vt[..., -1:, :]
    slope = dy / nan_if_close(s, s)[..., -1]
    return unreduce(slope, x, (-2, -1), False) * (largest - unreduce(y, x, (-2, -1), False) * smallest)


@adjoint(np.linalg.cond, when=all_of(MATRICES, given("p", -2)))
def cond_minus_2(dy: Any, y: Any, x: Any, p: Any = None) -> Any:
    """Of the ratio of the smallest and the largest singular value."""
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    largest = u[..., :1] @ vt[..., :1, :]
    smallest = u[..., -1:] @ vt[..., -1:, :]
    return unreduce(dy / s[..., 0], x, (-2, -1), False) * (smallest - unreduce(y, x, (-2, -1), False) * largest)


@tangent(np.linalg.cond, when=all_of(MATRICES, given("p", None, 2)))
def cond_dot(y: Any, x: Any, p: Any = None, *, dx: Any) -> Any:
    """Of the ratio of the largest and the smallest singular value: NaN where that is 0 but for rounding errors."""
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    largest = (u[..., :1] @ vt[..., :1, :] * dx).sum(axis=(-2, -1))
    smallest = (u[..., -1:] @ vt[..., -1:, :] * dx).sum(axis=(-2, -1))
    return (largest - y * smallest) / nan_if_close(s, s)[..., -1]


@tangent(np.linalg.cond, when=all_of(MATRICES, given("p", -2)))
def cond_minus_2_dot(y: Any, x: Any, p: Any = None, *, dx: Any) -> Any:
    """Of the ratio of the smallest and the largest singular value."""
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    largest = (u[..., :1] @ vt[..., :1, :] * dx).sum(axis=(-2, -1))
    smallest = (u[..., -1:] @ vt[..., -1:, :] * dx).sum(axis=(-2, -1))
    return (smallest - y * largest) / s[..., 0]


@adjoint(np.linalg.cond, when=all_of(MATRICES, given("p", "fro")))
def cond_of_squares(dy: Any, y: Any, x: Any, p: Any = None) -> Any:
    """Of the Frobenius norm of a matrix times that of its inverse."""
    lost = 8 * x.shape[-1] * np.finfo(x.dtype).eps * np.linalg.cond(x)
    inverse = np.where(each(lost) < 1, inverse_or_nan(x), np.nan)
    own = x / (x * x).sum(axis=(-2, -1), keepdims=True)
    other = inverse / (inverse * inverse).sum(axis=(-2, -1), keepdims=True)
    return unreduce(dy * y, x, (-2, -1), False) * (own - mT(inverse) @ other @ mT(inverse))


@tangent(np.linalg.cond, when=all_of(MATRICES, given("p", "fro")))
def cond_of_squares_dot(y: Any, x: Any, p: Any = None, *, dx: Any) -> Any:
    """Of the Frobenius norm of a matrix times that of its inverse."""
    lost = 8 * x.shape[-1] * np.finfo(x.dtype).eps * np.linalg.cond(x)
    inverse = np.where(each(lost) < 1, inverse_or_nan(x), np.nan)
    own = (x * dx).sum(axis=(-2, -1)) / (x * x).sum(axis=(-2, -1))
    other = (inverse * (inverse @ dx @ inverse)).sum(axis=(-2, -1)) / (inverse * inverse).sum(axis=(-2, -1))
    return y * (own - other)


@adjoint(np.linalg.cond, when=all_of(MATRICES, given("p", 1, -1)))
def cond_of_columns(dy: Any, y: Any, x: Any, p: Any = None) -> Any:
    """Of the largest or smallest column sum of absolute values, times that of the inverse."""
    lost = 8 * x.shape[-1] * np.finfo(x.dtype).eps * np.linalg.cond(x)
    inverse = np.where(each(lost) < 1, inverse_or_nan(x), np.nan)
    length = np.linalg.norm(x, p, axis=(-2, -1), keepdims=True)
    inverse_length = np.linalg.norm(inverse, p, axis=(-2, -1), keepdims=True)
    is_max = np.abs(x).sum(axis=-2, keepdims=True) == length
    inverse_is_max = np.abs(inverse).sum(axis=-2, keepdims=True) == inverse_length
    own = np.sign(x) * is_max / counted(is_max, -1, x)
    other = np.sign(inverse) * inverse_is_max / counted(inverse_is_max, -1, x)
    slope = inverse_length * own - length * (mT(inverse) @ other @ mT(inverse))
    return unreduce(dy, x, (-2, -1), False) * slope


@tangent(np.linalg.cond, when=all_of(MATRICES, given("p", 1, -1)))
def cond_of_columns_dot(y: Any, x: Any, p: Any = None, *, dx: Any) -> Any:
    """Of the largest or smallest column sum of absolute values, times that of the inverse."""
    lost = 8 * x.shape[-1] * np.finfo(x.dtype).eps * np.linalg.cond(x)
    inverse = np.where(each(lost) < 1, inverse_or_nan(x), np.nan)
    length = np.linalg.norm(x, p, axis=(-2, -1), keepdims=True)
    inverse_length = np.linalg.norm(inverse, p, axis=(-2, -1), keepdims=True)
    is_max = np.abs(x).sum(axis=-2, keepdims=True) == length
    inverse_is_max = np.abs(inverse).sum(axis=-2, keepdims=True) == inverse_length
    own = np.sign(x) * is_max / counted(is_max, -1, x)
    other = np.sign(inverse) * inverse_is_max / counted(inverse_is_max, -1, x)
    slope = inverse_length * own - length * (mT(inverse) @ other @ mT(inverse))
    return (dx * slope).sum(axis=(-2, -1))


@adjoint(np.linalg.cond, when=all_of(MATRICES, given("p", *LARGEST)))
def cond_of_rows(dy: Any, y: Any, x: Any, p: Any = None) -> Any:
    """Of the largest or smallest row sum of absolute values, times that of the inverse."""
    lost = 8 * x.shape[-1] * np.finfo(x.dtype).eps * np.linalg.cond(x)
    inverse = np.where(each(lost) < 1, inverse_or_nan(x), np.nan)
    length = np.linalg.norm(x, p, axis=(-2, -1), keepdims=True)
    inverse_length = np.linalg.norm(inverse, p, axis=(-2, -1), keepdims=True)
    is_max = np.abs(x).sum(axis=-1, keepdims=True) == length
    inverse_is_max = np.abs(inverse).sum(axis=-1, keepdims=True) == inverse_length
    own = np.sign(x) * is_max / counted(is_max, -2, x)
    other = np.sign(inverse) * inverse_is_max / counted(inverse_is_max, -2, x)
    slope = inverse_length * own - length * (mT(inverse) @ other @ mT(inverse))
    return unreduce(dy, x, (-2, -1), False) * slope


@tangent(np.linalg.cond, when=all_of(MATRICES, given("p", *LARGEST)))
def cond_of_rows_dot(y: Any, x: Any, p: Any = None, *, dx: Any) -> Any:
    """Of the largest or smallest row sum of absolute values, times that of the inverse."""
    lost = 8 * x.shape[-1] * np.finfo(x.dtype).eps * np.linalg.cond(x)
    inverse = np.where(each(lost) < 1, inverse_or_nan(x), np.nan)
    length = np.linalg.norm(x, p, axis=(-2, -1), keepdims=True)
    inverse_length = np.linalg.norm(inverse, p, axis=(-2, -1), keepdims=True)
    is_max = np.abs(x).sum(axis=-1, keepdims=True) == length
    inverse_is_max = np.abs(inverse).sum(axis=-1, keepdims=True) == inverse_length
    own = np.sign(x) * is_max / counted(is_max, -2, x)
    other = np.sign(inverse) * inverse_is_max / counted(inverse_is_max, -2, x)
    slope = inverse_length * own - length * (mT(inverse) @ other @ mT(inverse))
    return (dx * slope).sum(axis=(-2, -1))
