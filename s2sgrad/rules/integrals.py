"""Integrals and slopes of series, interpolation, and sums of weights by bins."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.rules.macros import doubles
from s2sgrad.rules.registry import adjoint, linear, tangent
from s2sgrad.rules.when import all_of, given, integer, rank, ranked, real, some

TRAPEZOID = numpy_functions("trapezoid trapz")
EVENLY = all_of(real("values"), ranked("values"), given("x", None), rank("dx", 0), integer("axis"))
AT_PLACES = all_of(real("values", "places"), ranked("values"), rank("places", 1), integer("axis"))

# ---- integrals ----


@adjoint(*TRAPEZOID, when=all_of(EVENLY, rank("values", 1)), exact=True)
def trapezoid_of_vector(dy: Any, y: Any, values: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> Any:
    """Of the integral over evenly spaced places: half as much for the two ends."""
    dvalues = np.zeros_like(values)
    dvalues[1:] += dy * dx / 2
    dvalues[:-1] += dy * dx / 2
    return dvalues


@adjoint(*TRAPEZOID, when=EVENLY, exact=True)
def trapezoid(dy: Any, y: Any, values: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> Any:
    """Of the integrals over evenly spaced places along one axis: half as much for the two ends."""
    rows = np.zeros_like(np.moveaxis(values, axis, 0))
    rows[1:] += dy * dx / 2
    rows[:-1] += dy * dx / 2
    return np.moveaxis(rows, 0, axis)


@tangent(*TRAPEZOID, when=EVENLY)
def trapezoid_dot(y: Any, values: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1, *, dvalues: Any) -> Any:
    """Of the integrals over evenly spaced places along one axis."""
    rows = np.moveaxis(dvalues, axis, 0)
    return (rows[1:] + rows[:-1]).sum(axis=0) * dx / 2


@adjoint(*TRAPEZOID, when=all_of(AT_PLACES, rank("values", 1)), exact=True)
def trapezoid_at_places(dy: Any, y: Any, values: Any, places: Any, dx: Any = 1.0, axis: Any = -1) -> Any:
    """Of the integral over given places."""
    half = dy * np.diff(places) / 2
    dvalues = np.zeros_like(values)
    dvalues[1:] += half
    dvalues[:-1] += half
    height = dy * (values[1:] + values[:-1]) / 2
    dplaces = np.zeros_like(places)
    dplaces[1:] += height
    dplaces[:-1] -= height
    return dvalues, dplaces


@adjoint(*TRAPEZOID, when=AT_PLACES, exact=True)
def trapezoids_at_places(dy: Any, y: Any, values: Any, places: Any, dx: Any = 1.0, axis: Any = -1) -> Any:
    """Of the integrals over given places along one axis."""
    rows = np.moveaxis(values, axis, 0)
    half = np.multiply.outer(np.diff(places), dy) / 2
    drows = np.zeros_like(rows)
    drows[1:] += half
    drows[:-1] += half
    height = np.tensordot(rows[1:] + rows[:-1], dy, np.ndim(dy)) / 2
    dplaces = np.zeros_like(places)
    dplaces[1:] += height
    dplaces[:-1] -= height
    return np.moveaxis(drows, 0, axis), dplaces


@tangent(*TRAPEZOID, when=AT_PLACES)
def trapezoids_at_places_dot(
    y: Any, values: Any, places: Any, dx: Any = 1.0, axis: Any = -1, *, dvalues: Any, dplaces: Any
) -> Any:
    """Of the integrals over given places along one axis."""
    rows = np.moveaxis(values, axis, 0)
    rates = np.moveaxis(dvalues, axis, 0)
    return (
        np.tensordot(np.diff(places), rates[1:] + rates[:-1], 1) / 2,
        np.tensordot(np.diff(dplaces), rows[1:] + rows[:-1], 1) / 2,
    )


# ---- slopes ----

ONE_AXIS = all_of(real("f"), ranked("f"), rank("spacing", 0), given("edge_order", 1))


@adjoint(np.gradient, when=all_of(ONE_AXIS, rank("f", 1)), exact=True)
def gradient(dy: Any, y: Any, f: Any, spacing: Any = 1.0, *, axis: Any = None, edge_order: Any = 1) -> Any:
    """Of the slopes of a series: between both neighbours, at the ends between the last two."""
    slope = dy / spacing
    df = np.zeros_like(f)
    df[2:] += slope[1:-1] / 2
    df[:-2] -= slope[1:-1] / 2
    df[1] += slope[0]
    df[0] -= slope[0]
    df[-1] += slope[-1]
    df[-2] -= slope[-1]
    return df


@adjoint(np.gradient, when=all_of(ONE_AXIS, integer("axis")), exact=True)
def gradient_along_axis(dy: Any, y: Any, f: Any, spacing: Any = 1.0, *, axis: Any = None, edge_order: Any = 1) -> Any:
    """Of the slopes along one axis: between both neighbours, at the ends between the last two."""
    slope = np.moveaxis(dy, axis, 0) / spacing
    rows = np.zeros_like(np.moveaxis(f, axis, 0))
    rows[2:] += slope[1:-1] / 2
    rows[:-2] -= slope[1:-1] / 2
    rows[1] += slope[0]
    rows[0] -= slope[0]
    rows[-1] += slope[-1]
    rows[-2] -= slope[-1]
    return np.moveaxis(rows, 0, axis)


linear(np.gradient)


# ---- interpolation and bins ----


@adjoint(np.interp, when=real("x"), exact=True)
def interp(dy: Any, y: Any, x: Any, xp: Any, fp: Any) -> Any:
    """Of the values of a piecewise linear function, which is constant outside; its slope at a knot is the next one."""
    knots = doubles(xp)
    heights = doubles(fp)
    k = np.clip(np.searchsorted(knots, x, side="right"), 1, len(knots) - 1)
    width = knots[k] - knots[k - 1]
    share = np.clip((x - knots[k - 1]) / width, 0, 1)
    slope = np.where((x < knots[0]) | (x > knots[-1]), 0, (heights[k] - heights[k - 1]) / width)
    dknots = np.zeros_like(knots)
    np.add.at(dknots, k - 1, dy * slope * (share - 1))
    np.add.at(dknots, k, -dy * slope * share)
    dheights = np.zeros_like(heights)
    np.add.at(dheights, k - 1, dy * (1 - share))
    np.add.at(dheights, k, dy * share)
    return dy * slope, dknots, dheights


@tangent(np.interp, when=real("x"))
def interp_dot(y: Any, x: Any, xp: Any, fp: Any, *, dx: Any, dxp: Any, dfp: Any) -> Any:
    """Of the values of a piecewise linear function, which is constant outside; its slope at a knot is the next one."""
    knots = doubles(xp)
    heights = doubles(fp)
    k = np.clip(np.searchsorted(knots, x, side="right"), 1, len(knots) - 1)
    width = knots[k] - knots[k - 1]
    share = np.clip((x - knots[k - 1]) / width, 0, 1)
    slope = np.where((x < knots[0]) | (x > knots[-1]), 0, (heights[k] - heights[k - 1]) / width)
    return slope * dx, slope * (dxp[k - 1] * (share - 1) - dxp[k] * share), dfp[k - 1] * (1 - share) + dfp[k] * share


@adjoint(np.histogram, results=2, when=all_of(some("weights"), given("density", None, False)))
def histogram(
    dhist: Any,
    dedges: Any,
    hist: Any,
    edges: Any,
    a: Any = None,
    bins: Any = 10,
    range: Any = None,
    density: Any = None,
    *,
    weights: Any,
) -> Any:
    """Of the sums of weights by bin."""
    bin_of = np.clip(np.searchsorted(edges, a, side="right") - 1, 0, len(hist) - 1)
    is_inside = (a >= edges[0]) & (a <= edges[-1])
    return np.where(is_inside, dhist[bin_of], 0)


@tangent(np.histogram, results=2, when=all_of(some("weights"), given("density", None, False)))
def histogram_dot(
    hist: Any,
    edges: Any,
    a: Any = None,
    bins: Any = 10,
    range: Any = None,
    density: Any = None,
    *,
    weights: Any,
    dweights: Any,
) -> Any:
    """Of the sums of weights by bin."""
    return np.histogram(a, edges, weights=dweights)[0], None
