"""Series and samples: averages, convolutions, interpolation, integrals and slopes, counts by weight."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.rules.macros import along, count, over_others, unreduce
from s2sgrad.rules.registry import adjoint, tangent
from s2sgrad.rules.when import all_of, given, integer, number, rank, ranked, real, settled

TRAPEZOID = numpy_functions("trapezoid trapz")
UNWEIGHTED = all_of(number("a"), given("weights", None))


def _alike(facts: dict[str, Fact]) -> bool:
    """True where the weights have as many axes as what is averaged."""
    a, weights = facts["a"], facts["weights"]
    return isinstance(a, Num) and isinstance(weights, Num) and a.rank is not None and a.rank == weights.rank


# ---- averages ----


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
