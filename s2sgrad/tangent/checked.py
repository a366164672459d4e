"""The checked build of forward mode: assertions around each assignment.

Behind it, that every tangent has the shape of its value; ahead of one that changes an array in place, that its tangent
shares memory with no other tangent unless the values do; and where one is returned, that it shares none with what the
caller passed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import gast

from s2sgrad.adjoint.accumulate import place_expression
from s2sgrad.analysis.facts import Num
from s2sgrad.analysis.ir import Assign, StoreTarget
from s2sgrad.quote import quote, unquote
from s2sgrad.request import Path

if TYPE_CHECKING:
    from s2sgrad.tangent.context import TangentContext

__all__ = ["CHECKS", "checked_result", "with_checks"]

CHECKS = "s2sgrad_record"
"""What the record of one run is called in the generated text."""


def with_checks(context: TangentContext, statement: Assign, lines: list[gast.stmt]) -> list[gast.stmt]:
    """The lines of an assignment with those that check it."""
    if not lines:
        return lines
    return [*_ahead(context, statement), *lines, *_behind(context, statement)]


def checked_result(tree: gast.expr) -> gast.expr:
    """The tangent that is returned, in memory that is not the caller's."""
    return quote(f"{CHECKS}.along({{t}})", t=tree)


def _behind(context: TangentContext, statement: Assign) -> list[gast.stmt]:
    names = {target.name for target in statement.targets}
    active = context.activity.after[statement]
    facts = context.facts.after[statement].facts
    return [
        line
        for place in context.places
        if place in active and place[0] in names
        for line in _check("tangent", repr(context.tangent(place)), context.tangent(place), _value(place, facts))
    ]


def _ahead(context: TangentContext, statement: Assign) -> list[gast.stmt]:
    """Ahead of a store and of ``x += e`` on an array: what the statement itself reads, it has read by then."""
    before, bound = context.facts.before[statement].facts, context.facts.before[statement].bound
    active = [p for p in context.places if p in context.activity.before[statement] and p[0] in bound]
    stores = [t for t in statement.targets if isinstance(t, StoreTarget) and isinstance(before.get(t.name), Num)]
    changed = [(t.name,) for t in stores if (t.name,) in active]
    later = [p for p in active if p in context.activity.after[statement]]
    lines: list[gast.stmt] = []
    for place in changed:
        others = ", ".join(
            f"{context.tangent(p)!r}: ({context.tangent(p)}, {_value(p, before)})" for p in later if p != place
        )
        name = context.tangent(place)
        lines += _check("mirrored", repr(name), name, _value(place, before), "{" + others + "}")
    return lines


def _value(place: Path, facts: dict) -> str:  # type: ignore[type-arg]
    return unquote(place_expression(place, facts)).strip()


def _check(method: str, *arguments: str) -> list[gast.stmt]:
    return list(gast.parse(f"{CHECKS}.{method}({', '.join(arguments)})").body)
