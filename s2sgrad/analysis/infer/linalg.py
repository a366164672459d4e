"""``numpy.linalg``: matrices and stacks of them, which NumPy checks to be square where they must be."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, Num, Record, Seq, Static, python
from s2sgrad.analysis.infer.arraylike import number, numbers
from s2sgrad.analysis.infer.broadcasting import Fresh, Shape, broadcast, minimum, same_dim
from s2sgrad.analysis.infer.instances import join_all
from s2sgrad.analysis.infer.products import dot_shape
from s2sgrad.analysis.infer.promotion import BY_VALUE
from s2sgrad.analysis.infer.reductions import reduced, reduction
from s2sgrad.analysis.infer.table import (
    FALSE,
    NONE,
    TRUE,
    Unknown,
    infers,
    integer,
    is_none,
    numpy_functions,
    truth,
)
from s2sgrad.printed import (
    cofactors,
    cofactors_along,
    inverse_or_nan,
    nan_if_close,
    pinv_of_rank,
    power_along,
    value_slopes,
)

__all__: list[str] = []

linalg = np.linalg


Parts = Callable[["tuple[Dim, ...]", Dim, Dim, Fresh], "list[Shape]"]


def _matrix(fact: Fact, fresh: Fresh) -> tuple[Num, tuple[Dim, ...], Dim, Dim]:
    """A stack of matrices: its fact, the leading axes, rows and columns."""
    a = number(fact, fresh)
    if a.shape is None or len(a.shape) < 2:
        raise Unknown
    return a, a.shape[:-2], a.shape[-2], a.shape[-1]


def _square(fact: Fact, fresh: Fresh) -> tuple[Num, tuple[Dim, ...], Dim]:
    a, stack, rows, columns = _matrix(fact, fresh)
    return a, stack, same_dim(rows, columns)


def _inexact(*operands: Num) -> np.dtype[Any] | None:
    """The dtype of an array that LAPACK returns for these operands."""
    found: np.dtype[Any] | None = None
    for operand in operands:
        if operand.dtype is None:
            return None
        own = operand.dtype if operand.kind in "fc" else np.dtype(float)
        found = own if found is None else np.promote_types(found, own)
    return None if found is None or found.char not in "fdFD" else found


def _real(dtype: np.dtype[Any] | None) -> np.dtype[Any] | None:
    return None if dtype is None else np.empty(0, dtype).real.dtype


@infers(inverse_or_nan)
def _inverse_or_nan(fresh: Fresh, a: Fact, limit: Fact = NONE) -> Fact:
    return _inv(fresh, a)


@infers(linalg.inv, cofactors)
def _inv(fresh: Fresh, a: Fact) -> Fact:
    x, stack, n = _square(a, fresh)
    return Num(_inexact(x), "array", (*stack, n, n))


@infers(linalg.cholesky)
def _cholesky(fresh: Fresh, a: Fact, *, upper: Fact = FALSE) -> Fact:
    return _inv(fresh, a)


@infers(linalg.pinv)
def _pinv(fresh: Fresh, a: Fact, rcond: Fact = NONE, hermitian: Fact = FALSE, *, rtol: Fact = NONE) -> Fact:
    x, stack, rows, columns = _matrix(a, fresh)
    return Num(_inexact(x), "array", (*stack, columns, rows))


@infers(pinv_of_rank)
def _pinv_of_rank(fresh: Fresh, a: Fact, rank: Fact) -> Fact:
    return _pinv(fresh, a)


@infers(nan_if_close)
def _nan_if_close(fresh: Fresh, x: Fact, w: Fact) -> Fact:
    found = number(x, fresh)
    return Num(found.dtype, "array", found.shape)


@infers(linalg.matrix_power)
def _matrix_power(fresh: Fresh, a: Fact, n: Fact) -> Fact:
    x, stack, size = _square(a, fresh)
    return Num(x.dtype if x.floating else None, "array", (*stack, size, size))


@infers(linalg.det)
def _det(fresh: Fresh, a: Fact) -> Fact:
    x, stack, _ = _square(a, fresh)
    return Num(_inexact(x), "array" if stack else "np", stack)


@infers(cofactors_along)
def _cofactors_along(fresh: Fresh, a: Fact, d: Fact) -> Fact:
    x, stack, n = _square(a, fresh)
    return Num(_inexact(x, number(d, fresh)), "array", (*stack, n, n))


@infers(power_along)
def _power_along(fresh: Fresh, a: Fact, d: Fact, n: Fact) -> Fact:
    return _cofactors_along(fresh, a, d)


@infers(value_slopes)
def _value_slopes(fresh: Fresh, a: Fact, d: Fact) -> Fact:
    x, stack, rows, columns = _matrix(a, fresh)
    return Num(_inexact(x), "array", (*stack, rows, columns))


@infers(linalg.solve)
def _solve(fresh: Fresh, a: Fact, b: Fact) -> Fact:
    x, stack, n = _square(a, fresh)
    y = number(b, fresh)
    if not y.shape:
        raise Unknown
    vector = len(y.shape) == (len(stack) + 1 if BY_VALUE else 1)
    if not vector and len(y.shape) < 2:
        raise Unknown  # before version 2, NumPy raises
    core = (same_dim(n, y.shape[-1]),) if vector else (same_dim(n, y.shape[-2]), y.shape[-1])
    shape = broadcast([stack, y.shape[: -len(core)]], fresh)
    return Num(_inexact(x, y), "array", None if shape is None else shape + core)


def _record(function: Any, names: tuple[str, ...], parts: list[Num]) -> Fact:
    cls = _result_class(function)
    return Record("namedtuple", cls, tuple(zip(names, parts, strict=True)))


@functools.cache
def _result_class(function: Any) -> type:
    return type(function(np.eye(1)))


def _part(dtype: np.dtype[Any] | None, shape: tuple[Dim, ...]) -> Num:
    return Num(dtype, "array" if shape else "np", shape)


@infers(linalg.slogdet)
def _slogdet(fresh: Fresh, a: Fact) -> Fact:
    x, stack, _ = _square(a, fresh)
    dtype = _inexact(x)
    return _record(linalg.slogdet, ("sign", "logabsdet"), [_part(dtype, stack), _part(_real(dtype), stack)])


@infers(linalg.eigh)
def _eigh(fresh: Fresh, a: Fact, UPLO: Fact = NONE) -> Fact:
    x, stack, n = _square(a, fresh)
    dtype = _inexact(x)
    parts = [_part(_real(dtype), (*stack, n)), _part(dtype, (*stack, n, n))]
    return _record(linalg.eigh, ("eigenvalues", "eigenvectors"), parts)


@infers(linalg.eig)
def _eig(fresh: Fresh, a: Fact) -> Fact:
    x, stack, n = _square(a, fresh)
    values, vectors = _unsure(x, (*stack, n)), _unsure(x, (*stack, n, n))
    return _record(linalg.eig, ("eigenvalues", "eigenvectors"), [values, vectors])


def _unsure(x: Num, shape: tuple[Dim, ...]) -> Num:
    """Eigenvalues or -vectors: of a real matrix, whether they are complex hangs on the data."""
    dtype = _inexact(x)
    if dtype is not None and dtype.kind == "c":
        return _part(dtype, shape)
    return replace(_part(dtype, shape), maybe_complex=True)


@infers(linalg.eigvalsh)
def _eigvalsh(fresh: Fresh, a: Fact, UPLO: Fact = NONE) -> Fact:
    x, stack, n = _square(a, fresh)
    return _part(_real(_inexact(x)), (*stack, n))


@infers(linalg.eigvals)
def _eigvals(fresh: Fresh, a: Fact) -> Fact:
    x, stack, n = _square(a, fresh)
    return _unsure(x, (*stack, n))


@infers(linalg.svd)
def _svd(fresh: Fresh, a: Fact, full_matrices: Fact = TRUE, compute_uv: Fact = TRUE) -> Fact:
    x, stack, m, n = _matrix(a, fresh)
    full, vectors, k = truth(full_matrices), truth(compute_uv), minimum(m, n, fresh)
    dtype = _inexact(x)
    values = _part(_real(dtype), (*stack, k))
    if vectors is None or full is None:
        raise Unknown
    if not vectors:
        return values
    left, right = (*stack, m, m if full else k), (*stack, n if full else k, n)
    return _record(linalg.svd, ("U", "S", "Vh"), [_part(dtype, left), values, _part(dtype, right)])


@infers(*numpy_functions("svdvals", module=linalg))
def _svdvals(fresh: Fresh, x: Fact) -> Fact:
    return _svd(fresh, x, FALSE, FALSE)


_REDUCED = Static("reduced")


@infers(linalg.qr)
def _qr(fresh: Fresh, a: Fact, mode: Fact = _REDUCED) -> Fact:
    x, stack, m, n = _matrix(a, fresh)
    if not isinstance(mode, Static) or mode.value not in ("reduced", "complete", "r"):
        raise Unknown
    k = m if mode.value == "complete" else minimum(m, n, fresh)
    dtype = _inexact(x)
    upper = _part(dtype, (*stack, k, n))
    return upper if mode.value == "r" else _record(linalg.qr, ("Q", "R"), [_part(dtype, (*stack, m, k)), upper])


@infers(linalg.norm)
def _norm(fresh: Fresh, x: Fact, ord: Fact = NONE, axis: Fact = NONE, keepdims: Fact = FALSE) -> Fact:
    a = number(x, fresh)
    if not is_none(ord):
        shape = reduced(a.shape, axis, keepdims, fresh)
        dtype = _real(_inexact(a)) if a.rank else None
        return Num(dtype, "array" if shape else "any", shape)
    return reduction(linalg.norm, a, axis, keepdims, fresh)


@infers(*numpy_functions("vector_norm", module=linalg))
def _vector_norm(fresh: Fresh, x: Fact, *, axis: Fact = NONE, keepdims: Fact = FALSE, ord: Fact = NONE) -> Fact:
    a = number(x, fresh)
    shape = reduced(a.shape, axis, keepdims, fresh)
    return Num(_real(_inexact(a)) if a.rank else None, "array" if shape else "any", shape)


@infers(*numpy_functions("matrix_norm", module=linalg))
def _matrix_norm(fresh: Fresh, x: Fact, *, keepdims: Fact = FALSE, ord: Fact = NONE) -> Fact:
    a, stack, _, _ = _matrix(x, fresh)
    kept = truth(keepdims)
    if kept is None:
        raise Unknown
    shape = (*stack, Dim.of(1), Dim.of(1)) if kept else stack
    return Num(_real(_inexact(a)), "array" if shape else "any", shape)


@infers(linalg.cond)
def _cond(fresh: Fresh, x: Fact, p: Fact = NONE) -> Fact:
    a, stack, _, _ = _matrix(x, fresh)
    return Num(_real(_inexact(a)), "array" if stack else "any", stack)


@infers(linalg.matrix_rank)
def _matrix_rank(fresh: Fresh, A: Fact, tol: Fact = NONE, hermitian: Fact = FALSE, *, rtol: Fact = NONE) -> Fact:
    _, stack, _, _ = _matrix(A, fresh)
    return Num(np.dtype(np.intp), "array" if stack else "any", stack)


_RANK = np.asarray(linalg.lstsq(np.eye(1), np.ones(1), rcond=None)[2]).dtype


@infers(linalg.lstsq)
def _lstsq(fresh: Fresh, a: Fact, b: Fact, rcond: Fact = NONE) -> Fact:
    x, stack, m, n = _matrix(a, fresh)
    y = number(b, fresh)
    if stack or y.rank not in (1, 2) or y.shape is None:
        raise Unknown
    dtype = _inexact(x, y)
    solution = Num(dtype, "array", (n, *y.shape[1:]))
    rest = Num(_real(dtype), "array", (fresh("residuals"),))
    values = Num(_real(dtype), "array", (minimum(m, n, fresh),))
    items = (solution, rest, Num(_RANK, "np", ()), values)
    return Seq("tuple", items, join_all(items), Dim.of(4))


@infers(linalg.tensorsolve)
def _tensorsolve(fresh: Fresh, a: Fact, b: Fact) -> Fact:
    x, y = number(a, fresh), number(b, fresh)
    if x.shape is None or y.shape is None or len(x.shape) < len(y.shape):
        raise Unknown
    shape = x.shape[len(y.shape) :]
    return Num(_inexact(x, y), "array" if shape else "any", shape)


_TWO = python(int, 2)


@infers(linalg.tensorinv)
def _tensorinv(fresh: Fresh, a: Fact, ind: Fact = _TWO) -> Fact:
    x, k = number(a, fresh), integer(ind)
    if x.shape is None or k is None:
        raise Unknown
    return Num(_inexact(x), "array", (*x.shape[k:], *x.shape[:k]))


def _product_dtype(dtype: np.dtype[Any] | None, other: Num) -> np.dtype[Any] | None:
    return None if dtype is None or other.dtype is None else np.result_type(dtype, other.dtype)


@infers(*numpy_functions("multi_dot", module=linalg))
def _multi_dot(fresh: Fresh, arrays: Fact) -> Fact:
    items, _ = numbers(arrays, fresh)
    if len(items) < 2:
        raise Unknown
    dtype = functools.reduce(_product_dtype, items[1:], items[0].dtype)
    shape = functools.reduce(dot_shape, [item.shape for item in items])
    return Num(dtype, "array" if shape else "any", shape)
