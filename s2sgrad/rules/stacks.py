"""Words of the rule language for stacks of matrices: what belongs to a column, a row or a whole matrix of each.

>>> from s2sgrad.analysis.facts import Dim, array
>>> from s2sgrad.quote import unquote
>>> from s2sgrad.rules.macros import EXPANDERS
>>> w = array(float, (Dim.of(3),))
>>> [unquote(EXPANDERS[word]([quote("w")], [w])) for word in (row, column)]
['w', 'w[:, None]']
"""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.quote import quote
from s2sgrad.rules.macros import expands

__all__ = ["alike", "column", "each", "over_gaps", "row", "skew_over"]


def row(d: Any) -> Any:
    """Numbers, one for each column of a matrix or of each matrix of a stack."""
    return d[..., None, :]


def column(d: Any) -> Any:
    """Numbers, one for each row of a matrix or of each matrix of a stack."""
    return d[..., None]


def each(d: Any) -> Any:
    """One number for each matrix of a stack, or for the only one."""
    return np.expand_dims(d, (-2, -1))


def skew_over(inner: Any, gaps: Any, *more: Any) -> Any:
    """The skew part of matrices over gaps: where a gap is NaN, 0 if so are both elements, and NaN if they are not.

    Where ``more`` adjoints are read, it is NaN wherever a gap is. A function that reads the values besides the
    vectors may be one of the matrix, ``v * f(w) @ v.T``: where f is 0, it does not hang on the vectors, and what it
    does hang on between two of them cannot be told from what it does along each.
    """
    other = np.swapaxes(inner, -1, -2)
    if more:
        return (inner - other) / (2 * gaps)
    return (inner - other) / np.where(np.isnan(gaps) & (inner == 0) & (other == 0), 1, 2 * gaps)


def over_gaps(inner: Any, gaps: Any, *more: Any) -> Any:
    """Matrices, but for their diagonals, over gaps: NaN, 0 and ``more`` as in `skew_over`."""
    other = np.swapaxes(inner, -1, -2)
    still = np.eye(gaps.shape[-1], dtype=bool)
    if not more:
        still = still | np.isnan(gaps) & (inner == 0) & (other == 0)
    return inner / np.where(still, np.inf, gaps)


def alike(d: Any, w: Any) -> Any:
    """The adjoints of eigenvalues, but NaN where equal ones have different adjoints."""
    differ = (row(w) == column(w)) & (row(d) != column(d))
    return np.where(differ.any(axis=-1), np.nan, d)


def _rank(fact: Fact) -> int | None:
    return fact.rank if isinstance(fact, Num) else None


@expands(row)
def _row(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    return args[0] if _rank(facts[0]) == 1 else quote("{d}[..., None, :]", d=args[0])


@expands(column)
def _column(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    return quote("{d}[:, None]" if _rank(facts[0]) == 1 else "{d}[..., None]", d=args[0])


@expands(each)
def _each(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    if _rank(facts[0]) == 0:
        return args[0]
    plain = _rank(facts[0]) is not None and isinstance(args[0], gast.Name)
    return quote("{d}[..., None, None]" if plain else "np.expand_dims({d}, (-2, -1))", d=args[0])


@expands(over_gaps)
def _over_gaps(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    inner, gaps, *more = args
    diagonal = quote("np.eye({g}.shape[-1], dtype=bool)", g=gaps)
    if more:
        return quote("{a} / np.where({d}, np.inf, {g})", a=inner, d=diagonal, g=gaps)
    other = quote("{a}.T" if _rank(facts[1]) == 2 else "np.swapaxes({a}, -1, -2)", a=inner)
    still = quote("np.isnan({g}) & ({a} == 0) & ({b} == 0)", g=gaps, a=inner, b=other)
    return quote("{a} / np.where({still} | {d}, np.inf, {g})", a=inner, still=still, d=diagonal, g=gaps)


@expands(alike)
def _alike(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    rows = [_row([arg], [fact]) for arg, fact in zip(args, facts, strict=True)]
    columns = [_column([arg], [fact]) for arg, fact in zip(args, facts, strict=True)]
    differ = quote("({w} == {v}) & ({d} != {e})", w=rows[1], v=columns[1], d=rows[0], e=columns[0])
    return quote("np.where(({differ}).any(axis=-1), np.nan, {d})", differ=differ, d=args[0])


@expands(skew_over)
def _skew_over(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    inner, gaps, *more = args
    other = quote("{a}.T" if _rank(facts[1]) == 2 else "np.swapaxes({a}, -1, -2)", a=inner)
    if more:
        return quote("({a} - {b}) / (2 * {g})", a=inner, b=other, g=gaps)
    still = quote("np.isnan({g}) & ({a} == 0) & ({b} == 0)", g=gaps, a=inner, b=other)
    return quote("({a} - {b}) / np.where({still}, 1, 2 * {g})", a=inner, b=other, still=still, g=gaps)
