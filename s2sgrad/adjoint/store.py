"""The adjoint of an assignment: what it overwrote stops counting, what it stored is passed on."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

import gast

from s2sgrad.adjoint.accumulate import State, settle
from s2sgrad.adjoint.captured import captured_adjoints
from s2sgrad.adjoint.complexes import check_store
from s2sgrad.adjoint.finish import finish
from s2sgrad.adjoint.group import Group
from s2sgrad.adjoint.lists import zero_array
from s2sgrad.adjoint.product import Product
from s2sgrad.adjoint.recorder import note_adjoints
from s2sgrad.adjoint.slots import pull_slot
from s2sgrad.adjoint.stored import (
    are_apart,
    check_accumulation,
    check_index,
    gathers,
    is_exchange,
    keep_index,
    keeps_the_last,
    of_the_last,
    window_of_store,
)
from s2sgrad.analysis.facts import Bottom, Num, Seq
from s2sgrad.analysis.ir import Assign, NameTarget, Op, StoreTarget
from s2sgrad.analysis.metadata import stores_all
from s2sgrad.errors import Refusal
from s2sgrad.names import temporary
from s2sgrad.quote import names_in, quote, statements, unquote
from s2sgrad.request import Path

if TYPE_CHECKING:
    from s2sgrad.adjoint.sweep import Sweep

__all__ = ["reverse_assignment"]


def reverse_assignment(sweep: Sweep, statement: Assign, state: State) -> list[tuple[list[gast.stmt], bool]]:
    """The lines of an assignment's group, and whether they open with a quote of it."""
    stores = [t for t in statement.targets if isinstance(t, StoreTarget)]
    names = [t for t in statement.targets if isinstance(t, NameTarget)]
    if stores and names:
        raise Refusal("this assigns to a variable and to an item at once", "use two statements", statement.node)
    captured = note_adjoints(sweep.context, statement, state, [t.name for t in statement.targets])
    captured += captured_adjoints(sweep, statement, names, state)
    if len(statement.targets) == len(stores) == 1 and stores_all(stores[0], sweep.context.facts):
        # The old values are gone as if the name were bound anew.
        names, stores = [NameTarget(stores[0].name, stores[0].value)], []
    lines = _stores(sweep, statement, stores, state) if stores else _names(sweep, statement, names, state)
    return [(captured, False), (lines, True)] if captured else [(lines, True)]


def _names(sweep: Sweep, statement: Assign, names: list[NameTarget], state: State) -> list[gast.stmt]:
    group = Group(sweep.context, statement)
    active = sweep.context.activity.after[statement]
    masked = sweep.context.activity.masked.get(statement, frozenset())
    consumed: set[Path] = set()
    for target in names:
        for place in [p for p in sweep.context.places_of(target.name) if p in active]:
            product = state.literal.get(place) or Product(factors=(quote(sweep.context.adjoint(place)),))
            if place in state.live:
                pull_slot(group, target.value, place[1:], product, place in masked)
                consumed.add(place)
    for target in names:
        for place in [p for p in state.live if p[0] == target.name]:
            state.kill(place)
    group.sweep()
    return finish(group, settle(group, state, consumed))


def _stores(sweep: Sweep, statement: Assign, stores: list[StoreTarget], state: State) -> list[gast.stmt]:
    known, live = sweep.context.snapshot(), state.copy()
    lines = _store_lines(sweep, statement, stores, state, copied=len(stores) > 1)
    if lines is None:
        sweep.context.restore(known)
        state.live, state.literal = live.live, live.literal
        lines = _store_lines(sweep, statement, stores, state, copied=True)
    assert lines is not None
    return lines


def _store_lines(
    sweep: Sweep, statement: Assign, stores: list[StoreTarget], state: State, copied: bool
) -> list[gast.stmt] | None:
    """The lines for stores into arrays; None where a line would read an adjoint after another has changed it."""
    group = Group(sweep.context, statement)
    cleared: list[gast.stmt] = []
    bases: set[str] = set()
    for i, target in reversed(list(enumerate(stores))):
        base: Path = (target.name,)
        check_index(group, target)
        keep_index(group, target)
        if base not in sweep.context.activity.after[statement] or base not in state.live:
            continue
        if base in state.literal:
            group.temporaries[:0] = sweep.literal_line(statement, base, state.literal[base], state)
        name = sweep.context.adjoint(base)
        bases.add(name)
        window = window_of_store(group, target, name)
        # What is left in the adjoint of this place must not be read as that of what was stored there before.
        alone = all(are_apart(other, target, sweep.context.facts) for other in stores[:i])
        adding = alone and _adds_to_itself(group, target)
        check_accumulation(group, target, adding)
        check_store(group, sweep.context.facts.of[target.base], target.value)
        if alone and is_exchange(group, target):
            group.add("{a} = {b}", a=window, b=window_of_store(group, target, name, target.value.args[1]))
            continue
        lasts = keeps_the_last(group, target) and group.active(target.value)
        incoming = _copied(group, target, window, "part" if lasts else "") if copied or lasts else window
        if lasts:
            incoming = of_the_last(group, target, incoming, name)
        if not adding:
            zero = _cleared(group, target, window)
            (group.temporaries if copied else cleared).extend(statements("{w} = {z}", w=window, z=zero))
        if group.active(target.value):
            _pull_stored(group, target, Product(factors=(incoming,)), adding, lasts)
    group.sweep()
    own = [c for c in group.contributions if (c.place,) and sweep.context.adjoint(c.place) in bases]
    if not copied and any(_reads(c.product, bases) for c in own):
        return None
    others = [c for c in group.contributions if c not in own]
    group.contributions = others
    lines = settle(group, state, set())
    group.contributions = own
    return finish(group, [*lines, *cleared, *settle(group, state, set())])


def _cleared(group: Group, target: StoreTarget, window: gast.expr) -> gast.expr:
    """What the adjoint of a place is while the forward part has yet to assign it: zero, in a list like the old item."""
    fact = group.context.facts.of[target.base]
    if not isinstance(fact, Seq):
        return quote("0.0" if isinstance(window, gast.Name) else "0")
    item = fact.element
    if isinstance(item, Bottom) or (isinstance(item, Num) and item.shape == () and item.box != "array"):
        return quote("0.0")
    if not isinstance(item, Num) or item.shape is None or any(d.anonymous for d in item.shape):
        raise Refusal(
            "the items of this list may differ in shape, and one is assigned anew",
            "collect them with `append`",
            group.statement.node,
        )
    return zero_array(item, window, group.numpy)


def _reads(product: Product, names: set[str]) -> bool:
    return any(n in names for e in (*product.factors, *product.divisors) for n in names_in(e))


def _copied(group: Group, target: StoreTarget, window: gast.expr, noun: str = "") -> gast.expr:
    fact = group.context.fact(window, group.statement)
    scalar = isinstance(fact, Num) and fact.shape == ()
    noun = noun or temporary(target.value, None, group.context.facts)
    tree = window if scalar or gathers(group, target) else quote("{w}.copy()", w=window)
    return quote(group.local(group.context.scope.prefix + noun, tree, temporary=True))


def _same(a: Op, b: Op) -> bool:
    return unquote(a.node) == unquote(b.node)


def _self_read(group: Group, target: StoreTarget) -> Op | None:
    """The read of the very element or slice that is stored to, where the value is that plus something."""
    op = target.value
    while op.form == "call" and op.payload in (operator.add, operator.sub):
        left, right = op.args
        if op.payload is operator.add and _is_read_of(right, target):
            return right
        op = left
    return op if _is_read_of(op, target) and op is not target.value else None


def _is_read_of(op: Op, target: StoreTarget) -> bool:
    if not (op.form == "call" and op.payload is operator.getitem):
        return False
    base, index = op.args
    if index is target.index:
        return True
    same = _same(base, target.base) and _same(index, target.index)
    return same and _is_pure_index(index) and _is_pure_index(base)


def _is_pure_index(index: Op) -> bool:
    return all(
        o.form in ("const", "read", "slice", "tuple", "call", "global", "list", "attribute")
        and (o.form != "call" or getattr(o.payload, "__module__", "") == "_operator")
        for o in index.walk()
    )


def _adds_to_itself(group: Group, target: StoreTarget) -> bool:
    read = _self_read(group, target)
    if read is None:
        return False
    fact, own = group.context.facts.of[target.value], group.context.facts.of[read]
    if not isinstance(fact, Num) or not isinstance(own, Num) or fact.rank is None:
        return False
    return fact.rank == own.rank and group.active(read)


def _pull_stored(group: Group, target: StoreTarget, product: Product, adding: bool, masked: bool) -> None:
    if not adding:
        from s2sgrad.adjoint.fit import fit_to_value

        group.pull(target.value, fit_to_value(group, product, target.value), masked)
        return
    read = _self_read(group, target)
    assert read is not None
    group.pull(target.value, product, masked)
    group.skipped.add(read)
