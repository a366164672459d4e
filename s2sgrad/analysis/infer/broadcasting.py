"""Lengths: what broadcasting, adding, multiplying and sharing make of symbolic dimensions.

>>> from s2sgrad.analysis.facts import Dim, Symbol
>>> n, m = Dim(Symbol("n", not_one=True)), Dim(Symbol("m"))
>>> broadcast([(n, Dim.of(1)), (m,)], lambda hint, not_one=False: Dim(Symbol(hint, not_one)))
(n, m)
>>> broadcast_axes((m,), (n, m)), broadcast_axes((m,), (n,)), broadcast_axes((n,), (n,))
(('sum', 'same'), ('maybe',), ('same',))
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence

from s2sgrad.analysis.facts import Dim

__all__ = [
    "Fresh",
    "Shape",
    "broadcast",
    "broadcast_axes",
    "exactly_at_least",
    "is_unstretched",
    "minimum",
    "plus",
    "product",
    "same_dim",
    "total",
]

Fresh = Callable[..., Dim]
Shape = tuple[Dim, ...] | None
ONE = Dim.of(1)


def broadcast(shapes: Sequence[Shape], fresh: Fresh) -> Shape:
    """The shape that operands of these shapes broadcast to; None where a rank is unknown."""
    if None in shapes:
        return None
    known = [shape for shape in shapes if shape]  # those without axes change nothing
    if len(known) == 1:
        return known[0]
    rank = max(map(len, known), default=0)
    padded = [(ONE,) * (rank - len(shape)) + shape for shape in known]
    return tuple(functools.reduce(lambda a, b: _broadcast_dim(a, b, fresh), dims) for dims in zip(*padded, strict=True))


def _broadcast_dim(a: Dim, b: Dim, fresh: Fresh) -> Dim:
    if a.equals(b) or b.is_one:
        return a
    if a.is_one:
        return b
    if a.not_one and b.not_one:
        return same_dim(a, b)
    if a.not_one or b.not_one:
        return a if a.not_one else b
    return fresh("broadcast")


def is_unstretched(one: Shape, other: Shape) -> bool:
    """True where operands of these shapes, of as many axes each, have the same shape if they broadcast at all."""
    if one is None or other is None or len(one) != len(other):
        return False
    return all(n.equals(m) or (n.not_one and m.not_one) for n, m in zip(one, other, strict=True))


def broadcast_axes(operand: Shape, result: Shape) -> tuple[str, ...] | None:
    """For each axis of ``result``: must the adjoint of an operand of shape ``operand`` be summed over it?

    ``same``: no. ``sum``: yes, and always rightly (the operand lacks the axis or has length 1 there). ``maybe``:
    only if the operand turns out to have length 1. None where a rank is unknown.
    """
    if operand is None or result is None:
        return None
    missing = len(result) - len(operand)
    return ("sum",) * missing + tuple(map(_axis, operand, result[missing:]))


def _axis(operand: Dim, result: Dim) -> str:
    if result.is_one or operand.not_one or operand.equals(result):
        return "same"
    return "sum" if operand.is_one else "maybe"


def same_dim(*dims: Dim) -> Dim:
    """The one that tells most of lengths which are equal because the program did not raise."""
    return min(dims, key=lambda dim: (dim.symbol is not None, dim.anonymous, not dim.not_one))


def plus(dim: Dim, k: int) -> Dim | None:
    """The length ``dim + k``; None where it has no name.

    ``max(0, s + offset) + k`` is ``max(0, s + offset + k)`` only if ``s + offset`` cannot be negative, which is
    certain of the length of an argument's axis (the only symbols that are ``not_one``).
    """
    if k == 0:
        return dim
    if dim.symbol is None:
        return Dim.of(max(0, dim.offset + k))
    if k < 0:
        return None if dim.anonymous else dim.minus(-k)
    return Dim(dim.symbol, dim.offset + k) if exactly_at_least(dim, 0) else None


def exactly_at_least(dim: Dim, least: int) -> bool:
    """True where ``symbol + offset`` itself, not only its positive part, is proven to be ``least`` or more."""
    if dim.symbol is None:
        return dim.offset >= least
    return dim.symbol.not_one and not dim.anonymous and dim.offset >= least


def total(dims: Iterable[Dim], fresh: Fresh) -> Dim:
    """The sum of lengths."""
    terms = list(dims)
    symbolic = [dim for dim in terms if dim.constant is None]
    constant = sum(dim.constant or 0 for dim in terms)
    if not symbolic:
        return Dim.of(constant)
    if len(symbolic) == 1 and (found := plus(symbolic[0], constant)) is not None:
        return found
    return fresh("total", not_one=constant >= 2)


def product(dims: Iterable[Dim], fresh: Fresh) -> Dim:
    """The product of lengths; it is 1 only if all of them are."""
    factors = [dim for dim in dims if not dim.is_one]
    symbolic = [dim for dim in factors if dim.constant is None]
    constant = functools.reduce(lambda n, dim: n * (dim.constant or 0), (d for d in factors if d.symbol is None), 1)
    if not symbolic or constant == 0:
        return Dim.of(constant)
    if len(factors) == 1 and not factors[0].anonymous:
        return factors[0]
    return fresh("product", not_one=any(dim.not_one for dim in factors))


def minimum(a: Dim, b: Dim, fresh: Fresh) -> Dim:
    """The smaller of two lengths."""
    if a.equals(b):
        return a
    if a.constant is not None and b.constant is not None:
        return Dim.of(min(a.constant, b.constant))
    return fresh("minimum", not_one=a.not_one and b.not_one)
