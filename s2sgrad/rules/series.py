"""Series and samples: averages, covariances, convolutions, interpolation, integrals and slopes, counts by weight."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.rules.macros import along, count, over_others, unbiased, unreduce
from s2sgrad.rules.registry import adjoint, tangent
from s2sgrad.rules.when import all_of, given, integer, number, rank, ranked, real, settled

TRAPEZOID = numpy_functions("trapezoid trapz")
UNWEIGHTED = all_of(number("a"), given("weights", None))


def _alike(facts: dict[str, Fact]) -> bool:
    """True where the weights have as many axes as what is averaged."""
    a, weights = facts["a"], facts["weights"]
    return isinstance(a, Num) and isinstance(weights, Num) and a.rank is not None and a.rank == weights.rank


# ---- averages and covariances ----


@adjoint(np.average, when=UNWEIGHTED)
def average(dy: Any, y: Any, a: Any, axis: Any = None, weights: Any = None, *, keepdims: bool = False) -> Any:
    """Of the mean."""
    return unreduce(dy, a, axis, keepdims) / count(a, axis)


@tangent(np.average, when=UNWEIGHTED)
def average_dot(y: Any, a: Any, axis: Any = None, weights: Any = None, *, keepdims: bool = False, da: Any) -> Any:
    """Of the mean."""
    return np.mean(da, axis=axis, keepdims=keepdims)


@adjoint(np.average, when=all_of(real("a", "weights"), _alike))
def weighted_average(dy: Any, y: Any, a: Any, axis: Any = None, *, weights: Any, keepdims: bool = False) -> Any:
    """Of the weighted mean."""
    slope = unreduce(dy, a, axis, keepdims) / weights.sum(axis=axis, keepdims=True)
    return slope * weights, slope * (a - unreduce(y, a, axis, keepdims))


@tangent(np.average, when=all_of(real("a", "weights"), _alike))
def weighted_average_dot(
    y: Any, a: Any, axis: Any = None, *, weights: Any, keepdims: bool = False, da: Any, dweights: Any
) -> Any:
    """Of the weighted mean."""
    total = weights.sum(axis=axis, keepdims=keepdims)
    spread = a - unreduce(y, a, axis, keepdims)
    return (
        (da * weights).sum(axis=axis, keepdims=keepdims) / total,
        (dweights * spread).sum(axis=axis, keepdims=keepdims) / total,
    )


@adjoint(np.average, when=all_of(real("a", "weights"), rank("weights", 1), integer("axis"), ranked("a")))
def average_of_rows(dy: Any, y: Any, a: Any, axis: Any = None, *, weights: Any, keepdims: bool = False) -> Any:
    """Of the weighted mean along one axis."""
    slope = unreduce(dy, a, axis, keepdims) / weights.sum()
    spread = a - unreduce(y, a, axis, keepdims)
    return slope * along(weights, a, axis), over_others(slope * spread, a, axis)


@tangent(np.average, when=all_of(real("a", "weights"), rank("weights", 1), integer("axis"), ranked("a")))
def average_of_rows_dot(
    y: Any, a: Any, axis: Any = None, *, weights: Any, keepdims: bool = False, da: Any, dweights: Any
) -> Any:
    """Of the weighted mean along one axis."""
    spread = a - unreduce(y, a, axis, keepdims)
    return (
        (da * along(weights, a, axis)).sum(axis=axis, keepdims=keepdims) / weights.sum(),
        (along(dweights, a, axis) * spread).sum(axis=axis, keepdims=keepdims) / weights.sum(),
    )


ONE = all_of(real("m"), rank("m", 1))
ROWS = all_of(real("m"), rank("m", 2), given("rowvar", True))
COLUMNS = all_of(real("m"), rank("m", 2), given("rowvar", False))
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


@adjoint(np.cov, when=ROWS, exact=True)
def covariance(dy: Any, y: Any, m: Any, *, rowvar: Any = True, bias: Any = False, ddof: Any = None) -> Any:
    """Of the covariances of the rows."""
    centered = m - np.mean(m, axis=1, keepdims=True)
    return (dy + dy.T) @ centered / unbiased(m, 1, bias, ddof)


@tangent(np.cov, when=ROWS)
def covariance_dot(
    y: Any, m: Any, *, rowvar: Any = True, bias: Any = False, ddof: Any = None, dm: Any
) -> Any:
    """Of the covariances of the rows."""
    half = dm @ (m - np.mean(m, axis=1, keepdims=True)).T
    return (half + half.T) / unbiased(m, 1, bias, ddof)


@adjoint(np.cov, when=COLUMNS, exact=True)
def covariance_of_columns(
    dy: Any, y: Any, m: Any, *, rowvar: Any = True, bias: Any = False, ddof: Any = None
) -> Any:
    """Of the covariances of the columns."""
    centered = m - np.mean(m, axis=0)
    return centered @ (dy + dy.T) / unbiased(m, 0, bias, ddof)


@tangent(np.cov, when=COLUMNS)
def covariance_of_columns_dot(
    y: Any, m: Any, *, rowvar: Any = True, bias: Any = False, ddof: Any = None, dm: Any
) -> Any:
    """Of the covariances of the columns."""
    half = dm.T @ (m - np.mean(m, axis=0))
    return (half + half.T) / unbiased(m, 0, bias, ddof)


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


@adjoint(np.corrcoef, when=all_of(real("x"), rank("x", 2), given("rowvar", True)), exact=True)
def correlation(dy: Any, y: Any, x: Any, *, rowvar: Any = True) -> Any:
    """Of the correlations of the rows."""
    centered = x - np.mean(x, axis=1, keepdims=True)
    length = np.linalg.norm(centered, axis=1, keepdims=True)
    unit = centered / length
    slope = (dy + dy.T) @ unit
    return (slope - (slope * unit).sum(axis=1, keepdims=True) * unit) / length


@tangent(np.corrcoef, when=all_of(real("x"), rank("x", 2), given("rowvar", True)))
def correlation_dot(y: Any, x: Any, *, rowvar: Any = True, dx: Any) -> Any:
    """Of the correlations of the rows."""
    centered = x - np.mean(x, axis=1, keepdims=True)
    length = np.linalg.norm(centered, axis=1, keepdims=True)
    unit = centered / length
    rate = dx - np.mean(dx, axis=1, keepdims=True)
    half = (rate - (rate * unit).sum(axis=1, keepdims=True) * unit) / length @ unit.T
    return half + half.T


@adjoint(np.corrcoef, when=all_of(real("x"), rank("x", 2), given("rowvar", False)), exact=True)
def correlation_of_columns(dy: Any, y: Any, x: Any, *, rowvar: Any = True) -> Any:
    """Of the correlations of the columns."""
    centered = x - np.mean(x, axis=0)
    length = np.linalg.norm(centered, axis=0)
    unit = centered / length
    slope = unit @ (dy + dy.T)
    return (slope - (slope * unit).sum(axis=0) * unit) / length


@tangent(np.corrcoef, when=all_of(real("x"), rank("x", 2), given("rowvar", False)))
def correlation_of_columns_dot(y: Any, x: Any, *, rowvar: Any = True, dx: Any) -> Any:
    """Of the correlations of the columns."""
    centered = x - np.mean(x, axis=0)
    length = np.linalg.norm(centered, axis=0)
    unit = centered / length
    rate = dx - np.mean(dx, axis=0)
    half = unit.T @ ((rate - (rate * unit).sum(axis=0) * unit) / length)
    return half + half.T


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


# ---- convolutions ----


@adjoint(np.convolve, when=all_of(settled("a", "v"), rank("a", 1), rank("v", 1), given("mode", "full")), exact=True)
def convolve(dy: Any, y: Any, a: Any, v: Any, mode: Any = "full") -> Any:
    """Of the convolution of two series."""
    return np.correlate(dy, v), np.correlate(dy, a)


REAL_SERIES = all_of(real("a", "v"), rank("a", 1), rank("v", 1))


@adjoint(np.convolve, when=all_of(REAL_SERIES, given("mode", "valid")), exact=True)
def convolve_whole(dy: Any, y: Any, a: Any, v: Any, mode: Any = "full") -> Any:
    """Of the convolution of two series where the shorter one lies within the longer one."""
    longer = len(a) >= len(v)
    da = np.correlate(dy, v, "full") if longer else np.correlate(v, dy)[::-1]
    dv = np.correlate(a, dy)[::-1] if longer else np.correlate(dy, a, "full")
    return da, dv


@adjoint(
    np.convolve, when=all_of(settled("a", "v"), rank("a", 1), rank("v", 1), given("mode", "same", "valid")), exact=True
)
def convolve_part(dy: Any, y: Any, a: Any, v: Any, mode: Any = "full") -> Any:
    """Of the middle of the convolution of two series."""
    cut = len(a) + len(v) - 1 - len(y)
    whole = np.pad(dy, (cut // 2, cut - cut // 2))
    return np.correlate(whole, v), np.correlate(whole, a)


@tangent(np.convolve, when=all_of(settled("a", "v"), rank("a", 1), rank("v", 1)))
def convolve_dot(y: Any, a: Any, v: Any, mode: Any = "full", *, da: Any, dv: Any) -> Any:
    """Of the convolution of two series."""
    return np.convolve(da, v, mode), np.convolve(a, dv, mode)


@adjoint(np.correlate, when=all_of(real("a", "v"), rank("a", 1), rank("v", 1), given("mode", "full")), exact=True)
def correlate(dy: Any, y: Any, a: Any, v: Any, mode: Any = "valid") -> Any:
    """Of the correlation of two series at every lag."""
    return np.convolve(dy, v, "valid"), np.convolve(a, dy[::-1], "valid")


@adjoint(np.correlate, when=all_of(REAL_SERIES, given("mode", "valid")), exact=True)
def correlate_whole(dy: Any, y: Any, a: Any, v: Any, mode: Any = "valid") -> Any:
    """Of the correlation of two series where the shorter one lies within the longer one."""
    longer = len(a) >= len(v)
    da = np.convolve(dy, v) if longer else np.convolve(dy, v, "valid")
    dv = np.convolve(a, dy[::-1], "valid") if longer else np.convolve(a, dy[::-1])
    return da, dv


@adjoint(np.correlate, when=all_of(REAL_SERIES, given("mode", "same")), exact=True)
def correlate_part(dy: Any, y: Any, a: Any, v: Any, mode: Any = "valid") -> Any:
    """Of the correlation of two series at the lags in the middle."""
    cut = len(a) + len(v) - 1 - len(y)
    front = cut // 2 if len(a) >= len(v) else cut - cut // 2
    whole = np.pad(dy, (front, cut - front))
    return np.convolve(whole, v, "valid"), np.convolve(a, whole[::-1], "valid")


@tangent(np.correlate, when=all_of(settled("a", "v"), rank("a", 1), rank("v", 1)))
def correlate_dot(y: Any, a: Any, v: Any, mode: Any = "valid", *, da: Any, dv: Any) -> Any:
    """Of the correlation of two series."""
    return np.correlate(da, v, mode), np.correlate(a, dv, mode)


# ---- counts by weight ----


@adjoint(np.bincount, when=all_of(rank("x", 1), real("weights")), exact=True)
def bincount(dy: Any, y: Any, x: Any = None, *, weights: Any, minlength: Any = 0) -> Any:
    """Of the sums of weights by index."""
    return dy[x]


@tangent(np.bincount, when=all_of(rank("x", 1), real("weights")))
def bincount_dot(y: Any, x: Any = None, *, weights: Any, minlength: Any = 0, dweights: Any) -> Any:
    """Of the sums of weights by index."""
    return np.bincount(x, dweights, minlength)


@adjoint(np.bincount, when=all_of(rank("x", 1), real("weights")), exact=True)
def bincount_of_second(dy: Any, y: Any, x: Any, weights: Any, minlength: Any = 0) -> Any:
    """Of the sums of weights by index."""
    return None, dy[x]


@tangent(np.bincount, when=all_of(rank("x", 1), real("weights")))
def bincount_of_second_dot(y: Any, x: Any, weights: Any, minlength: Any = 0, *, dweights: Any) -> Any:
    """Of the sums of weights by index."""
    return np.bincount(x, dweights, minlength)
