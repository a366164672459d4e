"""Adjoints as an expert writes them in NumPy, for the calls that ``rules_by_hand`` times.

Each gives the numbers that ours gives, at every argument unless ``leaves`` says what it leaves out: zeros, ties,
overflow, negative indices. What is left out costs something, and the ratio shows what.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["BY_HAND", "ByHand"]


@dataclass(frozen=True)
class ByHand:
    """A function, arguments of about so many elements, and its adjoint: from ``dy``, ``y`` and the arguments."""

    label: str
    function: Callable[..., Any]
    arguments: Callable[[int], tuple[Any, ...]]
    adjoint: Callable[..., Any]
    leaves: str = ""


_rng = np.random.default_rng(0)


def _vector(n: int) -> np.ndarray:
    return _rng.uniform(0.2, 1.8, n)


def _matrix(n: int, rows: int = 0) -> np.ndarray:
    m = rows or _side(n)
    return _rng.uniform(0.2, 1.8, (m, n // m))


def _side(n: int) -> int:
    return round(n**0.5)


def _regular(n: int) -> np.ndarray:
    m = _side(n)
    return np.eye(m) + _rng.uniform(-0.5, 0.5, (m, m)) / m


def _places(n: int, shape: int | tuple[int, ...]) -> np.ndarray:
    return _rng.integers(0, n, shape)


def _starts(n: int) -> np.ndarray:
    return np.sort(_rng.choice(np.arange(1, n), max(2, n // 10), replace=False))


# ---- places and copies ----


def _at_places(dy: Any, y: Any, v: Any, k: Any) -> Any:
    dv = np.zeros_like(v)
    np.add.at(dv, k.ravel(), dy.ravel())
    return dv


def _rows_at(dy: Any, y: Any, a: Any, k: Any) -> Any:
    da = np.zeros_like(a)
    np.add.at(da, k, dy)
    return da


def _in_one_row(dy: Any, y: Any, a: Any, k: Any) -> Any:
    return np.bincount(k, dy, a.size).reshape(a.shape)


def _pairs(dy: Any, y: Any, a: Any, i: Any, j: Any) -> Any:
    return np.bincount(i * a.shape[1] + j, dy, a.size).reshape(a.shape)


def _along_rows(dy: Any, y: Any, a: Any, k: Any) -> Any:
    rows = np.arange(len(a))[:, None] * a.shape[1]
    return np.bincount((rows + k).ravel(), dy.ravel(), a.size).reshape(a.shape)


def _one_of_each_row(dy: Any, y: Any, a: Any, k: Any) -> Any:
    da = np.zeros_like(a)
    da[np.arange(len(a)), k[:, 0]] = dy[:, 0]
    return da


def _without_one(dy: Any, y: Any, a: Any) -> Any:
    return np.concatenate((dy[:3], np.zeros(1), dy[3:]))


def _edges(dy: Any, y: Any, a: Any) -> Any:
    da = dy[2:-2].copy()
    da[0] += dy[:2].sum()
    da[-1] += dy[-2:].sum()
    return da


def _reflected(dy: Any, y: Any, a: Any) -> Any:
    da = dy[2:-2].copy()
    da[1:3] += dy[1::-1]
    da[-3:-1] += dy[:-3:-1]
    return da


def _reflected_odd(dy: Any, y: Any, a: Any) -> Any:
    da = dy[2:-2].copy()
    da[1:3] -= dy[1::-1]
    da[-3:-1] -= dy[:-3:-1]
    da[0] += 2 * dy[:2].sum()
    da[-1] += 2 * dy[-2:].sum()
    return da


def _windows(dy: Any, y: Any, a: Any) -> Any:
    da = np.zeros_like(a)
    for i in range(5):
        da[i : i + len(dy)] += dy[:, i]
    return da


# ---- sums and products ----


def _slices_added(dy: Any, y: Any, a: Any, starts: Any) -> Any:
    da = np.zeros_like(a)
    da[starts[0] :] = np.repeat(dy, np.diff(starts, append=len(a)), axis=0)
    return da


def _slices_multiplied(dy: Any, y: Any, a: Any, starts: Any) -> Any:
    da = np.zeros_like(a)
    da[starts[0] :] = np.repeat(dy * y, np.diff(starts, append=len(a)), axis=0) / a[starts[0] :]
    return da


def _largest_of_slices(dy: Any, y: Any, a: Any, starts: Any) -> Any:
    lengths = np.diff(starts, append=len(a))
    is_largest = a[starts[0] :] == np.repeat(y, lengths, axis=0)
    shares = dy / np.add.reduceat(is_largest, starts - starts[0], dtype=int)
    da = np.zeros_like(a)
    da[starts[0] :] = is_largest * np.repeat(shares, lengths, axis=0)
    return da


def _product(dy: Any, y: Any, a: Any) -> Any:
    before, behind = np.ones_like(a), np.ones_like(a)
    np.cumprod(a[:-1], out=before[1:])
    np.cumprod(a[:0:-1], out=behind[1:])
    return dy * before * behind[::-1]


def _differences(dy: Any, y: Any, a: Any) -> Any:
    da = np.zeros_like(a)
    da[:, 1:] += dy
    da[:, :-1] -= dy
    return da


def _interpolated(dy: Any, y: Any, x: Any, xp: Any, fp: Any) -> Any:
    k = np.clip(np.searchsorted(xp, x, side="right"), 1, len(xp) - 1)
    width = xp[k] - xp[k - 1]
    share = np.clip((x - xp[k - 1]) / width, 0, 1)
    slope = np.where((x < xp[0]) | (x > xp[-1]), 0, (fp[k] - fp[k - 1]) / width)
    k, right, left, slopes = k.ravel(), (dy * share).ravel(), (dy * (1 - share)).ravel(), slope.ravel()
    dfp = np.bincount(k - 1, left, len(fp)) + np.bincount(k, right, len(fp))
    dxp = -np.bincount(k - 1, left * slopes, len(fp)) - np.bincount(k, right * slopes, len(fp))
    return dy * slope, dxp, dfp


# ---- linear algebra ----


def _fifth_power(dy: Any, y: Any, a: Any) -> Any:
    at = a.T
    square = at @ at
    ofsquare = dy @ at @ square + square @ dy @ at
    return square @ (square @ dy) + ofsquare @ at + at @ ofsquare


def _factor(dy: Any, y: Any, a: Any) -> Any:
    inner = np.tril(y.T @ dy)
    inner[np.diag_indices(len(y))] /= 2
    inverse = np.linalg.inv(y)
    half = inverse.T @ inner @ inverse
    total = half + half.T
    return (np.tril(total) + np.tril(total, -1)) / 2


def _least_squares(dy: Any, x: Any, a: Any, b: Any) -> Any:
    inverse = np.linalg.pinv(a)
    db = inverse.T @ dy
    return np.outer(b - a @ x, inverse @ db) - np.outer(db, x), db


STRETCHED = [
    ByHand(
        "vecdot of (n, 1, k) and (m, k)", lambda a, b: np.vecdot(a, b),
        lambda n: (_matrix(n // 2)[:, None], _matrix(n // 2)), lambda dy, y, a, b: ((dy @ b)[:, None], dy.T @ a[:, 0]),
    )
] if hasattr(np, "vecdot") else []  # fmt: skip
"""NumPy has it since version 2."""

BY_HAND = [
    ByHand("v[k]", lambda v, k: v[k], lambda n: (_vector(n // 5), _places(n // 5, n)), _at_places),
    ByHand("v[table]", lambda v, k: v[k], lambda n: (_vector(n // 5), _places(n // 5, (n // 5, 5))), _at_places),
    ByHand("A[k]", lambda a, k: a[k], lambda n: (_matrix(n), _places(_side(n), n // 10)), _rows_at),
    ByHand(
        "A[i, j]", lambda a, i, j: a[i, j], lambda n: (_matrix(n), *_places(_side(n), (2, n))), _pairs,
        "negative indices",
    ),
    ByHand(
        "take(A, k)", lambda a, k: np.take(a, k), lambda n: (_matrix(n), _places(_side(n) ** 2, n)), _in_one_row,
        "negative indices",
    ),
    ByHand("take(v, table)", lambda v, k: np.take(v, k), lambda n: (_vector(n), _places(n, (n // 5, 5))), _at_places),
    ByHand(
        "take_along_axis(A, table, 1)", lambda a, k: np.take_along_axis(a, k, 1),
        lambda n: (_matrix(n), _places(_side(n), (_side(n), _side(n)))), _along_rows, "negative indices",
    ),
    ByHand(
        "take_along_axis(A, one for each row, 1)", lambda a, k: np.take_along_axis(a, k, 1),
        lambda n: (_matrix(n, n // 10), _places(10, (n // 10, 1))), _one_of_each_row,
    ),
    ByHand(
        "repeat(v, 3)", lambda a: np.repeat(a, 3), lambda n: (_vector(n),),
        lambda dy, y, a: dy[::3] + dy[1::3] + dy[2::3],
    ),
    ByHand(
        "repeat(A, 3, axis=1)", lambda a: np.repeat(a, 3, axis=1), lambda n: (_matrix(n),),
        lambda dy, y, a: dy[:, ::3] + dy[:, 1::3] + dy[:, 2::3],
    ),
    ByHand(
        "repeat(v, counts)", lambda a, k: np.repeat(a, k), lambda n: (_vector(n), _places(4, n)),
        lambda dy, y, a, k: np.bincount(np.repeat(np.arange(len(a)), k), dy, len(a)),
    ),
    ByHand(
        "tile(A, (2, 3))", lambda a: np.tile(a, (2, 3)), lambda n: (_matrix(n),),
        lambda dy, y, a: dy.reshape(2, len(a), 3, -1).sum(axis=(0, 2)),
    ),
    ByHand("pad(v, 2, 'edge')", lambda a: np.pad(a, 2, "edge"), lambda n: (_vector(n),), _edges),
    ByHand(
        "pad(v, 2, 'reflect')", lambda a: np.pad(a, 2, "reflect"), lambda n: (_vector(n),), _reflected,
        "what is shorter than the padding",
    ),
    ByHand(
        "pad(v, 2, 'reflect', reflect_type='odd')", lambda a: np.pad(a, 2, "reflect", reflect_type="odd"),
        lambda n: (_vector(n),), _reflected_odd, "what is shorter than the padding",
    ),
    ByHand(
        "sliding_window_view(v, 5)", lambda a: np.lib.stride_tricks.sliding_window_view(a, 5),
        lambda n: (_vector(n),), _windows, "wide windows, of which each takes a round",
    ),
    ByHand("delete(v, 3)", lambda a: np.delete(a, 3), lambda n: (_vector(n),), _without_one, "negative indices"),
    ByHand(
        "diagonal(A, 2)", lambda a: np.diagonal(a, 2), lambda n: (_matrix(n),), lambda dy, y, a: np.diag(dy, 2),
        "what is not square",
    ),
    ByHand(
        "trace(A, 1)", lambda a: np.trace(a, 1), lambda n: (_matrix(n),), lambda dy, y, a: dy * np.eye(len(a), k=1)
    ),
    ByHand("add.reduceat(v, i)", lambda a, i: np.add.reduceat(a, i), lambda n: (_vector(n), _starts(n)),
           _slices_added, "slices that overlap"),
    ByHand("add.reduceat(A, i)", lambda a, i: np.add.reduceat(a, i, axis=0), lambda n: (_matrix(n), _starts(_side(n))),
           _slices_added, "slices that overlap"),
    ByHand("multiply.reduceat(v, i)", lambda a, i: np.multiply.reduceat(a, i), lambda n: (_vector(n), _starts(n)),
           _slices_multiplied, "zeros, slices that overlap"),
    ByHand("maximum.reduceat(v, i)", lambda a, i: np.maximum.reduceat(a, i), lambda n: (_vector(n), _starts(n)),
           _largest_of_slices, "slices that overlap"),
    ByHand("prod(v)", lambda a: np.prod(a), lambda n: (_vector(n),), _product),
    ByHand(
        "cumprod(v)", lambda a: np.cumprod(a), lambda n: (_rng.uniform(0.99, 1.01, n),),
        lambda dy, y, a: np.cumsum((dy * y)[::-1])[::-1] / a, "zeros",
    ),
    ByHand("diff(A, axis=1)", lambda a: np.diff(a, axis=1), lambda n: (_matrix(n),), _differences),
    ByHand(
        "interp(table, xp, fp)", lambda x, xp, fp: np.interp(x, xp, fp),
        lambda n: (_matrix(n), np.sort(_vector(n // 5)), _vector(n // 5)), _interpolated,
    ),
    ByHand(
        "norm(v)", lambda a: np.linalg.norm(a), lambda n: (_vector(n),), lambda dy, y, a: dy / (y or 1.0) * a
    ),
    ByHand(
        "norm(A, axis=1)", lambda a: np.linalg.norm(a, axis=1), lambda n: (_matrix(n),),
        lambda dy, y, a: (dy / np.where(y == 0, 1, y))[:, None] * a,
    ),
    ByHand(
        "std(v)", lambda a: np.std(a), lambda n: (_vector(n),),
        lambda dy, y, a: dy / (y or 1.0) / len(a) * (a - a.mean()), "equal elements whose mean is rounded",
    ),
    ByHand(
        "var(v)", lambda a: np.var(a), lambda n: (_vector(n),), lambda dy, y, a: 2 * dy / len(a) * (a - a.mean())
    ),
    ByHand(
        "multiply.outer(u, v)", lambda a, b: np.multiply.outer(a, b), lambda n: (_vector(_side(n)), _vector(_side(n))),
        lambda dy, y, a, b: (dy @ b, a @ dy),
    ),
    ByHand(
        "divide.outer(u, v)", lambda a, b: np.divide.outer(a, b), lambda n: (_vector(_side(n)), _vector(_side(n))),
        lambda dy, y, a, b: (dy @ (1 / b), -(a @ dy) / b**2), "squares that over- or underflow",
    ),
    ByHand(
        "power.outer(u, v)", lambda a, b: np.power.outer(a, b), lambda n: (_vector(_side(n)), _vector(_side(n))),
        lambda dy, y, a, b: ((dy * y) @ b / a, np.log(a) @ (dy * y)), "zeros",
    ),
    ByHand(
        "hypot.outer(u, v)", lambda a, b: np.hypot.outer(a, b), lambda n: (_vector(_side(n)), _vector(_side(n))),
        lambda dy, y, a, b: ((dy / y).sum(axis=1) * a, (dy / y).sum(axis=0) * b), "zeros",
    ),
    ByHand(
        "arctan2(u, v)", lambda a, b: np.arctan2(a, b), lambda n: (_vector(n), _vector(n)),
        lambda dy, y, a, b: (dy * b / (a * a + b * b), -dy * a / (a * a + b * b)),
        "squares that over- or underflow",
    ),
    ByHand(
        "minimum(A, v)", lambda a, b: np.minimum(a, b), lambda n: (_matrix(n), _vector(_side(n))),
        lambda dy, y, a, b: (dy * (a < b) + dy * (a == b) / 2, (dy * (a > b) + dy * (a == b) / 2).sum(axis=0)),
        "masked infinities",
    ),
    *STRETCHED,
    ByHand(
        "einsum('bi,ij,bj->b')", lambda a, m, b: np.einsum("bi,ij,bj->b", a, m, b),
        lambda n: (_matrix(n), _regular(n), _matrix(n)),
        lambda dy, y, a, m, b: (dy[:, None] * (b @ m.T), a.T @ (dy[:, None] * b), dy[:, None] * (a @ m)),
    ),
    ByHand("matrix_power(A, 5)", lambda a: np.linalg.matrix_power(a, 5), lambda n: (_regular(n),), _fifth_power),
    ByHand(
        "det(A)", lambda a: np.linalg.det(a), lambda n: (_regular(n),),
        lambda dy, y, a: dy * y * np.linalg.inv(a).T, "singular matrices",
    ),
    ByHand(
        "cholesky(A)", lambda a: np.linalg.cholesky(a), lambda n: ((lambda a: a @ a.T)(_regular(n)),), _factor,
        "factors far from regular, which it inverts",
    ),
    ByHand(
        "lstsq(A, b)", lambda a, b: np.linalg.lstsq(a, b, rcond=None)[0],
        lambda n: (_matrix(n, 2 * _side(n)), _vector(2 * _side(n))), _least_squares, "less than full rank",
    ),
]  # fmt: skip
