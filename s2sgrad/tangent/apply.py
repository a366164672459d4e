"""The tangent of one operation, by the rule of its function.

A form of its own comes first, then a template of forward mode; a function that is linear is applied to the tangents;
for one whose Jacobian is diagonal the adjoint's template is read with the tangent in place of the incoming adjoint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s2sgrad.adjoint.choose import allows, bind, choose, facts_of, is_complex, spelled, template_of
from s2sgrad.analysis.facts import Num, Record, Seq
from s2sgrad.analysis.interpret import Bound
from s2sgrad.analysis.ir import Op
from s2sgrad.analysis.literals import in_doubt
from s2sgrad.analysis.places import slots
from s2sgrad.errors import Refusal
from s2sgrad.rules.registry import HOLOMORPHIC, LINEAR, MULTILINEAR, TANGENTS, TangentRule
from s2sgrad.tangent.dots import Dot, Dots
from s2sgrad.tangent.elementwise import Elementwise
from s2sgrad.tangent.linear import linear, multilinear
from s2sgrad.tangent.operands import Values, wanted_operands
from s2sgrad.tangent.templates import Filled

if TYPE_CHECKING:
    from s2sgrad.tangent.step import Step

__all__ = ["by_rule", "call_tangents"]


def call_tangents(step: Step, op: Op) -> Dots:
    """The tangents of the value of a call, an attribute or any other operation that computes something."""
    from s2sgrad.tangent.forms import FORMS
    from s2sgrad.tangent.several import of_several

    bound = step.context.facts.calls.get(op)
    step.check_kinds(op)
    form = FORMS.get(op.form) or (_lookup(FORMS, bound.function) if bound is not None else None)
    if form is not None:
        made: Dots = form(step, op)
        if () in made and slots(step.context.facts.of[op]) is not None:
            raise step._refusal(op)  # whoever asks for the tangent of an item would find none, and take it for zero
        return made
    if bound is not None and isinstance(step.context.facts.of[op], (Seq, Record)):
        return of_several(step, op, bound, template_for(step, op, bound))
    return by_rule(step, op)


def by_rule(step: Step, op: Op) -> Dots:
    """The tangent of a number or an array, by the rule of the function that gives it."""
    bound = step.context.facts.calls.get(op)
    if bound is None or not isinstance(step.context.facts.of[op], Num):
        raise step._refusal(op)
    step._check_complex(op)
    dot = _by_rule(step, op, bound)
    return {} if dot is None else {(): dot}


def _lookup(known: dict[Any, Any], function: Any) -> Any:
    try:
        return known.get(function)
    except TypeError:
        return None


def _by_rule(step: Step, op: Op, bound: Bound) -> Dot | None:
    own = template_for(step, op, bound)
    if own is not None:
        return Filled(step, op, bound, *own).dot()
    rule, values = choose(bound, op, step.context.facts.of, step.context.has_complex)
    wanted = wanted_operands(step, op, bound, rule, values)
    if not wanted:
        return None
    if bound.function in LINEAR:
        return linear(step, op, bound, rule, values)
    if bound.function in MULTILINEAR:
        return multilinear(step, op, bound, wanted)
    of = step.context.facts.of
    as_is = rule.template in HOLOMORPHIC or not (step.context.has_complex and is_complex(bound, of[op], of))
    if not rule.elementwise or not as_is:
        reason = f"`{spelled(bound)}` has no rule of forward mode"
        raise Refusal(reason, "write it with functions that have one", op.node)
    elementwise = Elementwise(step, op, bound, rule, template_of(rule.template), values)
    elementwise.function = bound.function
    return elementwise.dot(wanted)


def template_for(step: Step, op: Op, bound: Bound) -> tuple[TangentRule, Values] | None:
    """The first template of forward mode that fits."""
    of = step.context.facts.of
    only = step.context.has_complex and is_complex(bound, of[op], of)
    for rule in _lookup(TANGENTS, bound.function) or []:
        if only and not allows(rule):
            continue
        try:
            values = bind(rule, bound, op)
        except Refusal:
            continue
        if rule.when is None or rule.when(in_doubt(bound.function, facts_of(values, of))):
            return rule, values
    return None
