"""Integrals and slopes of series, interpolation, and sums of weights by bins."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.rules.macros import doubles
from s2sgrad.rules.places import from_front, in_front
from s2sgrad.rules.registry import adjoint, linear, tangent
from s2sgrad.rules.when import all_of, any_of, given, integer, rank, ranked, real, settled, some

TRAPEZOID = numpy_functions("trapezoid trapz")
EVENLY = all_of(settled("values"), ranked("values"), given("x", None), rank("dx", 0), integer("axis"))
AT_PLACES = all_of(real("values", "places"), ranked("values"), rank("places", 1), integer("axis"))

def _alike(facts: dict[str, Fact]) -> bool:
    """True where there are as many axes of places as of values, more than one, and of the same lengths."""
    values, places = facts["values"], facts["places"]
    if not isinstance(values, Num) or not isinstance(places, Num) or values.rank != places.rank or values.rank == 1:
        return False
    pairs = zip(values.shape or (), places.shape or (), strict=False)
    return all((n.constant == 1) == (m.constant == 1) for n, m in pairs)  # no axis of either is stretched


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


# ---- slopes ----

ONE_AXIS = all_of(settled("f"), ranked("f"), any_of(rank("f", 1), integer("axis")))
EVEN = all_of(ONE_AXIS, rank("spacing", 0), given("edge_order", 1))


@adjoint(np.gradient, when=all_of(ONE_AXIS, given("edge_order", 1)), exact=True)
def gradient(dy: Any, y: Any, f: Any, *, axis: Any = None, edge_order: Any = 1) -> Any:
    """Of the slopes along one axis: between both neighbours, at the ends between the last two."""
    slope = in_front(dy, f, axis)
    rows = np.zeros_like(in_front(f, f, axis))
    rows[2:] += slope[1:-1] / 2
    rows[:-2] -= slope[1:-1] / 2
    rows[1] += slope[0]
    rows[0] -= slope[0]
    rows[-1] += slope[-1]
    rows[-2] -= slope[-1]
    return from_front(rows, f, axis)


@adjoint(np.gradient, when=EVEN, exact=True)
def gradient_of_width(dy: Any, y: Any, f: Any, spacing: Any, *, axis: Any = None, edge_order: Any = 1) -> Any:
    """Of the slopes along one axis: between both neighbours, at the ends between the last two."""
    slope = in_front(dy, f, axis) / spacing
    rows = np.zeros_like(in_front(f, f, axis))
    rows[2:] += slope[1:-1] / 2
    rows[:-2] -= slope[1:-1] / 2
    rows[1] += slope[0]
    rows[0] -= slope[0]
    rows[-1] += slope[-1]
    rows[-2] -= slope[-1]
    return from_front(rows, f, axis), -np.sum(dy * y) / spacing


@tangent(np.gradient, when=EVEN)
def gradient_of_width_dot(
    y: Any, f: Any, spacing: Any, *, axis: Any = None, edge_order: Any = 1, df: Any, dspacing: Any
) -> Any:
    """Of the slopes along one axis."""
    return np.gradient(df, spacing, axis=axis), -y * dspacing / spacing


@adjoint(np.gradient, when=all_of(ONE_AXIS, rank("spacing", 0), given("edge_order", 2)), exact=True)
def gradient_with_parabolas(
    dy: Any, y: Any, f: Any, spacing: Any = 1.0, *, axis: Any = None, edge_order: Any = 1
) -> Any:
    """Of the slopes along one axis: between both neighbours, at the ends those of a parabola through three values."""
    slope = in_front(dy, f, axis) / (2 * spacing)
    rows = np.zeros_like(in_front(f, f, axis))
    rows[2:] += slope[1:-1]
    rows[:-2] -= slope[1:-1]
    rows[0] -= 3 * slope[0]
    rows[1] += 4 * slope[0]
    rows[2] -= slope[0]
    rows[-1] += 3 * slope[-1]
    rows[-2] -= 4 * slope[-1]
    rows[-3] += slope[-1]
    return from_front(rows, f, axis)


ALONG_KNOTS = all_of(real("f", "x"), ranked("f"), rank("x", 1), integer("axis"), given("edge_order", 1))


@adjoint(np.gradient, when=ALONG_KNOTS, exact=True)
def gradient_along_places(dy: Any, y: Any, f: Any, x: Any, *, axis: Any = None, edge_order: Any = 1) -> Any:
    """Of the slopes along one axis at given places: the two next to a place weighted by the width of the other one."""
    width = np.diff(x)
    slope = np.diff(np.moveaxis(f, axis, -1)) / width
    found = np.moveaxis(y, axis, -1)
    share = np.moveaxis(dy, axis, -1)
    inner = share[..., 1:-1] / (width[1:] + width[:-1])
    dslope = np.zeros_like(slope)
    dslope[..., :-1] += inner * width[1:]
    dslope[..., 1:] += inner * width[:-1]
    dslope[..., 0] += share[..., 0]
    dslope[..., -1] += share[..., -1]
    rate = dslope / width
    drows = np.zeros_like(found)
    drows[..., 1:] += rate
    drows[..., :-1] -= rate
    turned = -rate * slope
    turned[..., :-1] += inner * (slope[..., 1:] - found[..., 1:-1])
    turned[..., 1:] += inner * (slope[..., :-1] - found[..., 1:-1])
    return np.moveaxis(drows, -1, axis), -np.diff(np.pad(turned.reshape(-1, len(width)).sum(axis=0), 1))


@tangent(np.gradient, when=ALONG_KNOTS)
def gradient_along_places_dot(
    y: Any, f: Any, x: Any, *, axis: Any = None, edge_order: Any = 1, df: Any, dx: Any
) -> Any:
    """Of the slopes along one axis at given places: those of the tangent, less what the places move at its slope."""
    width = np.diff(x)
    slope = np.diff(np.moveaxis(f, axis, -1)) / width
    wider = np.diff(dx)
    rate = slope * wider / width
    found = np.moveaxis(y, axis, -1)[..., 1:-1]
    turned = wider[:-1] * slope[..., 1:] + wider[1:] * slope[..., :-1] - found * (wider[1:] + wider[:-1])
    inner = (turned - width[1:] * rate[..., :-1] - width[:-1] * rate[..., 1:]) / (width[1:] + width[:-1])
    moved = np.concatenate((-rate[..., :1], inner, -rate[..., -1:]), axis=-1)
    return np.gradient(df, x, axis=axis), np.moveaxis(moved, -1, axis)


AT_KNOTS = all_of(real("f", "x"), rank("f", 1), rank("x", 1), given("edge_order", 1))


@adjoint(np.gradient, when=AT_KNOTS, exact=True)
def gradient_at_places(dy: Any, y: Any, f: Any, x: Any, *, axis: Any = None, edge_order: Any = 1) -> Any:
    """Of the slopes of a series at given places: the two next to a place weighted by the width of the other one."""
    width = np.diff(x)
    slope = np.diff(f) / width
    inner = dy[1:-1] / (width[1:] + width[:-1])
    dslope = np.zeros_like(slope)
    dslope[:-1] += inner * width[1:]
    dslope[1:] += inner * width[:-1]
    dslope[0] += dy[0]
    dslope[-1] += dy[-1]
    rate = dslope / width
    dwidth = -rate * slope
    dwidth[:-1] += inner * (slope[1:] - y[1:-1])
    dwidth[1:] += inner * (slope[:-1] - y[1:-1])
    return -np.diff(np.pad(rate, 1)), -np.diff(np.pad(dwidth, 1))


@tangent(np.gradient, when=AT_KNOTS)
def gradient_at_places_dot(
    y: Any, f: Any, x: Any, *, axis: Any = None, edge_order: Any = 1, df: Any, dx: Any
) -> Any:
    """Of the slopes of a series at given places: those of the tangent, less what the places move at its slope."""
    width = np.diff(x)
    slope = np.diff(f) / width
    wider = np.diff(dx)
    rate = slope * wider / width
    both = width[1:] + width[:-1]
    turned = wider[:-1] * slope[1:] + wider[1:] * slope[:-1] - y[1:-1] * (wider[1:] + wider[:-1])
    inner = (turned - width[1:] * rate[:-1] - width[:-1] * rate[1:]) / both
    return np.gradient(df, x), np.concatenate((-rate[:1], inner, -rate[-1:]))


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
