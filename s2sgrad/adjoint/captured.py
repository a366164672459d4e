"""The complete adjoint of a local variable that the user asked for, kept where its value was assigned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gast

from s2sgrad.adjoint.accumulate import State, place_expression
from s2sgrad.adjoint.group import Group
from s2sgrad.adjoint.lists import zeros
from s2sgrad.analysis.facts import Fact, Num, Seq, is_active_kind
from s2sgrad.analysis.ir import Assign, NameTarget
from s2sgrad.analysis.places import slots
from s2sgrad.errors import Refusal
from s2sgrad.quote import quote, statements
from s2sgrad.request import Path

if TYPE_CHECKING:
    from s2sgrad.adjoint.sweep import Sweep

__all__ = ["captured_adjoints"]


def captured_adjoints(sweep: Sweep, statement: Assign, names: list[NameTarget], state: State) -> list[gast.stmt]:
    """A line for each target that was asked for. Raises Refusal where the value is an object."""
    lines: list[gast.stmt] = []
    for target in names:
        kept, fact = sweep.captured.get(target.name), sweep.context.facts.of[target.value]
        if kept is not None:
            tree = _adjoint(Group(sweep.context, statement), (target.name,), fact, state)
            lines += statements(f"{kept}.append({{e}})", e=tree)
    return lines


def _adjoint(group: Group, place: Path, fact: Fact, state: State) -> gast.expr:
    """The adjoint of a place in the structure of its value."""
    value = place_expression(place, group.context.facts.after[group.statement].facts)
    if place in state.literal:
        tree = group.tree(state.literal[place])
        spread = isinstance(fact, Num) and fact.shape != ()
        return group.spread(tree, group.context.fact(tree, group.statement), value) if spread else tree
    if place in state.live:
        return quote(group.context.adjoint(place))
    below = slots(fact)
    if below is None:
        return zeros(fact, value, group.numpy)
    parts = [_adjoint(group, (*place, k), f, state) if is_active_kind(f) else quote("None") for k, f in below]
    if isinstance(fact, Seq):
        display = quote("()" if fact.kind == "tuple" else "[]")
        display.elts = parts
        return display
    if getattr(fact, "kind", "") != "dict":
        reason = f"`{place[0]}` holds an object, whose gradient has no form here"
        raise Refusal(reason, "ask for a variable that holds one of its arrays", group.statement.node)
    items = quote("{}")
    items.keys, items.values = [quote(repr(key)) for key, _ in below], parts
    return items
