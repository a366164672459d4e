"""An array made of a list, taken apart again: the adjoint of the array as a list, one item for each that went in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gast
import numpy as np

from s2sgrad.adjoint.product import Product
from s2sgrad.analysis.facts import Fact, Num, Seq
from s2sgrad.analysis.ir import Op
from s2sgrad.errors import Refusal
from s2sgrad.quote import quote

if TYPE_CHECKING:
    from s2sgrad.adjoint.group import Group

__all__ = ["unstacked"]


def unstacked(group: Group, op: Op, parts: Op, source: gast.expr, axis: int) -> Product:
    """The adjoint of the list ``parts`` that was stacked or joined, from that of the array."""
    function, fact = group.context.facts.calls[op].function, group.context.facts.of[parts]
    if not isinstance(fact, Seq) or fact.kind not in ("list", "tuple"):
        raise Refusal("the arrays put together here are not listed one by one", "write them as a list: [a, b]", op.node)
    if function in (np.array, np.asarray, np.asanyarray):
        return Product(factors=(_nested(fact, source, op),))
    if isinstance(fact.element, Seq):
        raise Refusal("lists of lists are not differentiated here", "write `np.array(...)`", op.node)
    rank = fact.element.rank if isinstance(fact.element, Num) else None
    if function is np.stack:
        return Product(factors=(_rows(group, source, axis),))
    if rank is None:
        raise Refusal("the rank of these arrays is not known", "give each the same rank", op.node)
    if within := _WITHIN.get((function, rank)):
        return Product(factors=(quote(within, d=source),))
    place, new = _along(function, rank, axis)
    if new:
        return Product(factors=(_rows(group, source, place),))
    return Product(factors=(_segments(group, source, place, group.value(parts)),))


def _along(function: Any, rank: int, axis: int) -> tuple[int, bool]:
    """The axis along which arrays of a rank are put together, and whether it is a new one."""
    if function is np.vstack:
        return 0, rank <= 1
    if function is np.column_stack:
        return 1, rank <= 1
    if function is np.hstack:
        return int(rank > 1), rank == 0
    if function is np.dstack:
        return 2, rank == 2
    return axis, False


_WITHIN = {
    (np.vstack, 0): "list({d}[:, 0])",
    (np.column_stack, 0): "list({d}[0])",
    (np.dstack, 0): "list({d}[0, 0])",
    (np.dstack, 1): "list({d}[0].T)",
}
"""The adjoint of a list of numbers, or of vectors, that get more axes than one."""


def _nested(fact: Fact, source: gast.expr, op: Op, depth: int = 0) -> gast.expr:
    """``list(d)``, or lists of lists for a list of lists."""
    assert isinstance(fact, Seq)
    inner = fact.element
    if isinstance(inner, Seq):
        row = ("row", "part", "piece")[min(depth, 2)]
        return quote(f"[{{e}} for {row} in {{d}}]", d=source, e=_nested(inner, quote(row), op, depth + 1))
    if not isinstance(inner, Num):
        raise Refusal("what this list holds is not known", "put numbers or arrays into it", op.node)
    return quote("list({d})", d=source)


def _rows(group: Group, source: gast.expr, axis: int) -> gast.expr:
    if axis == 0:
        return quote("list({d})", d=source)
    return quote(f"list({{np}}.moveaxis({{d}}, {axis}, 0))", np=group.numpy, d=source)


def _segments(group: Group, source: gast.expr, axis: int, parts: gast.expr) -> gast.expr:
    length = "len(item)" if axis == 0 else f"item.shape[{axis}]"
    ends = quote(f"{{np}}.cumsum([{length} for item in {{x}}])[:-1]", np=group.numpy, x=parts)
    axes = f", axis={axis}" if axis else ""
    return quote(f"{{np}}.split({{d}}, {{e}}{axes})", np=group.numpy, d=source, e=ends)
