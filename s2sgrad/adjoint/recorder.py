"""Lines that note how large values and adjoints are, printed among the others where a report is asked for.

A value is noted behind the statement that gives it, its adjoint in front of the lines of that statement in the backward
part: there it is complete. What runs on both sides meets again in opposite orders.
"""

from __future__ import annotations

from collections.abc import Iterable

import gast

from s2sgrad.adjoint.accumulate import State, place_expression
from s2sgrad.adjoint.context import Context
from s2sgrad.adjoint.group import Group
from s2sgrad.adjoint.product import Product
from s2sgrad.analysis.facts import Fact, Num, is_active_kind
from s2sgrad.analysis.ir import Assign, Return, Statement, own_ops
from s2sgrad.analysis.places import slot_fact
from s2sgrad.quote import quote, statements
from s2sgrad.request import Path

__all__ = [
    "RECORD",
    "RECORDER",
    "note_adjoints",
    "note_arguments",
    "note_gradients",
    "note_result",
    "note_seeds",
    "note_values",
]

RECORD = "record"
"""The guard of a request whose code notes sizes."""
RECORDER = "s2sgrad_record"
"""By this name generated text calls what notes them."""
RESULT = "return"
"""What the returned value is called."""


def note_values(context: Context, statement: Statement) -> list[gast.stmt]:
    """Notes of what an assignment gives, with the variables that it read."""
    if not context.records or not isinstance(statement, Assign) or isinstance(statement.node, gast.For):
        return []
    after = context.facts.after[statement].facts
    names = list(dict.fromkeys(t.name for t in statement.targets))
    found = [n for n in names if n in after and is_active_kind(after[n])]
    return [s for name in found for s in _value(statement, name, quote(name), context)]


def note_result(context: Context, statement: Statement, names: tuple[str, ...]) -> list[gast.stmt]:
    """A note of the returned value."""
    if not context.records or not isinstance(statement, Return) or not names:
        return []
    return _value(statement, RESULT, quote(names[0]), context)


def _value(statement: Statement, name: str, value: gast.expr, context: Context) -> list[gast.stmt]:
    read = (str(op.payload) for op in own_ops(statement) if op.form == "read" and is_active_kind(context.facts.of[op]))
    place = _place(statement)
    return statements(f"{RECORDER}.value({place}, {name!r}, {{v}}, {tuple(dict.fromkeys(read))!r})", v=value)


def note_arguments(context: Context, arguments: Iterable[tuple[str, Fact]]) -> list[gast.stmt]:
    """Notes of the arguments, at the beginning of a call."""
    if not context.records:
        return []
    found = [name for name, fact in arguments if is_active_kind(fact)]
    lines = [s for name in found for s in statements(f"{RECORDER}.value(0, {name!r}, {name}, ())")]
    return [*statements(f"{RECORDER}.enter()"), *lines]


def note_adjoints(context: Context, statement: Statement, state: State, names: Iterable[str]) -> list[gast.stmt]:
    """Notes of the adjoints of what an assignment gave, where they are complete."""
    if not context.records:
        return []
    active = context.activity.after[statement]
    lines: list[gast.stmt] = []
    for name in dict.fromkeys(names):
        places = [p for p in context.places if p[0] == name and p in active and p in state.live]
        trees = [_adjoint(context, statement, place, state) for place in places]
        lines += _note(_place(statement), name, trees)
    return lines


def _adjoint(context: Context, statement: Statement, place: Path, state: State) -> gast.expr:
    """The adjoint of a place behind a statement, at its full shape."""
    if place not in state.literal:
        return quote(context.adjoint(place))
    group = Group(context, statement)
    tree, after = _tree(group, state.literal[place]), context.facts.after[statement].facts
    fact = slot_fact(after[place[0]], place[1:])
    if not isinstance(fact, Num) or fact.shape == ():
        return tree
    return group.spread(tree, context.fact(tree, statement), place_expression(place, after))


def _tree(group: Group, product: Product) -> gast.expr:
    """A product spelled out; a list of adjoints is a factor that no number may be written beside."""
    return product.factors[0] if product.bare and product.sign == 1 else group.tree(product)


def _note(place: str, name: str, trees: list[gast.expr]) -> list[gast.stmt]:
    """One note for all parts of a variable."""
    if not trees:
        return []
    display = quote("()")
    display.elts = trees
    whole = trees[0] if len(trees) == 1 else display
    return statements(f"{RECORDER}.adjoint({place}, {name!r}, {{a}})", a=whole)


def note_seeds(context: Context, statement: Return, seeds: dict[Path, Product]) -> list[gast.stmt]:
    """Notes of the adjoint of the returned value."""
    if not context.records:
        return []
    group = Group(context, statement)
    return _note(_place(statement), RESULT, [_tree(group, seed) for seed in seeds.values()])


def note_gradients(context: Context, state: State, arguments: Iterable[str]) -> list[gast.stmt]:
    """Notes of the adjoints of the arguments, at the end."""
    lines: list[gast.stmt] = []
    for name in arguments if context.records else ():
        places = [p for p in context.places if p[0] == name and p in state.live and p not in state.literal]
        lines += _note("0", name, [quote(context.adjoint(p)) for p in places])
    return lines


def _place(statement: Statement) -> str:
    return str(getattr(statement.node, "lineno", 0))
