"""The tangent lines of an assignment: one for each variable or part that it assigns, all at once where they depend."""

from __future__ import annotations

from typing import Any

import gast

from s2sgrad.adjoint.finish import finish
from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.analysis.ir import Assign, NameTarget, StoreTarget
from s2sgrad.analysis.places import slot_fact
from s2sgrad.errors import Refusal
from s2sgrad.quote import names_in, quote, replaced
from s2sgrad.request import Path
from s2sgrad.tangent.arrange import arranged, with_hoists
from s2sgrad.tangent.at_once import at_once
from s2sgrad.tangent.dots import Dots, part_of, zeros
from s2sgrad.tangent.in_place import Final, augmented, stored
from s2sgrad.tangent.lenders import note_lenders
from s2sgrad.tangent.step import Step

__all__ = ["assigned"]


def assigned(step: Step) -> list[gast.stmt]:
    """An assignment and its tangent lines."""
    statement: Any = step.statement
    _name_results(step, statement)
    for target in statement.targets:
        if isinstance(target, StoreTarget) or statement.augmented:
            step.assumed.add((target.name,)) if (target.name,) in step.context.activity.after[statement] else None
    lines: list[gast.stmt] = []
    finals: list[Final] = []
    for target in statement.targets:
        if isinstance(target, StoreTarget):
            lines += stored(step, statement, target, finals)
        elif statement.augmented or target.value.payload is list.pop:
            lines += augmented(step, statement, target, finals, _bound)
        else:
            finals += _bound(step, target)
    lines = finish(step, [*at_once(step, finals), *lines])
    note_lenders(step.context, statement, lines)
    _note_boxed(step, lines)
    hoists = with_hoists(step)
    own = replaced(statement.node, hoists.table) if hoists.table else statement.node
    return arranged(step, [line for line in lines if not _is_idle(line)], [own], hoists)


def _name_results(step: Step, statement: Assign) -> None:
    """Have a helper's tangents take the names of the variables that its results are assigned to."""
    context, value = step.context, statement.value
    if value not in context.facts.callees or not isinstance(statement.node, gast.Assign):
        return
    if not all(isinstance(t, NameTarget) for t in statement.targets) or len(statement.node.targets) > 1:
        return
    active, names = context.activity.after[statement], [t.name for t in statement.targets]
    found: dict[Path, str] = {}
    for target in statement.targets:
        op: Any = target.value
        prefix: Path = () if op is value else (op.payload[0],) if op.form == "item" and op.args[0] is value else None  # type: ignore[assignment]
        if prefix is None or names.count(target.name) > 1:
            return
        found |= {(*prefix, *p[1:]): context.tangent(p) for p in active if p[0] == target.name}
    step.named_results[value] = found


def _is_idle(line: Any) -> bool:
    """True for ``x_dot = x_dot``."""
    return (
        isinstance(line, gast.Assign)
        and isinstance(line.value, gast.Name)
        and isinstance(line.targets[0], gast.Name)
        and line.value.id == line.targets[0].id
    )


def _note_boxed(step: Step, lines: list[gast.stmt]) -> None:
    """Remember which tangents may be arrays without axes."""
    for line in lines:
        if isinstance(line, gast.Assign) and _may_be_boxed(step, line.value):
            bound = [n for t in line.targets if not isinstance(t, gast.Subscript) for n in names_in(t)]
            step.context.boxed.update(bound)


def _may_be_boxed(step: Step, tree: Any) -> bool:
    """True for an expression that may give an array without axes where a number is wanted."""
    if isinstance(tree, gast.Constant):
        return False
    if isinstance(tree, gast.Name):
        return tree.id in step.context.boxed or not step.context.is_tangent(tree.id)
    if isinstance(tree, gast.Subscript):
        return not isinstance(step.context.fact(tree.value, step.statement), Num)
    return isinstance(tree, gast.Call) and getattr(tree.func, "attr", "") not in ("sum", "mean", "dot")


def _bound(step: Step, target: NameTarget) -> list[Final]:
    """The tangents of what a variable is bound to."""
    context, statement = step.context, step.statement
    active = context.activity.after[statement]
    places = [p for p in context.places_of(target.name) if p in active]
    if not places:
        return []
    fact = context.facts.after[statement].facts[target.name]
    dots = step.tangents(target.value)
    context.chosen |= {p for p in places if p[1:] not in dots or dots[p[1:]].chosen}
    return [(quote(context.tangent(p)), _of_place(step, target, dots, p[1:], fact)) for p in places]


def _of_place(step: Step, target: NameTarget, dots: Dots, path: Path, whole: Fact) -> gast.expr:
    """The tangent of the slot at ``path`` of a variable that is bound anew."""
    fact = slot_fact(whole, path)
    if path in dots:
        tree = step.full(dots[path], fact, lambda: _value(step, target, path, whole))
        owned = step.owned(tree, fact)
        return owned if target.value.form == "read" else step.unboxed(owned, fact)
    above = next((path[:n] for n in range(len(path)) if path[:n] in dots), None)
    if above is not None:
        tree = step.summed(dots[above])
        return part_of(tree, path[len(above) :], slot_fact(step.context.facts.of[target.value], above))
    if any(p[: len(path)] == path for p in dots):
        if path:
            raise Refusal("the parts of this are not known one by one here", "give them names", step.statement.node)
        return step.whole(target.value)
    return zeros(fact, _value(step, target, path, whole), step.numpy, step.statement.node)


def _value(step: Step, target: NameTarget, path: Path, fact: Fact) -> gast.expr:
    return part_of(quote(target.name), path, fact)
