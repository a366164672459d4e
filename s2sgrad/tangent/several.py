"""The tangents of calls with several results, such as ``w, v = np.linalg.eigh(a)``, by one template for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gast
import numpy as np

from s2sgrad.adjoint.apply import Application
from s2sgrad.adjoint.choose import choose, template_of
from s2sgrad.adjoint.lists import own_copy
from s2sgrad.adjoint.product import flatten
from s2sgrad.adjoint.several import held_results, pruned_template
from s2sgrad.adjoint.taken_apart import TAKEN_APART
from s2sgrad.analysis.facts import Fact, Num, is_active_kind, roots_of
from s2sgrad.analysis.interpret import Bound
from s2sgrad.analysis.ir import Op
from s2sgrad.analysis.places import slots
from s2sgrad.quote import names_in, quote
from s2sgrad.rules.registry import TangentRule
from s2sgrad.tangent.dots import Dot, Dots, bare
from s2sgrad.tangent.memory import is_own
from s2sgrad.tangent.operands import wanted_operands
from s2sgrad.tangent.respell import respelled

if TYPE_CHECKING:
    from s2sgrad.tangent.step import Step

__all__ = ["of_several"]

Values = dict[str, "Op | Any"]


def of_several(step: Step, op: Op, bound: Bound, own: tuple[TangentRule, Values] | None) -> Dots:
    """The tangents of all results of a call, by a template that gives them one by one."""
    parts = slots(step.context.facts.of[op]) or ()
    if bound.function in TAKEN_APART:
        return _taken_apart(step, op, bound, len(parts))
    if own is None:
        choose(bound, op, step.context.facts.of, step.context.has_complex)  # says why, where that is known
    if own is None or own[0].results != len(parts):
        raise step._refusal(op)
    step._check_complex(op)
    dots = _Several(step, op, bound, *own).results()
    return {(key,): dot for (key, _), dot in zip(parts, dots, strict=True) if dot is not None}


def _taken_apart(step: Step, op: Op, bound: Bound, count: int) -> Dots:
    """The tangents of arrays that are split or broadcast: the same of their tangents."""
    moving = [a for a in bound.args if step.tangents(a)]
    if not moving:
        return {}
    table = {a: step.whole(a) for a in moving}
    if bound.function in (np.broadcast_arrays, np.meshgrid):
        table |= {a: _still(step, a) for a in bound.args if a not in moving}
    tree = respelled(step, op, bound, table)
    if not count:
        return {(): bare(tree)}
    tangent = step.kept_tangent(op, tree)
    return {(i,): bare(quote(f"{{t}}[{i}]", t=tangent)) for i in range(count)}


def _still(step: Step, operand: Op) -> gast.expr:
    """Zeros for an array that does not vary, which tells the shape all the same."""
    if is_active_kind(fact := step.context.facts.of[operand]) and isinstance(fact, Num):
        return step.whole(operand)
    return quote("{np}.zeros({np}.shape({x}))", np=step.numpy, x=step.value(operand))


class _Several(Application):
    """A rule of forward mode for several results, being inlined for one operation."""

    group: Step
    in_reverse = False

    def __init__(self, step: Step, op: Op, bound: Bound, rule: TangentRule, values: Values) -> None:
        super().__init__(step, op, bound, rule, template_of(rule.template), values)  # type: ignore[arg-type]
        self.bound = bound

    def results(self) -> list[Dot | None]:
        """The tangent of each result, None where it is zero."""
        rule, step = self.rule, self.group
        wanted = {n: (o, d) for n, o, d in wanted_operands(step, self.op, self.bound, rule, self.values)}
        absent = frozenset(f"d{n}" for n in rule.operands if n not in wanted)
        template = self.template
        self.template = pruned_template(template, absent)
        live = [t for t in self.template.results if not _is_nothing(t)]
        needed = self.needed_locals(live)
        everything = [*live, *(tree for _, tree in needed)]
        read = {n for tree in everything for n in names_in(tree)}
        names = template.parameters[: rule.results]
        held = held_results(step, self.op, tuple(n if n in read else "_" for n in names))
        for name, tree, (_, fact) in zip(names, held, slots(step.context.facts.of[self.op]) or (), strict=True):
            self.substitution[name], self.fact_of[name] = tree, fact
        late: frozenset[str] = frozenset()
        for name, (operand, dot) in wanted.items():
            tree = step.full(dot, step.context.facts.of[operand], lambda o=operand: step.value(o))  # type: ignore[misc]
            simple = isinstance(tree, gast.Name | gast.Constant)
            self.substitution[f"d{name}"] = tree if simple else step.kept_tangent(operand, tree)
            self.fact_of[f"d{name}"] = step.context.facts.of[operand]
            late |= {f"d{name}"}
        for targets, tree in needed:
            depends = bool(late & set(names_in(tree)))
            late |= set(targets) if depends else frozenset()
            self.emit_local(targets, tree, depends, [], tree)
        facts = [fact for _, fact in slots(step.context.facts.of[self.op]) or ()]
        return [
            None if _is_nothing(t) else self._dot(t, fact, bool(absent))
            for t, fact in zip(self.template.results, facts, strict=True)
        ]

    def _dot(self, tree: gast.expr, fact: Fact, alone: bool) -> Dot:
        """The tangent of one result. Where that is an operand's own, it is smaller if the other one stretches it."""
        filled = self.fill(tree, tree)
        term = flatten(filled)
        if not isinstance(tree, gast.Name) or tree.id not in {f"d{name}" for name in self.rule.operands}:
            return Dot((term,), True)
        if alone and not self.group.is_full_for(term, fact):
            return Dot((term,), False)
        if isinstance(fact, Num) and not roots_of(fact) and not is_own(filled):
            term = flatten(own_copy(fact, filled, self.group.numpy))  # it is not known whether the result is changed
        return Dot((term,), True)


def _is_nothing(tree: gast.expr) -> bool:
    """True for None and for zero."""
    return isinstance(tree, gast.Constant) and tree.value in (None, 0)
