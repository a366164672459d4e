"""Calls that give as many arrays as the program says: an array split, a grid made of vectors, arrays broadcast."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gast
import numpy as np

from s2sgrad.adjoint.fit import by_helper, fit
from s2sgrad.adjoint.product import Product
from s2sgrad.adjoint.sequences import on_lists
from s2sgrad.analysis.facts import Fact, Num, Static
from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.analysis.ir import Op
from s2sgrad.errors import Refusal
from s2sgrad.quote import quote

if TYPE_CHECKING:
    from s2sgrad.adjoint.group import Group

__all__ = ["TAKEN_APART", "Parts"]

Results = list[tuple[Op, Product, bool]]
Parts = list["gast.expr | None"]
"""The adjoint of each result at its full shape, None where it is zero."""
TAKEN_APART: dict[Any, Callable[[Any, Op, Parts, Callable[[int], gast.expr]], Results]] = {}
_AXES = {np.vsplit: 0, np.hsplit: 1, np.dsplit: 2}


def _takes(*functions: Any) -> Callable[[Callable[..., Results]], Callable[..., Results]]:
    def register(handler: Callable[..., Results]) -> Callable[..., Results]:
        TAKEN_APART.update(dict.fromkeys(functions, handler))
        return handler

    return register


@_takes(np.split, np.array_split, *_AXES)
def _split(group: Group, op: Op, parts: Parts, value: Callable[[int], gast.expr]) -> Results:
    """Of the pieces of an array: their adjoints side by side again."""
    bound = group.context.facts.calls[op]
    axis = _axis(group, op, _AXES.get(bound.function), 2)
    text = "{np}.concatenate({x})" if axis == 0 else f"{{np}}.concatenate({{x}}, axis={axis})"
    tree = quote(text, np=group.numpy, x=_display(group, parts, value))
    return [(bound.args[0], Product(factors=(tree,), heavy="part"), False)]


@_takes(*numpy_functions("unstack"))
def _unstack(group: Group, op: Op, parts: Parts, value: Callable[[int], gast.expr]) -> Results:
    """Of the parts of an array along an axis: their adjoints stacked again."""
    axis = _axis(group, op, None, 1)
    text = "{np}.stack({x})" if axis == 0 else f"{{np}}.stack({{x}}, axis={axis})"
    tree = quote(text, np=group.numpy, x=_display(group, parts, value))
    return [(group.context.facts.calls[op].args[0], Product(factors=(tree,), heavy="part"), False)]


@on_lists(np.split, np.array_split, *_AXES, *numpy_functions("unstack"))
def _as_one(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of pieces that are a list and used as one: the array that the list of their adjoints makes."""
    bound = group.context.facts.calls[op]
    again = "stack" if bound.function not in (np.split, np.array_split, *_AXES) else "concatenate"
    axis = _axis(group, op, _AXES.get(bound.function), 1 if again == "stack" else 2)
    text = f"{{np}}.{again}({{x}})" if axis == 0 else f"{{np}}.{again}({{x}}, axis={axis})"
    tree = quote(text, np=group.numpy, x=group.listed(op, incoming))
    return [(bound.args[0], Product(factors=(tree,), heavy="part"), False)]


def _axis(group: Group, op: Op, known: int | None, position: int) -> int:
    bound = group.context.facts.calls[op]
    fact = group.context.facts.of[bound.args[0]]
    rank = fact.rank if isinstance(fact, Num) else None
    if known is not None:
        return 0 if known == 1 and rank == 1 else known
    passed = dict(bound.keywords).get("axis") or (bound.args[position] if len(bound.args) > position else None)
    if passed is None:
        return 0
    given = group.context.facts.of[passed]
    if not isinstance(given, Num) or not isinstance(given.value, int) or not rank:
        raise Refusal("the axis must be known", "write it as a number", op.node)
    return given.value % rank


def _display(group: Group, parts: Parts, value: Callable[[int], gast.expr]) -> gast.expr:
    display = quote("()")
    display.elts = [
        quote("{np}.zeros_like({x})", np=group.numpy, x=value(i)) if part is None else part
        for i, part in enumerate(parts)
    ]
    return display


@_takes(np.broadcast_arrays)
def _broadcast(group: Group, op: Op, parts: Parts, value: Callable[[int], gast.expr]) -> Results:
    """Of arrays broadcast against each other: what was stretched is summed."""
    bound = group.context.facts.calls[op]
    for operand in bound.args:
        if group.active(operand) and not isinstance(group.context.facts.of[operand], Num):
            raise Refusal("a list is broadcast here, which has no derivative rule", "make an array of it", operand.node)
    return [
        (operand, _unstretched(group, Product(factors=(part,)), operand, op), False)
        for operand, part in zip(bound.args, parts, strict=True)
        if part is not None and group.active(operand)
    ]


def _unstretched(group: Group, part: Product, operand: Op, op: Op) -> Product:
    """The adjoint of what may be a number on one path and an array on another is summed as its value says."""
    fact = group.context.facts.of[operand]
    known = isinstance(fact, Num) and fact.shape is not None
    return fit(group, part, operand, op, elementwise=False) if known else by_helper(group, part, operand, op, False)


@_takes(np.meshgrid)
def _meshgrid(group: Group, op: Op, parts: Parts, value: Callable[[int], gast.expr]) -> Results:
    """Of the coordinates of a grid: the sum over the other axes."""
    bound = group.context.facts.calls[op]
    if set(dict(bound.keywords)) - {"indexing"}:
        raise Refusal("`sparse=` and `copy=` of `meshgrid` have no derivative rule", "leave them out", op.node)
    facts = [group.context.facts.of[a] for a in bound.args]
    if not all(isinstance(f, Num) and f.rank == 1 for f in facts):
        raise Refusal("a grid of other than vectors has no derivative rule", "make vectors of them", op.node)
    swapped = len(facts) > 1 and not _is_ij(group, bound)
    found: Results = []
    for k, (operand, part) in enumerate(zip(bound.args, parts, strict=True)):
        if part is not None and group.active(operand):
            own = 1 - k if swapped and k < 2 else k
            others = [i for i in range(len(facts)) if i != own]
            axis = others[0] if len(others) == 1 else tuple(others)
            tree = quote(f"{{d}}.sum(axis={axis})", d=part) if others else part
            found.append((operand, Product(factors=(tree,), heavy="part"), False))
    return found


def _is_ij(group: Group, bound: Any) -> bool:
    passed = dict(bound.keywords).get("indexing")
    fact: Fact = group.context.facts.of[passed] if passed is not None else Static("xy")
    return isinstance(fact, Static) and fact.value == "ij"
