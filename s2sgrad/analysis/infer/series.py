"""Series and samples: convolutions, interpolation, histograms, slopes, covariances, polynomials."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, Num, Seq, array
from s2sgrad.analysis.infer.arraylike import FLOAT, number, promote
from s2sgrad.analysis.infer.broadcasting import Fresh, Shape, total
from s2sgrad.analysis.infer.instances import join_all
from s2sgrad.analysis.infer.promotion import outcome
from s2sgrad.analysis.infer.table import (
    FALSE,
    NONE,
    ONE,
    TRUE,
    ZERO,
    Unknown,
    axes,
    infers,
    integer,
    is_none,
    truth,
)

__all__ = ["SLOPES_ARE_A_TUPLE"]


def _inexact(*facts: Num) -> np.dtype[Any] | None:
    """The dtype of quotients of numbers of these dtypes."""
    found = promote(fact.dtype for fact in facts)
    return FLOAT if found is not None and found.kind in "biu" else found


def _strong(*facts: Num) -> np.dtype[Any] | None:
    """As ``_inexact``, None where a scalar's weakness may decide."""
    known = _inexact(*facts)
    return known if known in (FLOAT, np.dtype(complex)) or all(fact.rank for fact in facts) else None


@infers(np.convolve)
def _convolve(fresh: Fresh, a: Fact, v: Fact, mode: Fact = NONE) -> Fact:
    x, y = number(a, fresh), number(v, fresh)
    return array(promote([x.dtype, y.dtype]), (fresh("convolve"),))


@infers(np.correlate)
def _correlate(fresh: Fresh, a: Fact, v: Fact, mode: Fact = NONE) -> Fact:
    return _convolve(fresh, a, v)


@infers(np.gradient)
def _gradient(fresh: Fresh, f: Fact, *varargs: Fact, axis: Fact = NONE, edge_order: Fact = ONE) -> Fact:
    x = number(f, fresh)
    if x.rank is None or x.shape is None:
        raise Unknown
    places = axes(axis, x.rank)
    if places is None:
        raise Unknown
    part = array(x.dtype if x.dtype in (FLOAT, np.dtype(complex)) else None, x.shape)
    if len(places) == 1:
        return part
    return Seq("tuple" if SLOPES_ARE_A_TUPLE else "list", (part,) * len(places), part, Dim.of(len(places)))


SLOPES_ARE_A_TUPLE = isinstance(np.gradient(np.zeros((2, 2))), tuple)


@infers(np.bincount)
def _bincount(fresh: Fresh, x: Fact, weights: Fact = NONE, minlength: Fact = ZERO) -> Fact:
    return array(np.intp if is_none(weights) else FLOAT, (fresh("bincount"),))


@infers(np.histogram)
def _histogram(
    fresh: Fresh, a: Fact, bins: Fact = NONE, range: Fact = NONE, density: Fact = NONE, weights: Fact = NONE
) -> Fact:
    length = fresh("bins")
    plain = is_none(weights) and is_none(density)
    counts = np.dtype(int) if plain else FLOAT if is_none(weights) else number(weights, fresh).dtype
    items = (array(counts, (length,)), array(None, (fresh("edges"),)))
    return Seq("tuple", items, join_all(items), Dim.of(2))


# ---- covariances ----


@infers(np.cov)
def _cov(fresh: Fresh, m: Fact, y: Fact = NONE, rowvar: Fact = TRUE, bias: Fact = FALSE, ddof: Fact = NONE) -> Fact:
    x = number(m, fresh)
    if is_none(y) and x.rank == 2 and x.shape and x.shape[0].constant == 1 and truth(rowvar) is not True:
        raise Unknown  # NumPy before 2.3 takes one row for a variable all the same
    return _covariances(fresh, x, y, rowvar)


@infers(np.corrcoef)
def _corrcoef(fresh: Fresh, x: Fact, y: Fact = NONE, rowvar: Fact = TRUE) -> Fact:
    return _covariances(fresh, number(x, fresh), y, rowvar)


def _covariances(fresh: Fresh, x: Num, y: Fact, rowvar: Fact) -> Fact:
    """A number of one variable: it is not known which of a number and a matrix where the variables are not counted."""
    if x.rank not in (1, 2) or x.shape is None:
        raise Unknown
    dtype = FLOAT if x.dtype == FLOAT else None
    if is_none(y) and x.rank == 1:
        return array(dtype, ())
    if is_none(y) and not all(x.shape[k].not_one for k in _variables(rowvar)):
        return Num(dtype, "any", None)
    side = Dim.of(2) if x.rank == 1 else fresh("variables")
    return array(dtype, (side, side))


def _variables(rowvar: Fact) -> tuple[int, ...]:
    """The axes along which the variables may lie."""
    rows = truth(rowvar)
    return (0, 1) if rows is None else (0,) if rows else (1,)


@infers(np.histogram2d)
def _histogram2d(
    fresh: Fresh,
    x: Fact,
    y: Fact,
    bins: Fact = NONE,
    range: Fact = NONE,
    density: Fact = NONE,
    weights: Fact = NONE,
) -> Fact:
    rows, columns = fresh("rows"), fresh("columns")
    items = (array(FLOAT, (rows, columns)), array(None, (fresh("edges"),)), array(None, (fresh("edges"),)))
    return Seq("tuple", items, join_all(items), Dim.of(3))


# ---- polynomials ----


@infers(np.polyval)
def _polyval(fresh: Fresh, p: Fact, x: Fact) -> Fact:
    coefficients, at = number(p, fresh), number(x, fresh)
    return Num(_strong(coefficients, at), "array" if at.rank else "any", at.shape)


def _of_two(function: Any) -> None:
    @infers(function)
    def infer(fresh: Fresh, a1: Fact, a2: Fact) -> Fact:
        a, b = number(a1, fresh), number(a2, fresh)
        return array(promote([a.dtype, b.dtype]), (fresh("coefficients"),))


for _function in (np.polyadd, np.polysub, np.polymul):
    _of_two(_function)


@infers(np.roots)
def _roots(fresh: Fresh, p: Fact) -> Fact:
    x = number(p, fresh)
    if x.rank != 1 or x.kind not in "fc" or x.dtype is None:
        raise Unknown
    return replace(array(x.dtype, (fresh("zeros"),)), maybe_complex=x.kind == "f" or x.maybe_complex)


@infers(np.polydiv)
def _polydiv(fresh: Fresh, u: Fact, v: Fact) -> Fact:
    a, b = number(u, fresh), number(v, fresh)
    dtype = promote([FLOAT if f.kind in "biu" else f.dtype for f in (a, b)])
    items = (array(dtype, (fresh("quotient"),)), array(dtype, (fresh("rest"),)))
    return Seq("tuple", items, join_all(items), Dim.of(2))


@infers(np.poly)
def _poly(fresh: Fresh, seq_of_zeros: Fact) -> Fact:
    x = number(seq_of_zeros, fresh)
    if x.kind not in "fc" or x.rank != 1 or x.dtype is None:
        raise Unknown  # of a matrix it is that of its eigenvalues
    length = total([_shape_of_vector(x)[0], Dim.of(1)], fresh)  # type: ignore[index]
    # Zeros that come in conjugate pairs give a real polynomial.
    return replace(array(np.empty(0, x.dtype).real.dtype, (length,)), maybe_complex=x.kind == "c" or x.maybe_complex)


def _shape_of_vector(p: Num) -> Shape:
    if p.rank != 1:
        raise Unknown
    return p.shape


@infers(np.polyder)
def _polyder(fresh: Fresh, p: Fact, m: Fact = ONE) -> Fact:
    x, times = number(p, fresh), integer(m)
    shape = _shape_of_vector(x)
    known = shape is not None and times is not None
    dtype = x.dtype if x.dtype == FLOAT or x.kind not in "f" or times == 0 else None  # is multiplied by integers
    return array(dtype, (shape[0].minus(times) if known and shape and times is not None else fresh("polyder"),))


@infers(np.polyint)
def _polyint(fresh: Fresh, p: Fact, m: Fact = ONE, k: Fact = NONE) -> Fact:
    x, times = number(p, fresh), integer(m)
    shape = _shape_of_vector(x)
    dtype = None if x.kind == "f" and x.dtype != FLOAT and times != 0 else _inexact(x)  # is divided by integers
    if shape is None or times is None:
        return array(dtype, (fresh("polyint"),))
    return array(dtype, (total([shape[0], Dim.of(times)], fresh),))


@infers(np.polyfit)
def _polyfit(fresh: Fresh, x: Fact, y: Fact, deg: Fact) -> Fact:
    places, values, degree = number(x, fresh), number(y, fresh), integer(deg)
    if values.shape is None or degree is None:
        raise Unknown
    double = all(a.dtype == FLOAT for a in (places, values))
    return array(FLOAT if double else None, (Dim.of(degree + 1), *values.shape[1:]))


@infers(np.vander)
def _vander(fresh: Fresh, x: Fact, N: Fact = NONE, increasing: Fact = FALSE) -> Fact:
    a = number(x, fresh)
    if a.rank != 1 or a.shape is None:
        raise Unknown
    columns = None if is_none(N) else integer(N)
    side = a.shape[0] if is_none(N) else fresh("columns") if columns is None else Dim.of(columns)
    return array(outcome(np.vander, [a])[0], (a.shape[0], side))
