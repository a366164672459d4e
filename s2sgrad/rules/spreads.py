"""Variances and standard deviations about a mean that is given: NumPy takes it for the mean, whatever it is."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, Num
from s2sgrad.analysis.infer.table import Unknown, axes
from s2sgrad.rules.macros import freedom, unreduce
from s2sgrad.rules.registry import adjoint, tangent
from s2sgrad.rules.when import all_of, real


def _as_kept(facts: dict[str, Fact]) -> bool:
    """True where the mean has the shape that ``keepdims=True`` gives: no other is summed over in the right axes."""
    a, mean = facts["a"], facts["mean"]
    if not (isinstance(a, Num) and isinstance(mean, Num) and a.shape and mean.shape and a.rank == mean.rank):
        return False
    try:
        over = axes(facts["axis"], len(a.shape))
    except Unknown:
        return False
    pairs = enumerate(zip(a.shape, mean.shape, strict=True))
    return over is not None and all(m.is_one if k in over else _alike(n, m) for k, (n, m) in pairs)


def _alike(n: Dim, m: Dim) -> bool:
    """True where neither of two lengths is stretched to the other."""
    return m.equals(n) or (m.not_one and n.not_one)


BOTH = all_of(real("a", "mean"), _as_kept)
TAKES_A_MEAN = "mean" in inspect.signature(np.var).parameters  # from NumPy 2.0 on
VARIANCE, DEVIATION = ((np.var,), (np.std,)) if TAKES_A_MEAN else ((), ())


@adjoint(*VARIANCE, when=BOTH, exact=True)
def variance_about(
    dy: Any, y: Any, a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: bool = False, mean: Any
) -> Any:
    """Of the mean square of the distances from a given mean."""
    slope = unreduce(dy, a, axis, keepdims) * 2 * (a - mean) / freedom(a, axis, ddof)
    return slope, -slope.sum(axis=axis, keepdims=True)


@tangent(*VARIANCE, when=BOTH)
def variance_about_dot(
    y: Any, a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: bool = False, mean: Any, da: Any, dmean: Any
) -> Any:
    """Of the mean square of the distances from a given mean."""
    return (
        2 * (da * (a - mean)).sum(axis=axis, keepdims=keepdims) / freedom(a, axis, ddof),
        2 * (dmean * (mean - a)).sum(axis=axis, keepdims=keepdims) / freedom(a, axis, ddof),
    )


@adjoint(*DEVIATION, when=BOTH, exact=True)
def deviation_about(
    dy: Any, y: Any, a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: bool = False, mean: Any
) -> Any:
    """Of the root of the mean square of the distances from a given mean: 0 where all are 0."""
    scale = np.where(y == 0, 1, y)
    centered = (a - mean) / unreduce(scale, a, axis, keepdims)
    slope = unreduce(dy, a, axis, keepdims) * centered / freedom(a, axis, ddof)
    return slope, -slope.sum(axis=axis, keepdims=True)


@tangent(*DEVIATION, when=BOTH)
def deviation_about_dot(
    y: Any, a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: bool = False, mean: Any, da: Any, dmean: Any
) -> Any:
    """Of the root of the mean square of the distances from a given mean: 0 where all are 0."""
    scale = np.where(y == 0, 1, y)
    return (
        (da * (a - mean)).sum(axis=axis, keepdims=keepdims) / scale / freedom(a, axis, ddof),
        (dmean * (mean - a)).sum(axis=axis, keepdims=keepdims) / scale / freedom(a, axis, ddof),
    )
