"""Of arrays from which the elements of a result are chosen: ``np.choose``, by number, ``np.select``, by condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gast
import numpy as np

from s2sgrad.adjoint.fit import fit
from s2sgrad.adjoint.product import Product
from s2sgrad.adjoint.structural import Results, single, structural
from s2sgrad.analysis.facts import Num
from s2sgrad.analysis.interpret import Bound
from s2sgrad.analysis.ir import Op
from s2sgrad.errors import Refusal
from s2sgrad.quote import quote

if TYPE_CHECKING:
    from s2sgrad.adjoint.group import Group

__all__ = ["listed", "selection"]


def listed(op: Op, display: Op) -> tuple[Op, ...]:
    """The items of a list that is written out in a call. Raises Refusal for any other list."""
    if display.form not in ("list", "tuple"):
        raise Refusal("it is not known which arrays these are", "write the list out in the call", op.node)
    return display.args


@structural(np.choose)
def _choose(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of ``np.choose(k, [a, b])``: the incoming adjoint where ``k`` is the number of the array, 0 elsewhere."""
    bound = group.context.facts.calls[op]
    number, choices = bound.args[0], listed(op, bound.args[1])
    passed = dict(bound.keywords)
    mode = passed.pop("mode", None)
    if passed or len(bound.args) != 2:
        raise Refusal("a keyword of `choose` has no derivative rule", "leave it out", op.node)
    k, dy = group.value(number), single(group, op, incoming)
    if not isinstance(group.context.facts.of[number], Num):
        k = quote("{np}.asarray({k})", np=group.numpy, k=k)
    results: Results = []
    for i, choice in enumerate(choices):
        if group.active(choice):
            tree = quote(f"{{np}}.where({{k}} == {i}, {{dy}}, 0)", np=group.numpy, k=k, dy=dy)
            if mode is not None:
                parts = quote("[]")
                parts.elts = [dy if j == i else quote("0") for j in range(len(choices))]
                tree = quote("{np}.choose({k}, {c}, mode={m})", np=group.numpy, k=k, c=parts, m=group.value(mode))
            results.append((choice, fit(group, Product(factors=(tree,)), choice, op, elementwise=True), True))
    return results


def selection(op: Op, bound: Bound) -> tuple[tuple[Op, ...], tuple[Op, ...], Op | None]:
    """The conditions, the choices and the default of a call of ``np.select``."""
    passed = dict(bound.keywords)
    default = passed.pop("default", bound.args[2] if len(bound.args) > 2 else None)
    if passed or len(bound.args) < 2:
        raise Refusal("lists of `select` that are passed by keyword have no derivative rule", "leave it out", op.node)
    return listed(op, bound.args[0]), listed(op, bound.args[1]), default


@structural(np.select)
def _select(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of ``np.select([p, q], [a, b], c)``: the incoming adjoint where the condition is the first that holds."""
    conditions, choices, default = selection(op, group.context.facts.calls[op])
    held, dy = [group.value(c) for c in conditions], single(group, op, incoming)
    parts = [*enumerate(choices), *([(len(choices), default)] if default is not None else [])]
    results: Results = []
    for i, choice in parts:
        if group.active(choice):
            product = Product(factors=(_selected(group, held, i, dy),))
            results.append((choice, fit(group, product, choice, op, elementwise=True), True))
    return results


def _selected(group: Group, conditions: list[gast.expr], i: int, dy: gast.expr) -> gast.expr:
    """``dy`` where condition ``i`` is the first that holds, or none does; 0 elsewhere."""
    if i == 0:
        return quote("{np}.where({c}, {dy}, 0)", np=group.numpy, c=conditions[0], dy=dy)
    tests, parts = quote("[]"), quote("[]")
    tests.elts, parts.elts = conditions[: i + 1], [quote("0") for _ in range(i)]
    if i == len(conditions):
        return quote("{np}.select({p}, {c}, {dy})", np=group.numpy, p=tests, c=parts, dy=dy)
    parts.elts.append(dy)
    return quote("{np}.select({p}, {c})", np=group.numpy, p=tests, c=parts)
