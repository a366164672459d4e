"""Calls of the user's own functions: their backward function is called with what their forward function saved."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any

import gast

from s2sgrad.adjoint.fit import full_shape
from s2sgrad.adjoint.lists import bare, list_sum
from s2sgrad.adjoint.product import Product
from s2sgrad.adjoint.recompute import recomputed_call
from s2sgrad.adjoint.recursion import Signature
from s2sgrad.adjoint.slots import pull_slot
from s2sgrad.analysis.facts import Fact, Num, Seq, roots_of
from s2sgrad.analysis.ir import Op
from s2sgrad.analysis.places import leaves, parts_of, place_of, slot_fact
from s2sgrad.errors import Refusal, S2SGradError
from s2sgrad.quote import quote
from s2sgrad.recompute import is_recomputed
from s2sgrad.request import Path

if TYPE_CHECKING:
    from s2sgrad.adjoint.group import Group
from s2sgrad.adjoint.structural import Results, single

__all__ = ["call_helper"]


def call_helper(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of a call of a user's function: its backward function, given what its forward function saved."""
    callee = group.context.facts.callees[op]
    callee = callee.analysed if isinstance(callee, Signature) else callee
    if isinstance(callee, S2SGradError):
        raise callee if callee.lineno is not None else Refusal(callee.reason, callee.instead, op.node)
    seeds = {(): incoming} if incoming else {}
    seeds |= dict(sorted(group.slots.get(op, {}).items(), key=lambda item: _order(group, op, item[0])))
    parts = _active_parameters(group, op, callee)
    inputs = [(*path, *leaf) for path, _, paths in parts for leaf in paths]
    again = is_recomputed(callee.function)
    apart = not again and _is_changed(group, op)
    pair, given = group.context.pairs.pair(callee, inputs, list(seeds), apart)
    saved = recomputed_call(group, op, callee, pair) if again else _forward_call(group, op, pair).saved
    dy = _seed_tree(group, op, seeds)
    names = {path: group.reserve("_".join(map(str, path))) for path in inputs if path in given}
    targets = ", ".join(names.get(path, "_") for path in given)
    group.add(f"{targets} = {pair.backward}({saved}, {{dy}})", dy=dy)
    return _helper_results(group, parts, names)


Part = tuple[Path, Op, list[Path]]


def _active_parameters(group: Group, op: Op, callee: Any) -> list[Part]:
    """For each parameter, or item of a starred one, with an active argument: its path, the argument, active leaves."""
    bound = group.context.facts.calls[op]
    signature = getattr(callee, "signature", None) or inspect.signature(callee.function)
    arguments = signature.bind(*bound.args, **dict(bound.keywords)).arguments
    given: list[tuple[Path, Op]] = []
    for name, value in arguments.items():
        if isinstance(value, Op):
            given.append(((name,), value))
        else:
            items = enumerate(value) if isinstance(value, tuple) else value.items()
            given += [((name, key), item) for key, item in items]
    return [(path, value, _active_leaves(group, value)) for path, value in given if group.active(value)]


def _active_leaves(group: Group, op: Op) -> list[Path]:
    place = place_of(op, group.context.facts)
    paths = list(leaves(group.context.facts.of[op]))
    if place is None:
        parts = dict(parts_of(op, group.context.facts) or ())
        return [p for p in paths if not parts or _is_active(group, parts[p[0]], p[1:])]
    active = group.context.activity.before[group.statement]
    varied = group.context.activity.varied_before[group.statement]
    return [p for p in paths if (*place, *p) in active or (*place, *p) in varied]


def _is_active(group: Group, op: Op, path: Path) -> bool:
    """True where the slot at ``path`` below a value carries a derivative."""
    if not path or parts_of(op, group.context.facts) is None:
        return group.active(op)
    return _is_active(group, dict(parts_of(op, group.context.facts) or ())[path[0]], path[1:])


def _is_changed(group: Group, op: Op) -> bool:
    """True where the function changes an array that the helper returned: the helper's saved values may be the same."""
    facts = group.context.facts
    written = {r.rstrip("'") for roots in facts.writes.values() for r in roots}
    return bool(written & {r.rstrip("'") for r in roots_of(facts.of[op])})


def _forward_call(group: Group, op: Op, pair: Any) -> Any:
    from s2sgrad.adjoint.assemble import PairCall
    from s2sgrad.adjoint.finish import hoist

    context = group.context
    known = context.pair_names.get(op)
    if isinstance(known, PairCall):
        return known
    root = context.own_root(op, group.statement)
    if root is None:
        hoist(group, op)
    else:
        context.hoisted[op] = root
    saved = context.scope.new("saved_" + pair.forward.removeprefix("forward_"))
    context.bound_by.setdefault(group.statement, set()).add(saved)
    method = op.args[0].form == "attribute" and getattr(context.facts.of[op.args[0]], "bound", None) is not None
    bound = op.args[0].args[0].node if method else None
    context.pair_names[op] = PairCall(pair.forward, saved, bound)
    return context.pair_names[op]


def _seed_tree(group: Group, op: Op, seeds: dict[Path, list[Product]]) -> gast.expr:
    if list(seeds) == [()]:
        return _in_a_box(group, group.context.facts.of[op], single(group, op, seeds[()]))
    display = quote("()")
    display.elts = [_seed(group, op, path, terms) for path, terms in seeds.items()]
    return display


def _seed(group: Group, op: Op, path: Path, terms: list[Product]) -> gast.expr:
    wanted = slot_fact(group.context.facts.of[op], path)
    if isinstance(wanted, Seq):
        return functools.reduce(lambda a, b: list_sum(wanted, a, b), map(bare, terms))
    tree = group.sum(terms)
    fact = group.context.fact(tree, group.statement)
    if isinstance(wanted, Num) and wanted.shape != () and not full_shape(fact, wanted):
        return group.spread(tree, fact, _value_at(group, op, path))
    return _in_a_box(group, wanted, tree)


def _in_a_box(group: Group, wanted: Fact, tree: gast.expr) -> gast.expr:
    """The adjoint of an array as an array, though it may have no axes: it may be indexed.

    The adjoint of a variable without axes holds a number or an array, whatever the variable holds.
    """
    own = group.context.fact(tree, group.statement)
    if isinstance(wanted, Num) and isinstance(own, Num) and own.shape == () and wanted.box != "array" == own.box:
        from s2sgrad.adjoint.accumulate import as_number

        return as_number(tree)
    if not isinstance(wanted, Num) or wanted.box != "array" or (wanted.shape and getattr(own, "box", "") == "array"):
        return tree
    known = getattr(own, "box", "") == "array" and not isinstance(tree, gast.Name)
    return tree if known else quote("{np}.array({e})", np=group.numpy, e=tree)


def _value_at(group: Group, op: Op, path: Path) -> gast.expr:
    """The expression that reads a slot of what a helper returned."""
    from s2sgrad.adjoint.accumulate import place_expression
    from s2sgrad.adjoint.finish import hoist

    for target in getattr(group.statement, "targets", ()):
        if target.value.form == "item" and target.value.args[0] is op and target.value.payload[0] == path[0]:
            return place_expression((target.name, *path[1:]), {target.name: group.context.facts.of[target.value]})
    name = group.context.hoisted.get(op) or group.context.roots.get(op) or hoist(group, op)
    return place_expression((name, *path), {name: group.context.facts.of[op]})


def _order(group: Group, op: Op, path: Path) -> int:
    """Where a result of a helper stands among all of them."""
    order = list(leaves(group.context.facts.of[op]))
    return order.index(path) if path in order else len(order)


def _helper_results(group: Group, parts: list[Part], names: dict[Path, str]) -> Results:
    results: Results = []
    for place, operand, paths in parts:
        for path in paths:
            name = names.get((*place, *path))
            if name is None:
                continue
            group.context.adjoint_facts[name] = slot_fact(group.context.facts.of[operand], path)
            product = Product(factors=(quote(name),))
            if path:
                pull_slot(group, operand, path, product)
            else:
                results.append((operand, product, False))
    return results
