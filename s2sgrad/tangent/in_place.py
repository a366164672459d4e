"""The tangent lines of what is changed in place: ``x += e``, ``x[i] = e``, lists that grow and shrink."""

from __future__ import annotations

import operator
from collections.abc import Callable

import gast

from s2sgrad.adjoint.complexes import check_store
from s2sgrad.adjoint.product import Product
from s2sgrad.analysis.facts import Fact, Num, Seq
from s2sgrad.analysis.ir import Assign, NameTarget, Op, StoreTarget
from s2sgrad.quote import clone, quote, statements, structure
from s2sgrad.request import Path
from s2sgrad.tangent.dots import Dot
from s2sgrad.tangent.step import Step, item_fact

__all__ = ["Final", "augmented", "stored"]

Final = tuple[gast.expr, gast.expr]
"""A target, and the tangent that it gets."""
Bind = Callable[[Step, NameTarget], list[Final]]
_LISTS = {list.append: "append", list.insert: "insert", list.extend: "extend"}


def augmented(step: Step, statement: Assign, target: NameTarget, finals: list[Final], bind: Bind) -> list[gast.stmt]:
    """``x += e``, ``xs.append(e)``, ``v = xs.pop()``; ``bind`` writes the tangent of a variable anew."""
    place: Path = (target.name,)
    context, op = step.context, target.value
    active = place in context.activity.after[statement]
    if op.payload is list.pop:
        return _popped(step, statement, target, finals)
    if not active and not any(p[0] == target.name for p in context.activity.after[statement]):
        return []
    if op.payload in _LISTS:
        after = step.context.facts.of[op]
        like = after if op.payload is list.extend else item_fact(after, 0)
        items = [step.whole(a, like) for a in op.args[1:]]
        if op.payload is list.insert:
            items[0] = step.value(op.args[1])
        call = quote(f"{context.tangent(place)}.{_LISTS[op.payload]}()")
        call.args = items
        return statements("{c}", c=call)
    line = _added(step, statement, target) if active else None
    if line is not None:
        return line
    bound = bind(step, target)
    if target.name in context.walked and context.facts.writes.get(statement):
        context.chosen.add(place)
        bound = [(quote("{x}[...]", x=name), tree) for name, tree in bound]  # the loop's targets are parts of it
    finals += bound
    return []


def _popped(step: Step, statement: Assign, target: NameTarget, finals: list[Final]) -> list[gast.stmt]:
    place: Path = (target.name,)
    if place not in step.context.activity.after[statement] | step.context.activity.before[statement]:
        return []
    name = step.context.tangent(place)
    index = step.value(target.value.args[1])
    taken = quote(f"{name}.pop()" if target.value.args[1].payload == -1 else f"{name}.pop(0)")
    item = structure(quote(f"{name}[{{i}}]", i=index))
    for i, (other, value) in enumerate(finals):
        if structure(value) == item:
            finals[i] = other, taken
            return []
    return statements("{t}", t=taken)


def _added(step: Step, statement: Assign, target: NameTarget) -> list[gast.stmt] | None:
    """``x_dot += e_dot`` for ``x += e``; None where the tangent must be written anew."""
    op, node = target.value, statement.node
    if not isinstance(node, gast.AugAssign) or op.payload not in (operator.add, operator.sub):
        return None
    own, other = op.args
    if () not in step.tangents(own):
        return None
    before, after = step.context.facts.of[own], step.context.facts.of[op]
    name = step.context.tangent((target.name,))
    if isinstance(before, Seq):
        return statements(f"{name} += {{e}}", e=step.whole(other, before))
    dot = step.only(other)
    if dot is None:
        return [] if _same_shape(before, after) else None
    if not _same_shape(before, after) and not step.is_full_term(Product(factors=(step.summed(dot),)), op):
        return None
    if name in step.context.boxed and not (isinstance(before, Num) and before.box == "array"):
        return None
    negative = len(dot.terms) == 1 and dot.terms[0].sign < 0
    minus = (op.payload is operator.sub) != negative
    tree = step.tree(dot.terms[0].positive()) if negative else step.summed(dot)
    return statements(f"{name} -= {{e}}" if minus else f"{name} += {{e}}", e=tree)


def _same_shape(before: Fact, after: Fact) -> bool:
    """True where adding does not change the shape: a number stays one, an array is changed in place."""
    if not isinstance(before, Num) or not isinstance(after, Num):
        return False
    return before.box == "array" or (before.shape == () and after.shape == ())


def stored(step: Step, statement: Assign, target: StoreTarget, finals: list[Final]) -> list[gast.stmt]:
    """``x[i] = e``, ``x[i] += e`` and ``np.add.at(x, i, e)``."""
    context = step.context
    place: Path = (target.name,)
    if place not in context.activity.after[statement]:
        return []
    context.chosen.add(place)
    tree, index, fact = step.mirrored(target.base), step.value(target.index), context.facts.of[target.base]
    check_store(step, fact, target.value)
    window = quote("{x}[{i}]", x=tree, i=index)
    if target.accumulates:
        return _accumulated(step, statement, target, tree, index)
    adding = statement.augmented and target.value.payload in (operator.add, operator.sub)
    if adding and isinstance(fact, Num):
        dot = step.only(target.value.args[1])
        if dot is None:
            return []
        negative = len(dot.terms) == 1 and dot.terms[0].sign < 0
        minus = (target.value.payload is operator.sub) != negative
        added = step.tree(dot.terms[0].positive()) if negative else step.summed(dot)
        return statements("{w} -= {e}" if minus else "{w} += {e}", w=window, e=added)
    finals.append((window, _item(step, target.value, fact)))
    return []


def _item(step: Step, value: Op, base: Fact) -> gast.expr:
    """The tangent of what is stored: a store into an array broadcasts it, a list holds it as it is."""
    if not isinstance(base, Num):
        return step.whole(value, item_fact(base, 0))
    dot: Dot | None = step.tangents(value).get(())
    if dot is not None:
        return step.summed(dot)
    if step.tangents(value):
        return step.whole(value, base)
    return quote("0.0")


def _accumulated(
    step: Step, statement: Assign, target: StoreTarget, tree: gast.expr, index: gast.expr
) -> list[gast.stmt]:
    added = target.value.args[1]
    dot = step.only(added)
    if dot is None:
        return []
    call = clone(statement.node.value)
    sliced = isinstance(index, gast.Slice) or any(isinstance(e, gast.Slice) for e in getattr(index, "elts", []))
    call.args = [tree, clone(call.args[1]) if sliced else index, step.summed(dot)]
    return statements("{c}", c=call)
