"""Norms of matrices and of stacks of them.

A Frobenius norm is 0 at 0 with gradient 0; rows or columns that are the largest together share the adjoint. Of equal
singular values the first, or last, one counts.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, Num, Seq
from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.rules.macros import unreduce
from s2sgrad.rules.norms import LARGEST, NORM, counted
from s2sgrad.rules.registry import adjoint, tangent
from s2sgrad.rules.when import all_of, given, real

MATRIX_NORM = numpy_functions("matrix_norm", module=np.linalg)


def of_matrices(facts: dict[str, Fact]) -> bool:
    """True where a norm is taken of a matrix, or of the last two axes of a stack."""
    x, axis = facts["x"], facts["axis"]
    if not isinstance(x, Num) or x.rank is None:
        return False
    if isinstance(axis, Seq) and axis.items is not None and len(axis.items) == 2:
        places = [item.value for item in axis.items if isinstance(item, Num)]
        return places in ([-2, -1], [x.rank - 2, x.rank - 1])
    return x.rank == 2 and given("axis", None)(facts)


@adjoint(NORM, when=all_of(real("x"), given("ord", 1, -1), of_matrices))
def norm_of_columns(dy: Any, y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Of the largest or smallest column sum of absolute values."""
    is_max = np.abs(x).sum(axis=-2, keepdims=True) == unreduce(y, x, axis, keepdims)
    n_max = counted(is_max, -1, x)
    return unreduce(dy, x, axis, keepdims) * np.sign(x) * is_max / n_max


@tangent(NORM, when=all_of(real("x"), given("ord", 1, -1), of_matrices))
def norm_of_columns_dot(y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, *, dx: Any) -> Any:
    """Of the largest or smallest column sum of absolute values."""
    is_max = np.abs(x).sum(axis=-2, keepdims=True) == unreduce(y, x, axis, keepdims)
    n_max = counted(is_max, -1, x)
    return (np.where(is_max, dx * np.sign(x), 0) / n_max).sum(axis=(-2, -1), keepdims=keepdims)


@adjoint(NORM, when=all_of(real("x"), given("ord", *LARGEST), of_matrices))
def norm_of_rows(dy: Any, y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Of the largest or smallest row sum of absolute values."""
    is_max = np.abs(x).sum(axis=-1, keepdims=True) == unreduce(y, x, axis, keepdims)
    n_max = counted(is_max, -2, x)
    return unreduce(dy, x, axis, keepdims) * np.sign(x) * is_max / n_max


@tangent(NORM, when=all_of(real("x"), given("ord", *LARGEST), of_matrices))
def norm_of_rows_dot(y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, *, dx: Any) -> Any:
    """Of the largest or smallest row sum of absolute values."""
    is_max = np.abs(x).sum(axis=-1, keepdims=True) == unreduce(y, x, axis, keepdims)
    n_max = counted(is_max, -2, x)
    return (np.where(is_max, dx * np.sign(x), 0) / n_max).sum(axis=(-2, -1), keepdims=keepdims)


@adjoint(NORM, when=all_of(real("x"), given("ord", 2), of_matrices))
def norm_2(dy: Any, y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Of the largest singular value."""
    u, _, vt = np.linalg.svd(x, full_matrices=False)
    return unreduce(dy, x, axis, keepdims) * (u[..., :1] @ vt[..., :1, :])


@tangent(NORM, when=all_of(real("x"), given("ord", 2), of_matrices))
def norm_2_dot(y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, *, dx: Any) -> Any:
    """Of the largest singular value."""
    u, _, vt = np.linalg.svd(x, full_matrices=False)
    return (dx * (u[..., :1] @ vt[..., :1, :])).sum(axis=(-2, -1), keepdims=keepdims)


@adjoint(NORM, when=all_of(real("x"), given("ord", -2), of_matrices))
def norm_minus_2(dy: Any, y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Of the smallest singular value."""
    u, _, vt = np.linalg.svd(x, full_matrices=False)
    return unreduce(dy, x, axis, keepdims) * (u[..., -1:] @ vt[..., -1:, :])


@tangent(NORM, when=all_of(real("x"), given("ord", -2), of_matrices))
def norm_minus_2_dot(y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, *, dx: Any) -> Any:
    """Of the smallest singular value."""
    u, _, vt = np.linalg.svd(x, full_matrices=False)
    return (dx * (u[..., -1:] @ vt[..., -1:, :])).sum(axis=(-2, -1), keepdims=keepdims)


@adjoint(NORM, when=all_of(real("x"), given("ord", "nuc"), of_matrices))
def norm_nuclear(dy: Any, y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Of the sum of the singular values."""
    u, _, vt = np.linalg.svd(x, full_matrices=False)
    return unreduce(dy, x, axis, keepdims) * (u @ vt)


@tangent(NORM, when=all_of(real("x"), given("ord", "nuc"), of_matrices))
def norm_nuclear_dot(y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, *, dx: Any) -> Any:
    """Of the sum of the singular values."""
    u, _, vt = np.linalg.svd(x, full_matrices=False)
    return (dx * (u @ vt)).sum(axis=(-2, -1), keepdims=keepdims)


@adjoint(*MATRIX_NORM, when=all_of(real("x"), given("ord", "fro")))
def matrix_norm(dy: Any, y: Any, x: Any, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    """Of the Frobenius norm: 0 at 0."""
    length = np.where(y == 0, 1, y)
    return unreduce(dy, x, (-2, -1), keepdims) * x / unreduce(length, x, (-2, -1), keepdims)


@tangent(*MATRIX_NORM, when=all_of(real("x"), given("ord", "fro")))
def matrix_norm_dot(y: Any, x: Any, *, keepdims: bool = False, ord: Any = "fro", dx: Any) -> Any:
    """Of the Frobenius norm: 0 at 0."""
    length = np.where(y == 0, 1, y)
    return (dx * x / unreduce(length, x, (-2, -1), keepdims)).sum(axis=(-2, -1), keepdims=keepdims)


@adjoint(*MATRIX_NORM, when=all_of(real("x"), given("ord", 1, -1)))
def matrix_norm_of_columns(dy: Any, y: Any, x: Any, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    """Of the largest or smallest column sum of absolute values."""
    is_max = np.abs(x).sum(axis=-2, keepdims=True) == unreduce(y, x, (-2, -1), keepdims)
    n_max = counted(is_max, -1, x)
    return unreduce(dy, x, (-2, -1), keepdims) * np.sign(x) * is_max / n_max


@tangent(*MATRIX_NORM, when=all_of(real("x"), given("ord", 1, -1)))
def matrix_norm_of_columns_dot(y: Any, x: Any, *, keepdims: bool = False, ord: Any = "fro", dx: Any) -> Any:
    """Of the largest or smallest column sum of absolute values."""
    is_max = np.abs(x).sum(axis=-2, keepdims=True) == unreduce(y, x, (-2, -1), keepdims)
    n_max = counted(is_max, -1, x)
    return (np.where(is_max, dx * np.sign(x), 0) / n_max).sum(axis=(-2, -1), keepdims=keepdims)


@adjoint(*MATRIX_NORM, when=all_of(real("x"), given("ord", *LARGEST)))
def matrix_norm_of_rows(dy: Any, y: Any, x: Any, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    """Of the largest or smallest row sum of absolute values."""
    is_max = np.abs(x).sum(axis=-1, keepdims=True) == unreduce(y, x, (-2, -1), keepdims)
    n_max = counted(is_max, -2, x)
    return unreduce(dy, x, (-2, -1), keepdims) * np.sign(x) * is_max / n_max


@tangent(*MATRIX_NORM, when=all_of(real("x"), given("ord", *LARGEST)))
def matrix_norm_of_rows_dot(y: Any, x: Any, *, keepdims: bool = False, ord: Any = "fro", dx: Any) -> Any:
    """Of the largest or smallest row sum of absolute values."""
    is_max = np.abs(x).sum(axis=-1, keepdims=True) == unreduce(y, x, (-2, -1), keepdims)
    n_max = counted(is_max, -2, x)
    return (np.where(is_max, dx * np.sign(x), 0) / n_max).sum(axis=(-2, -1), keepdims=keepdims)


@adjoint(*MATRIX_NORM, when=all_of(real("x"), given("ord", 2)))
def matrix_norm_2(dy: Any, y: Any, x: Any, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    """Of the largest singular value."""
    u, _, vt = np.linalg.svd(x, full_matrices=False)
    return unreduce(dy, x, (-2, -1), keepdims) * (u[..., :1] @ vt[..., :1, :])


@tangent(*MATRIX_NORM, when=all_of(real("x"), given("ord", 2)))
def matrix_norm_2_dot(y: Any, x: Any, *, keepdims: bool = False, ord: Any = "fro", dx: Any) -> Any:
    """Of the largest singular value."""
    u, _, vt = np.linalg.svd(x, full_matrices=False)
    return (dx * (u[..., :1] @ vt[..., :1, :])).sum(axis=(-2, -1), keepdims=keepdims)


@adjoint(*MATRIX_NORM, when=all_of(real("x"), given("ord", -2)))
def matrix_norm_minus_2(dy: Any, y: Any, x: Any, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    """Of the smallest singular value."""
    u, _, vt = np.linalg.svd(x, full_matrices=False)
    return unreduce(dy, x, (-2, -1), keepdims) * (u[..., -1:] @ vt[..., -1:, :])


@tangent(*MATRIX_NORM, when=all_of(real("x"), given("ord", -2)))
def matrix_norm_minus_2_dot(y: Any, x: Any, *, keepdims: bool = False, ord: Any = "fro", dx: Any) -> Any:
    """Of the smallest singular value."""
    u, _, vt = np.linalg.svd(x, full_matrices=False)
    return (dx * (u[..., -1:] @ vt[..., -1:, :])).sum(axis=(-2, -1), keepdims=keepdims)


@adjoint(*MATRIX_NORM, when=all_of(real("x"), given("ord", "nuc")))
def matrix_norm_nuclear(dy: Any, y: Any, x: Any, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    """Of the sum of the singular values."""
    u, _, vt = np.linalg.svd(x, full_matrices=False)
    return unreduce(dy, x, (-2, -1), keepdims) * (u @ vt)


@tangent(*MATRIX_NORM, when=all_of(real("x"), given("ord", "nuc")))
def matrix_norm_nuclear_dot(y: Any, x: Any, *, keepdims: bool = False, ord: Any = "fro", dx: Any) -> Any:
    """Of the sum of the singular values."""
    u, _, vt = np.linalg.svd(x, full_matrices=False)
    return (dx * (u @ vt)).sum(axis=(-2, -1), keepdims=keepdims)
