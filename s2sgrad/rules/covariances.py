"""Covariances and correlations of variables.

NumPy gives a number for a single variable. Where there may be one or several, the adjoint is made a matrix first.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.rules.macros import shape_of, unbiased
from s2sgrad.rules.registry import adjoint, tangent
from s2sgrad.rules.when import all_of, given, not_one, rank, real

ONE = all_of(real("m"), rank("m", 1))
ROWS = all_of(real("m"), rank("m", 2), given("rowvar", True))
SEVERAL_ROWS = all_of(ROWS, not_one("m", 0))
COLUMNS = all_of(real("m"), rank("m", 2), given("rowvar", False))
SEVERAL_COLUMNS = all_of(COLUMNS, not_one("m", 1))
PAIR = all_of(real("m", "other"), rank("m", 1), rank("other", 1))
BOTH = all_of(real("m", "other"), rank("m", 2), rank("other", 2))


@adjoint(np.cov, when=ONE, exact=True)
def variance(dy: Any, y: Any, m: Any, *, bias: Any = False, ddof: Any = None) -> Any:
    """Of the variance of one variable."""
    return 2 * dy * (m - np.mean(m)) / unbiased(m, 0, bias, ddof)


@tangent(np.cov, when=ONE)
def variance_dot(y: Any, m: Any, *, bias: Any = False, ddof: Any = None, dm: Any) -> Any:
    """Of the variance of one variable."""
    return 2 * (dm @ (m - np.mean(m))) / unbiased(m, 0, bias, ddof)


@adjoint(np.cov, when=SEVERAL_ROWS, exact=True)
def covariance(dy: Any, y: Any, m: Any, *, rowvar: Any = True, bias: Any = False, ddof: Any = None) -> Any:
    """Of the covariances of the rows."""
    centered = m - np.mean(m, axis=1, keepdims=True)
    return (dy + dy.T) @ centered / unbiased(m, 1, bias, ddof)


@tangent(np.cov, when=SEVERAL_ROWS)
def covariance_dot(y: Any, m: Any, *, rowvar: Any = True, bias: Any = False, ddof: Any = None, dm: Any) -> Any:
    """Of the covariances of the rows."""
    half = dm @ (m - np.mean(m, axis=1, keepdims=True)).T
    return (half + half.T) / unbiased(m, 1, bias, ddof)


@adjoint(np.cov, when=SEVERAL_COLUMNS, exact=True)
def covariance_of_columns(dy: Any, y: Any, m: Any, *, rowvar: Any = True, bias: Any = False, ddof: Any = None) -> Any:
    """Of the covariances of the columns."""
    centered = m - np.mean(m, axis=0)
    return centered @ (dy + dy.T) / unbiased(m, 0, bias, ddof)


@tangent(np.cov, when=SEVERAL_COLUMNS)
def covariance_of_columns_dot(
    y: Any, m: Any, *, rowvar: Any = True, bias: Any = False, ddof: Any = None, dm: Any
) -> Any:
    """Of the covariances of the columns."""
    half = dm.T @ (m - np.mean(m, axis=0))
    return (half + half.T) / unbiased(m, 0, bias, ddof)


@adjoint(np.cov, when=ROWS, exact=True)
def covariance_of_any_rows(dy: Any, y: Any, m: Any, *, rowvar: Any = True, bias: Any = False, ddof: Any = None) -> Any:
    """Of the covariances of the rows, of a single one the variance."""
    slope = np.reshape(dy, (len(m), len(m)))
    centered = m - np.mean(m, axis=1, keepdims=True)
    return (slope + slope.T) @ centered / unbiased(m, 1, bias, ddof)


@tangent(np.cov, when=ROWS)
def covariance_of_any_rows_dot(
    y: Any, m: Any, *, rowvar: Any = True, bias: Any = False, ddof: Any = None, dm: Any
) -> Any:
    """Of the covariances of the rows, of a single one the variance."""
    half = dm @ (m - np.mean(m, axis=1, keepdims=True)).T
    return np.reshape((half + half.T) / unbiased(m, 1, bias, ddof), shape_of(y))


@adjoint(np.cov, when=COLUMNS, exact=True)
def covariance_of_any_columns(
    dy: Any, y: Any, m: Any, *, rowvar: Any = True, bias: Any = False, ddof: Any = None
) -> Any:
    """Of the covariances of the columns, of a single one the variance."""
    slope = np.reshape(dy, (m.shape[1], m.shape[1]))
    centered = m - np.mean(m, axis=0)
    return centered @ (slope + slope.T) / unbiased(m, 0, bias, ddof)


@tangent(np.cov, when=COLUMNS)
def covariance_of_any_columns_dot(
    y: Any, m: Any, *, rowvar: Any = True, bias: Any = False, ddof: Any = None, dm: Any
) -> Any:
    """Of the covariances of the columns, of a single one the variance."""
    half = dm.T @ (m - np.mean(m, axis=0))
    return np.reshape((half + half.T) / unbiased(m, 0, bias, ddof), shape_of(y))


@adjoint(np.cov, when=PAIR, exact=True)
def covariance_of_two(
    dy: Any, y: Any, m: Any, other: Any, *, rowvar: Any = True, bias: Any = False, ddof: Any = None
) -> Any:
    """Of the covariances of two variables."""
    spread = (m - np.mean(m)) / unbiased(m, 0, bias, ddof)
    other_spread = (other - np.mean(other)) / unbiased(m, 0, bias, ddof)
    mixed = dy[0, 1] + dy[1, 0]
    return 2 * dy[0, 0] * spread + mixed * other_spread, mixed * spread + 2 * dy[1, 1] * other_spread


@tangent(np.cov, when=PAIR)
def covariance_of_two_dot(
    y: Any, m: Any, other: Any, *, rowvar: Any = True, bias: Any = False, ddof: Any = None, dm: Any, dother: Any
) -> Any:
    """Of the covariances of two variables."""
    spread = np.stack([m - np.mean(m), other - np.mean(other)]) / unbiased(m, 0, bias, ddof)
    first = spread @ dm
    second = spread @ dother
    zero = np.zeros_like(spread[0, 0])
    return (
        np.stack([np.stack([2 * first[0], first[1]]), np.stack([first[1], zero])]),
        np.stack([np.stack([zero, second[0]]), np.stack([second[0], 2 * second[1]])]),
    )


@adjoint(np.cov, when=all_of(BOTH, given("rowvar", True)), exact=True)
def covariance_of_all_rows(
    dy: Any, y: Any, m: Any, other: Any, *, rowvar: Any = True, bias: Any = False, ddof: Any = None
) -> Any:
    """Of the covariances of the rows of two matrices, one below the other."""
    whole = np.concatenate((m, other))
    slope = (dy + dy.T) @ (whole - np.mean(whole, axis=1, keepdims=True)) / unbiased(m, 1, bias, ddof)
    return slope[: len(m)], slope[len(m) :]


@tangent(np.cov, when=all_of(BOTH, given("rowvar", True)))
def covariance_of_all_rows_dot(
    y: Any, m: Any, other: Any, *, rowvar: Any = True, bias: Any = False, ddof: Any = None, dm: Any, dother: Any
) -> Any:
    """Of the covariances of the rows of two matrices, one below the other."""
    whole = np.concatenate((m, other))
    centered = (whole - np.mean(whole, axis=1, keepdims=True)).T / unbiased(m, 1, bias, ddof)
    first = np.concatenate((dm, np.zeros_like(other))) @ centered
    second = np.concatenate((np.zeros_like(m), dother)) @ centered
    return first + first.T, second + second.T


@adjoint(np.cov, when=all_of(BOTH, given("rowvar", False)), exact=True)
def covariance_of_all_columns(
    dy: Any, y: Any, m: Any, other: Any, *, rowvar: Any = True, bias: Any = False, ddof: Any = None
) -> Any:
    """Of the covariances of the columns of two matrices, one beside the other."""
    whole = np.concatenate((m, other), axis=1)
    slope = (whole - np.mean(whole, axis=0)) @ (dy + dy.T) / unbiased(m, 0, bias, ddof)
    return slope[:, : m.shape[1]], slope[:, m.shape[1] :]


@tangent(np.cov, when=all_of(BOTH, given("rowvar", False)))
def covariance_of_all_columns_dot(
    y: Any, m: Any, other: Any, *, rowvar: Any = True, bias: Any = False, ddof: Any = None, dm: Any, dother: Any
) -> Any:
    """Of the covariances of the columns of two matrices, one beside the other."""
    whole = np.concatenate((m, other), axis=1)
    centered = (whole - np.mean(whole, axis=0)) / unbiased(m, 0, bias, ddof)
    first = np.concatenate((dm, np.zeros_like(other)), axis=1).T @ centered
    second = np.concatenate((np.zeros_like(m), dother), axis=1).T @ centered
    return first + first.T, second + second.T


X_ROWS = all_of(real("x"), rank("x", 2), given("rowvar", True))
X_COLUMNS = all_of(real("x"), rank("x", 2), given("rowvar", False))


@adjoint(np.corrcoef, when=all_of(X_ROWS, not_one("x", 0)), exact=True)
def correlation(dy: Any, y: Any, x: Any, *, rowvar: Any = True) -> Any:
    """Of the correlations of the rows."""
    centered = x - np.mean(x, axis=1, keepdims=True)
    length = np.linalg.norm(centered, axis=1, keepdims=True)
    unit = centered / length
    slope = (dy + dy.T) @ unit
    return (slope - (slope * unit).sum(axis=1, keepdims=True) * unit) / length


@tangent(np.corrcoef, when=all_of(X_ROWS, not_one("x", 0)))
def correlation_dot(y: Any, x: Any, *, rowvar: Any = True, dx: Any) -> Any:
    """Of the correlations of the rows."""
    centered = x - np.mean(x, axis=1, keepdims=True)
    length = np.linalg.norm(centered, axis=1, keepdims=True)
    unit = centered / length
    rate = dx - np.mean(dx, axis=1, keepdims=True)
    half = (rate - (rate * unit).sum(axis=1, keepdims=True) * unit) / length @ unit.T
    return half + half.T


@adjoint(np.corrcoef, when=all_of(X_COLUMNS, not_one("x", 1)), exact=True)
def correlation_of_columns(dy: Any, y: Any, x: Any, *, rowvar: Any = True) -> Any:
    """Of the correlations of the columns."""
    centered = x - np.mean(x, axis=0)
    length = np.linalg.norm(centered, axis=0)
    unit = centered / length
    slope = unit @ (dy + dy.T)
    return (slope - (slope * unit).sum(axis=0) * unit) / length


@tangent(np.corrcoef, when=all_of(X_COLUMNS, not_one("x", 1)))
def correlation_of_columns_dot(y: Any, x: Any, *, rowvar: Any = True, dx: Any) -> Any:
    """Of the correlations of the columns."""
    centered = x - np.mean(x, axis=0)
    length = np.linalg.norm(centered, axis=0)
    unit = centered / length
    rate = dx - np.mean(dx, axis=0)
    half = unit.T @ ((rate - (rate * unit).sum(axis=0) * unit) / length)
    return half + half.T


@adjoint(np.corrcoef, when=X_ROWS, exact=True)
def correlation_of_any_rows(dy: Any, y: Any, x: Any, *, rowvar: Any = True) -> Any:
    """Of the correlations of the rows, which are 1 of a single one."""
    dr = np.reshape(dy, (len(x), len(x)))
    centered = x - np.mean(x, axis=1, keepdims=True)
    length = np.linalg.norm(centered, axis=1, keepdims=True)
    unit = centered / length
    slope = (dr + dr.T) @ unit
    return (slope - (slope * unit).sum(axis=1, keepdims=True) * unit) / length


@tangent(np.corrcoef, when=X_ROWS)
def correlation_of_any_rows_dot(y: Any, x: Any, *, rowvar: Any = True, dx: Any) -> Any:
    """Of the correlations of the rows, which are 1 of a single one."""
    centered = x - np.mean(x, axis=1, keepdims=True)
    length = np.linalg.norm(centered, axis=1, keepdims=True)
    unit = centered / length
    rate = dx - np.mean(dx, axis=1, keepdims=True)
    half = (rate - (rate * unit).sum(axis=1, keepdims=True) * unit) / length @ unit.T
    return np.reshape(half + half.T, shape_of(y))


@adjoint(np.corrcoef, when=X_COLUMNS, exact=True)
def correlation_of_any_columns(dy: Any, y: Any, x: Any, *, rowvar: Any = True) -> Any:
    """Of the correlations of the columns, which are 1 of a single one."""
    dr = np.reshape(dy, (x.shape[1], x.shape[1]))
    centered = x - np.mean(x, axis=0)
    length = np.linalg.norm(centered, axis=0)
    unit = centered / length
    slope = unit @ (dr + dr.T)
    return (slope - (slope * unit).sum(axis=0) * unit) / length


@tangent(np.corrcoef, when=X_COLUMNS)
def correlation_of_any_columns_dot(y: Any, x: Any, *, rowvar: Any = True, dx: Any) -> Any:
    """Of the correlations of the columns, which are 1 of a single one."""
    centered = x - np.mean(x, axis=0)
    length = np.linalg.norm(centered, axis=0)
    unit = centered / length
    rate = dx - np.mean(dx, axis=0)
    half = unit.T @ ((rate - (rate * unit).sum(axis=0) * unit) / length)
    return np.reshape(half + half.T, shape_of(y))


TWO = all_of(real("x", "other"), rank("x", 1), rank("other", 1))


@adjoint(np.corrcoef, when=TWO, exact=True)
def correlation_of_two(dy: Any, y: Any, x: Any, other: Any, *, rowvar: Any = True) -> Any:
    """Of the correlation of two variables."""
    centered = x - np.mean(x)
    other_centered = other - np.mean(other)
    length = np.linalg.norm(centered)
    other_length = np.linalg.norm(other_centered)
    unit = centered / length
    other_unit = other_centered / other_length
    mixed = dy[0, 1] + dy[1, 0]
    cosine = unit @ other_unit
    return mixed * (other_unit - cosine * unit) / length, mixed * (unit - cosine * other_unit) / other_length


@tangent(np.corrcoef, when=TWO)
def correlation_of_two_dot(y: Any, x: Any, other: Any, *, rowvar: Any = True, dx: Any, dother: Any) -> Any:
    """Of the correlation of two variables."""
    centered = x - np.mean(x)
    other_centered = other - np.mean(other)
    length = np.linalg.norm(centered)
    other_length = np.linalg.norm(other_centered)
    unit = centered / length
    other_unit = other_centered / other_length
    cosine = unit @ other_unit
    mixed = 1 - np.eye(2)
    return (
        dx @ (other_unit - cosine * unit) / length * mixed,
        dother @ (unit - cosine * other_unit) / other_length * mixed,
    )
