"""Integrals of series, interpolation, and sums of weights by bins."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.analysis.infer.broadcasting import is_unstretched
from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.rules.macros import doubles
from s2sgrad.rules.places import from_front, in_front
from s2sgrad.rules.registry import adjoint, tangent
from s2sgrad.rules.when import all_of, given, integer, rank, ranked, real, settled, some

TRAPEZOID = numpy_functions("trapezoid trapz")
EVENLY = all_of(settled("values"), ranked("values"), given("x", None), rank("dx", 0), integer("axis"))
AT_PLACES = all_of(real("values", "places"), ranked("values"), rank("places", 1), integer("axis"))


def _alike(facts: dict[str, Fact]) -> bool:
    """True where there are as many axes of places as of values, and none is stretched."""
    values, places = facts["values"], facts["places"]
    return isinstance(values, Num) and isinstance(places, Num) and is_unstretched(values.shape, places.shape)


# ---- integrals ----


@adjoint(*TRAPEZOID, when=EVENLY, exact=True)
def trapezoid_of_width(dy: Any, y: Any, values: Any, x: Any = None, *, dx: Any, axis: Any = -1) -> Any:
    """Of the integrals over evenly spaced places along one axis: half as much for the two ends."""
    rows = in_front(values, values, axis)
    drows = np.zeros_like(rows)
    drows[1:] += dy * dx / 2
    drows[:-1] += dy * dx / 2
    return from_front(drows, values, axis), np.sum(dy * (rows[1:] + rows[:-1]).sum(axis=0)) / 2


@tangent(*TRAPEZOID, when=EVENLY)
def trapezoid_of_width_dot(
    y: Any, values: Any, x: Any = None, *, dx: Any, axis: Any = -1, dvalues: Any, ddx: Any
) -> Any:
    """Of the integrals over evenly spaced places along one axis."""
    rows = in_front(values, values, axis)
    rates = in_front(dvalues, values, axis)
    return (rates[1:] + rates[:-1]).sum(axis=0) * dx / 2, (rows[1:] + rows[:-1]).sum(axis=0) * ddx / 2


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


@adjoint(*TRAPEZOID, when=all_of(real("values", "places"), ranked("values"), _alike, integer("axis")), exact=True)
def trapezoid_between(dy: Any, y: Any, values: Any, places: Any, dx: Any = 1.0, axis: Any = -1) -> Any:
    """Of the integrals along one axis over as many places as there are values."""
    rows = in_front(values, values, axis)
    knots = in_front(places, places, axis)
    half = dy * np.diff(knots, axis=0) / 2
    drows = np.zeros_like(rows)
    drows[1:] += half
    drows[:-1] += half
    height = dy * (rows[1:] + rows[:-1]) / 2
    dknots = np.zeros_like(knots)
    dknots[1:] += height
    dknots[:-1] -= height
    return from_front(drows, values, axis), from_front(dknots, places, axis)


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


@tangent(*TRAPEZOID, when=all_of(real("values", "places"), ranked("values"), _alike, integer("axis")))
def trapezoid_between_dot(
    y: Any, values: Any, places: Any, dx: Any = 1.0, axis: Any = -1, *, dvalues: Any, dplaces: Any
) -> Any:
    """Of the integrals along one axis over as many places as there are values."""
    rows = in_front(values, values, axis)
    rates = in_front(dvalues, values, axis)
    widths = np.diff(in_front(places, places, axis), axis=0)
    return (
        (widths * (rates[1:] + rates[:-1])).sum(axis=0) / 2,
        (np.diff(in_front(dplaces, places, axis), axis=0) * (rows[1:] + rows[:-1])).sum(axis=0) / 2,
    )


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


@adjoint(np.histogram2d, results=3, when=all_of(some("weights"), given("density", None, False)))
def histogram2d(
    dhist: Any,
    dxedges: Any,
    dyedges: Any,
    hist: Any,
    xedges: Any,
    yedges: Any,
    x: Any = None,
    y: Any = None,
    bins: Any = 10,
    range: Any = None,
    density: Any = None,
    *,
    weights: Any,
) -> Any:
    """Of the sums of weights by bin; what lies outside of all of them falls on the rim."""
    row = np.searchsorted(xedges, x, side="right") - (x == xedges[-1])
    column = np.searchsorted(yedges, y, side="right") - (y == yedges[-1])
    return np.pad(dhist, 1)[row, column]


@tangent(np.histogram2d, results=3, when=all_of(some("weights"), given("density", None, False)))
def histogram2d_dot(
    hist: Any,
    xedges: Any,
    yedges: Any,
    x: Any = None,
    y: Any = None,
    bins: Any = 10,
    range: Any = None,
    density: Any = None,
    *,
    weights: Any,
    dweights: Any,
) -> Any:
    """Of the sums of weights by bin."""
    return np.histogram2d(x, y, [xedges, yedges], weights=dweights)[0], None, None
