"""What some functions of Python's and NumPy's do, written out: their bodies are written in place of their calls.

>>> reduce([1, 2, 3], lambda a, b: 10 * a + b), accumulate([1, 2, 3])
(123, [1, 3, 6])
>>> largest([-3, 2, 3], abs), ordered([2, -3, 1], abs, True), islice([1, 2, 3, 4], 1, 3)
(-3, [-3, 2, 1], [2, 3])
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = [
    "accumulate",
    "accumulate_by",
    "accumulate_from",
    "along_columns",
    "along_rows",
    "apart",
    "beside_total",
    "complex_eig",
    "computed_where",
    "counted_covariance",
    "densities",
    "densities_on_plane",
    "divided",
    "each",
    "each_of_rows",
    "each_pair",
    "in_space",
    "islice",
    "kaiser",
    "largest",
    "listed",
    "logs_added",
    "on_line",
    "on_plane",
    "ordered",
    "padded_by",
    "padded_by_some",
    "padded_down",
    "periodic",
    "product_of",
    "put_where",
    "reduce",
    "reduce_from",
    "smallest",
    "weighted_covariance",
]


def reduce(items: Any, function: Any) -> Any:
    """``functools.reduce(function, items)``."""
    value = items[0]
    for item in items[1:]:
        value = function(value, item)
    return value


def reduce_from(items: Any, function: Any, value: Any) -> Any:
    """``functools.reduce(function, items, value)``."""
    for item in items:
        value = function(value, item)
    return value


def accumulate(items: Any) -> Any:
    """``list(itertools.accumulate(items))``."""
    totals = list(items[:1])
    for item in items[1:]:
        totals.append(totals[-1] + item)
    return totals


def accumulate_by(items: Any, function: Any) -> Any:
    """``list(itertools.accumulate(items, function))``."""
    totals = list(items[:1])
    for item in items[1:]:
        totals.append(function(totals[-1], item))
    return totals


def accumulate_from(items: Any, function: Any, value: Any) -> Any:
    """``list(itertools.accumulate(items, function, initial=value))``."""
    totals = [value]
    for item in items:
        totals.append(function(totals[-1], item))
    return totals


def largest(items: Any, key: Any) -> Any:
    """``max(items, key=key)``: of equal ones the first."""
    best = items[0]
    most = key(best)
    for item in items[1:]:
        value = key(item)
        if value > most:
            best, most = item, value
    return best


def smallest(items: Any, key: Any) -> Any:
    """``min(items, key=key)``: of equal ones the first."""
    best = items[0]
    least = key(best)
    for item in items[1:]:
        value = key(item)
        if value < least:
            best, least = item, value
    return best


def ordered(items: Any, key: Any, reverse: Any) -> Any:
    """``sorted(items, key=key, reverse=reverse)``."""
    keys = [key(item) for item in items]
    order = sorted(range(len(keys)), key=keys.__getitem__, reverse=reverse)
    return [items[i] for i in order]


def product_of(items: Any, start: Any) -> Any:
    """``math.prod(items, start=start)``."""
    value = start
    for item in items:
        value = value * item
    return value


def divided(a: Any, b: Any) -> Any:
    """``divmod(a, b)``."""
    return a // b, a % b


def islice(items: Any, start: Any, stop: Any) -> Any:
    """``list(itertools.islice(items, start, stop))``."""
    listed = list(items)
    return listed[start:stop]


def computed_where(values: Any, condition: Any, function: Any, x: Any) -> Any:
    """One step of ``np.piecewise``: ``values`` with ``function(x)`` where ``condition`` holds."""
    if np.any(condition):
        values[condition] = function(x[condition])
    return values


def put_where(values: Any, condition: Any, number: Any) -> Any:
    """One step of ``np.piecewise``: ``values`` with ``number`` where ``condition`` holds."""
    values[condition] = number
    return values


def along_rows(function: Any, x: Any) -> Any:
    """``np.apply_along_axis(function, 1, x)`` of a matrix: the first result tells the dtype."""
    results = [function(row) for row in x]
    return np.stack(results).astype(np.asarray(results[0]).dtype)


def along_columns(function: Any, x: Any) -> Any:
    """``np.apply_along_axis(function, 0, x)`` of a matrix: the first result tells the dtype."""
    results = [function(x[:, j]) for j in range(x.shape[1])]
    return np.stack(results, axis=-1).astype(np.asarray(results[0]).dtype)


def each(function: Any, x: Any) -> Any:
    """``np.vectorize(function)(x)`` of a vector: the first result tells the dtype."""
    results = [function(v) for v in x]
    return np.array(results).astype(np.asarray(results[0]).dtype)


def each_of_rows(function: Any, x: Any) -> Any:
    """``np.vectorize(function)(x)`` of a matrix: the first result tells the dtype."""
    results = [function(v) for v in np.ravel(x)]
    return np.reshape(np.array(results), x.shape).astype(np.asarray(results[0]).dtype)


def each_pair(function: Any, x: Any, y: Any) -> Any:
    """``np.vectorize(function)(x, y)`` of two vectors: the first result tells the dtype."""
    first, second = np.broadcast_arrays(x, y)
    results = [function(first[i], second[i]) for i in range(len(first))]
    return np.array(results).astype(np.asarray(results[0]).dtype)


def on_line(function: Any, grid: Any) -> Any:
    """``np.fromfunction`` of one index."""
    return function(grid[0])


def on_plane(function: Any, grid: Any) -> Any:
    """``np.fromfunction`` of two indices."""
    return function(grid[0], grid[1])


def in_space(function: Any, grid: Any) -> Any:
    """``np.fromfunction`` of three indices."""
    return function(grid[0], grid[1], grid[2])


def padded_by(function: Any, a: Any, before: Any, after: Any, axis: Any) -> Any:
    """``np.pad`` along an axis with the mean, or the like, of all that stands there."""
    middle = function(a, axis=axis, keepdims=True)
    return np.concatenate([np.repeat(middle, before, axis=axis), a, np.repeat(middle, after, axis=axis)], axis=axis)


def padded_by_some(function: Any, a: Any, before: Any, after: Any, axis: Any, first: Any, last: Any) -> Any:
    """``np.pad`` along an axis with the mean, or the like, of the first and of the last that stand there."""
    n = a.shape[axis]
    start = function(np.take(a, range(min(first, n)), axis=axis), axis=axis, keepdims=True)
    end = function(np.take(a, range(max(n - last, 0), n), axis=axis), axis=axis, keepdims=True)
    return np.concatenate([np.repeat(start, before, axis=axis), a, np.repeat(end, after, axis=axis)], axis=axis)


def padded_down(a: Any, before: Any, after: Any, axis: Any, first: Any, last: Any) -> Any:
    """``np.pad`` along an axis with ramps that come from other values."""
    start = np.linspace(first, np.take(a, 0, axis=axis), before, endpoint=False, axis=axis)
    end = np.linspace(last, np.take(a, -1, axis=axis), after, endpoint=False, axis=axis)
    return np.concatenate([start, a, np.flip(end, axis)], axis=axis)


def kaiser(M: Any, beta: Any) -> Any:
    """``np.kaiser(M, beta)``."""
    if M == 1:
        return np.ones(1)
    middle = (M - 1) / 2
    height = np.sqrt(1 - ((np.arange(M) - middle) / middle) ** 2)
    return np.i0(beta * height) / np.i0(beta)


def logs_added(x: Any) -> Any:
    """``np.logaddexp.accumulate(x)``."""
    totals = np.zeros_like(x)
    total = np.full_like(x[:1], -np.inf)
    for i in range(len(x)):
        total = np.logaddexp(total, x[i : i + 1])
        totals[i : i + 1] = total
    return totals


def complex_eig(a: Any) -> Any:
    """``np.linalg.eig(a)`` with complex results in any case."""
    values, vectors = np.linalg.eig(a)
    return values.astype(complex), vectors.astype(complex)


def periodic(x: Any, xp: Any, fp: Any, period: Any) -> Any:
    """``np.interp(x, xp, fp, period=period)``."""
    places = np.mod(xp, np.abs(period))
    order = np.argsort(places)
    places, values = places[order], fp[order]
    places = np.concatenate((places[-1:] - np.abs(period), places, places[:1] + np.abs(period)))
    return np.interp(np.mod(x, np.abs(period)), places, np.concatenate((values[-1:], values, values[:1])))


def weighted_covariance(m: Any, weights: Any, ddof: Any) -> Any:
    """``np.cov(m, aweights=weights, ddof=ddof)``."""
    total = np.sum(weights)
    centered = m - (np.sum(m * weights, axis=1) / total)[:, None]
    return (centered * weights) @ centered.T / np.maximum(total - ddof * np.sum(weights**2) / total, 0.0)


def counted_covariance(m: Any, counts: Any, ddof: Any) -> Any:
    """``np.cov(m, fweights=counts, ddof=ddof)``."""
    total = np.sum(counts)
    centered = m - (np.sum(m * counts, axis=1) / total)[:, None]
    return (centered * counts) @ centered.T / np.maximum(total - ddof, 0.0)


def beside_total(mean: Any, total: Any) -> Any:
    """``np.average(..., returned=True)`` with weights along one of several axes."""
    return mean, np.full_like(mean, total)


def densities(histogram: Any) -> Any:
    """``np.histogram(..., density=True)``, from the same without."""
    sums, edges = histogram
    return sums / np.diff(edges) / sums.sum(), edges


def densities_on_plane(histogram: Any) -> Any:
    """``np.histogram2d(..., density=True)``, from the same without."""
    sums, xedges, yedges = histogram
    return sums / np.diff(xedges)[:, None] / np.diff(yedges) / sums.sum(), xedges, yedges


def listed(histogram: Any) -> Any:
    """``np.histogramdd`` of points on a line, from ``np.histogram``."""
    sums, edges = histogram
    return sums, (edges,)


def apart(histogram: Any) -> Any:
    """``np.histogramdd`` of points on a plane, from ``np.histogram2d``."""
    sums, xedges, yedges = histogram
    return sums, (xedges, yedges)
