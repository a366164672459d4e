"""Pass the adjoint of a loop's target on to a tuple or list whose items have an adjoint each: a branch per item."""

from __future__ import annotations

from typing import Any

import gast

from s2sgrad.adjoint.accumulate import State, settle
from s2sgrad.adjoint.context import Context
from s2sgrad.adjoint.finish import finish
from s2sgrad.adjoint.group import Group
from s2sgrad.adjoint.iterate import Iteration
from s2sgrad.adjoint.product import Product
from s2sgrad.analysis.facts import Seq
from s2sgrad.analysis.ir import For, Op
from s2sgrad.analysis.iterated import item_path, unsliced
from s2sgrad.analysis.places import place_of
from s2sgrad.errors import Refusal
from s2sgrad.quote import quote, statements
from s2sgrad.request import Path

__all__ = ["item_places", "pulled_to_items"]


def item_places(statement: For, iteration: Iteration, op: Op, leaf: Path, context: Context) -> list[Path] | None:
    """The place that each iteration takes ``op`` from; None where the sequence is a place as a whole."""
    path = item_path(op, statement.item)
    if path is None:
        return None
    cut = next((n for n in range(len(path) + 1) if iteration.part(path[:n]) is not None), None)
    part = None if cut is None else iteration.part(path[:cut])
    fact = None if part is None else context.facts.of[part]
    if part is None or not isinstance(fact, Seq) or fact.items is None:
        return None
    whole, first = unsliced(part, context.facts)
    start = place_of(whole, context.facts)
    if start is None:
        return None
    return [(*start, first + n, *path[cut:], *leaf) for n in range(len(fact.items))]


def pulled_to_items(
    statement: For, context: Context, state: State, places: list[Path], product: Product, index: str
) -> list[gast.stmt]:
    """The lines that add ``product`` to the adjoint of the item of this iteration."""
    if not set(places) <= state.live:
        raise Refusal("the items of this are not known one by one", "use a list of arrays of one shape", statement.node)
    out: list[Any] = []
    for n, place in enumerate(places):
        group = Group(context, statement)
        group.contribute(place, product, statement.item.number)
        lines = finish(group, settle(group, state, set()))
        branch = statements(f"if {{k}} == {n}:\n    pass", k=quote(index))[0]
        branch.body = lines
        if out:
            innermost = out[0]
            while innermost.orelse:
                innermost = innermost.orelse[0]
            innermost.orelse = [branch]
        else:
            out.append(branch)
    return out
