"""Slopes of series, evenly spaced or at given places."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.rules.macros import fractional
from s2sgrad.rules.places import behind, from_behind, from_front, in_front
from s2sgrad.rules.registry import adjoint, linear, tangent
from s2sgrad.rules.when import all_of, any_of, given, integer, rank, ranked, real, settled

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


WITH_PARABOLAS = all_of(ONE_AXIS, rank("spacing", 0), given("edge_order", 2))


@adjoint(np.gradient, when=WITH_PARABOLAS, exact=True)
def gradient_with_parabolas_of_width(
    dy: Any, y: Any, f: Any, spacing: Any, *, axis: Any = None, edge_order: Any = 1
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
    return from_front(rows, f, axis), -np.sum(dy * y) / spacing


@tangent(np.gradient, when=WITH_PARABOLAS)
def gradient_with_parabolas_of_width_dot(
    y: Any, f: Any, spacing: Any, *, axis: Any = None, edge_order: Any = 1, df: Any, dspacing: Any
) -> Any:
    """Of the slopes along one axis."""
    return np.gradient(df, spacing, axis=axis, edge_order=2), -y * dspacing / spacing


@adjoint(np.gradient, when=all_of(ONE_AXIS, given("edge_order", 2)), exact=True)
def gradient_with_parabolas(dy: Any, y: Any, f: Any, *, axis: Any = None, edge_order: Any = 1) -> Any:
    """Of the slopes along one axis: between both neighbours, at the ends those of a parabola through three values."""
    slope = in_front(dy, f, axis) / 2
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
    width = np.diff(fractional(x))
    slope = np.diff(np.moveaxis(fractional(f), axis, -1)) / width
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
    width = np.diff(fractional(x))
    slope = np.diff(np.moveaxis(fractional(f), axis, -1)) / width
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
    width = np.diff(fractional(x))
    slope = np.diff(fractional(f)) / width
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
def gradient_at_places_dot(y: Any, f: Any, x: Any, *, axis: Any = None, edge_order: Any = 1, df: Any, dx: Any) -> Any:
    """Of the slopes of a series at given places: those of the tangent, less what the places move at its slope."""
    width = np.diff(fractional(x))
    slope = np.diff(fractional(f)) / width
    wider = np.diff(dx)
    rate = slope * wider / width
    both = width[1:] + width[:-1]
    turned = wider[:-1] * slope[1:] + wider[1:] * slope[:-1] - y[1:-1] * (wider[1:] + wider[:-1])
    inner = (turned - width[1:] * rate[:-1] - width[:-1] * rate[1:]) / both
    return np.gradient(df, x), np.concatenate((-rate[:1], inner, -rate[-1:]))


BENT_ALONG_KNOTS = all_of(
    real("f", "x"), ranked("f"), rank("x", 1), any_of(rank("f", 1), integer("axis")), given("edge_order", 2)
)


@adjoint(np.gradient, when=BENT_ALONG_KNOTS, exact=True)
def gradient_with_parabolas_at_places(dy: Any, y: Any, f: Any, x: Any, *, axis: Any = None, edge_order: Any = 1) -> Any:
    """Of the slopes at given places: the two next to a place weighted by the width of the other one.

    At the ends, where a parabola goes through three values, the nearer slope is continued by its change.
    """
    width = np.diff(fractional(x))
    slope = np.diff(behind(fractional(f), f, axis)) / width
    found = behind(y, f, axis)
    share = behind(dy, f, axis)
    both = width[1:] + width[:-1]
    inner = share[..., 1:-1] / both
    start = share[..., 0] / both[0]
    end = share[..., -1] / both[-1]
    dslope = np.zeros_like(slope)
    dslope[..., :-1] += inner * width[1:]
    dslope[..., 1:] += inner * width[:-1]
    dslope[..., 0] += share[..., 0] + start * width[0]
    dslope[..., 1] -= start * width[0]
    dslope[..., -1] += share[..., -1] + end * width[-1]
    dslope[..., -2] -= end * width[-1]
    rate = dslope / width
    drows = np.zeros_like(found)
    drows[..., 1:] += rate
    drows[..., :-1] -= rate
    turned = -rate * slope
    turned[..., :-1] += inner * (slope[..., 1:] - found[..., 1:-1])
    turned[..., 1:] += inner * (slope[..., :-1] - found[..., 1:-1])
    turned[..., 0] += start * (2 * slope[..., 0] - slope[..., 1] - found[..., 0])
    turned[..., 1] -= start * (found[..., 0] - slope[..., 0])
    turned[..., -1] += end * (2 * slope[..., -1] - slope[..., -2] - found[..., -1])
    turned[..., -2] -= end * (found[..., -1] - slope[..., -1])
    return from_behind(drows, f, axis), -np.diff(np.pad(turned.reshape(-1, len(width)).sum(axis=0), 1))


@tangent(np.gradient, when=BENT_ALONG_KNOTS)
def gradient_with_parabolas_at_places_dot(
    y: Any, f: Any, x: Any, *, axis: Any = None, edge_order: Any = 1, df: Any, dx: Any
) -> Any:
    """Of the slopes at given places: those of the tangent, less what the places move at its slope."""
    width = np.diff(fractional(x))
    slope = np.diff(behind(fractional(f), f, axis)) / width
    wider = np.diff(dx)
    rate = slope * wider / width
    found = behind(y, f, axis)
    both = width[1:] + width[:-1]
    moved = np.zeros_like(found)
    moved[..., 1:-1] += wider[:-1] * slope[..., 1:] + wider[1:] * slope[..., :-1]
    moved[..., 1:-1] -= found[..., 1:-1] * (wider[1:] + wider[:-1])
    moved[..., 1:-1] -= width[1:] * rate[..., :-1] + width[:-1] * rate[..., 1:]
    moved[..., 0] += wider[0] * (2 * slope[..., 0] - slope[..., 1] - found[..., 0])
    moved[..., 0] -= wider[1] * (found[..., 0] - slope[..., 0]) + both[0] * rate[..., 0]
    moved[..., 0] -= width[0] * (rate[..., 0] - rate[..., 1])
    moved[..., -1] += wider[-1] * (2 * slope[..., -1] - slope[..., -2] - found[..., -1])
    moved[..., -1] -= wider[-2] * (found[..., -1] - slope[..., -1]) + both[-1] * rate[..., -1]
    moved[..., -1] -= width[-1] * (rate[..., -1] - rate[..., -2])
    scaled = moved / np.concatenate((both[:1], both, both[-1:]))
    return np.gradient(df, x, axis=axis, edge_order=2), from_behind(scaled, f, axis)


linear(np.gradient)
