"""Calls of the user's own functions: each becomes a call of its tangent function, which gives the value as well."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gast

from s2sgrad.adjoint.finish import hoist
from s2sgrad.adjoint.helpers import Part, _active_parameters
from s2sgrad.adjoint.recursion import Signature
from s2sgrad.analysis.facts import Num, roots_of
from s2sgrad.analysis.ir import Op
from s2sgrad.analysis.places import slot_fact
from s2sgrad.errors import Refusal, S2SGradError
from s2sgrad.names import temporary
from s2sgrad.quote import names_in, quote
from s2sgrad.request import Path
from s2sgrad.tangent.dots import Dots, bare, part_of

if TYPE_CHECKING:
    from s2sgrad.tangent.step import Step

__all__ = ["HelperCall", "helper_tangents"]


@dataclass(frozen=True)
class HelperCall:
    """A call of a helper's tangent function: what it is called, what it is given besides, what takes its results.

    ``arguments`` are parameter and tangent, ``targets`` the names of the tangents of the result's leaves, ``bound`` the
    object that the helper is a method of; ``lent`` are those of ``targets`` that may lie in the arguments' memory.
    """

    function: str
    arguments: tuple[tuple[str, gast.expr], ...]
    targets: tuple[str, ...]
    bound: gast.expr | None
    plain: bool
    copied: tuple[str, ...] = ()
    lent: tuple[str, ...] = ()


def helper_tangents(step: Step, op: Op) -> Dots:
    """The tangents of what a helper returns, under the names that the call gives them."""
    context = step.context
    callee = context.facts.callees[op]
    callee = callee.analysed if isinstance(callee, Signature) else callee
    if isinstance(callee, S2SGradError):
        raise callee if callee.lineno is not None else Refusal(callee.reason, callee.instead, op.node)
    parts = _given(step, op, callee)
    inputs = [(*path, *leaf) for path, _, paths in parts for leaf in paths]
    if not inputs:
        return {}
    made = context.pairs.helper(callee, inputs)
    if not made.results:
        return {}
    arguments = tuple(_arguments(step, parts, made))
    names = _names(step, op, made.results)
    for path, name in names.items():
        context.adjoint_facts[name] = context.adjoint_fact(slot_fact(context.facts.of[op], path))
        context.temporary.add(name)
    root = context.own_root(op, step.statement)
    if root is None:
        hoist(step, op)
    else:
        context.hoisted[op] = root
    method = op.args[0].form == "attribute" and getattr(context.facts.of[op.args[0]], "bound", None) is not None
    bound = op.args[0].args[0].node if method else None
    copied = tuple(n for p, n in names.items() if _is_changed(step, op, parts, p))
    targets, lent = tuple(names.values()), tuple(n for p, n in names.items() if p in made.lent and n not in copied)
    context.pair_names[op] = HelperCall(made.name, arguments, targets, bound, made.plain, copied, lent)
    return {path: bare(quote(name)) for path, name in names.items()}


def _given(step: Step, op: Op, callee: Any) -> list[Part]:
    """For each parameter with an active argument: its path, the argument, and the leaves that have a tangent."""
    found = []
    for path, value, _ in _active_parameters(step, op, callee):
        paths = list(step.tangents(value))
        if paths:
            found.append((path, value, paths))
    return found


def _arguments(step: Step, parts: list[Part], made: Any) -> Any:
    for path, operand, paths in parts:
        fact = step.context.facts.of[operand]
        for leaf in (p for p in paths if (*path, *p) in made.parameters):
            held = slot_fact(fact, leaf)
            dot = step.tangents(operand)[leaf]
            tree = step.full(dot, held, functools.partial(_value_of, step, operand, leaf))
            if any(n.startswith("#") for n in names_in(tree)):
                tree = step.kept_tangent(operand, tree)
            yield made.parameters[(*path, *leaf)], tree


def _value_of(step: Step, operand: Op, leaf: Path) -> gast.expr:
    return part_of(step.value(operand), leaf, step.context.facts.of[operand])


def _names(step: Step, op: Op, results: list[Path]) -> dict[Path, str]:
    """A name for the tangent of each leaf of the result; that of the variable where one is all that is assigned."""
    context = step.context
    noun = temporary(op, context.parents.get(op), context.facts)
    wanted = step.named_results.get(op, {})
    return {
        path: wanted.get(path) or context.scope.new("_".join([noun, *map(str, path)]) + context.suffix)
        for path in results
    }


def _is_changed(step: Step, op: Op, parts: list[Part], path: Path) -> bool:
    """True where a result or an argument is changed in place: the tangent of the one may be that of the other."""
    facts = step.context.facts
    if not isinstance(slot_fact(facts.of[op], path), Num):
        return False
    held = roots_of(slot_fact(facts.of[op], path)).union(*(roots_of(facts.of[value]) for _, value, _ in parts))
    written = frozenset().union(*facts.writes.values())
    return bool({r.rstrip("'") for r in held} & {r.rstrip("'") for r in written})
