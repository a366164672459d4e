"""Operations whose tangent is a matter of structure: parts, arrays put together, lists and what is done with them."""

from __future__ import annotations

import builtins
import functools
import math
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gast
import numpy as np

from s2sgrad.adjoint.choices import listed, selection
from s2sgrad.adjoint.joined import NEW_AXIS, ROWS, axis_of_stack, parts_of
from s2sgrad.adjoint.product import Product
from s2sgrad.analysis.facts import ANY_DIM, Num, Seq
from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.analysis.ir import Op
from s2sgrad.analysis.places import slots
from s2sgrad.errors import Refusal
from s2sgrad.quote import quote
from s2sgrad.tangent.dots import Dot, Dots, bare, read_from
from s2sgrad.tangent.linear import scale_of
from s2sgrad.tangent.respell import respelled

if TYPE_CHECKING:
    from s2sgrad.tangent.step import Step

__all__ = ["FORMS", "indexed"]

FORMS: dict[Any, Callable[[Any, Op], Dots]] = {}
_JOINS = (*ROWS, np.hstack, np.dstack, np.column_stack, *numpy_functions("concatenate concat"), np.block)


def form(*keys: Any) -> Callable[[Callable[..., Dots]], Callable[..., Dots]]:
    """Register how operations with these forms or functions give their tangent."""

    def register(maker: Callable[..., Dots]) -> Callable[..., Dots]:
        FORMS.update(dict.fromkeys(keys, maker))
        return maker

    return register


@form(operator.getitem)
def _getitem(step: Step, op: Op) -> Dots:
    """Of ``x[i]``: the same part of the tangent."""
    base, index = op.args
    found = step.only(base)
    if found is None:
        return {}
    fact = step.context.facts.of[op]
    scale, tree = _taken_apart(step, base, found)
    held = step.context.facts.of[base]
    if isinstance(held, Num) and held.shape == () and held.box in ("np", "any"):
        tree = quote("{np}.asarray({d})", np=step.numpy, d=tree)  # on some paths it is a zero of Python's
    part = indexed(step, op, tree, index)
    if isinstance(fact, Num):
        return {(): Dot((scale.times(Product(factors=(part,))),), chosen=found.chosen)}
    return {(): bare(part, found.chosen)} if slots(fact) is None else read_from(part, fact, found.chosen)


@form(np.choose)
def _choose(step: Step, op: Op) -> Dots:
    """Of ``np.choose(k, [a, b])``: the same choice among the tangents."""
    bound = step.context.facts.calls[op]
    choices = listed(op, bound.args[1])
    display = _tangents_of(step, choices)
    return {} if display is None else _chosen(step, op, choices, respelled(step, op, bound, {bound.args[1]: display}))


@form(np.select)
def _select(step: Step, op: Op) -> Dots:
    """Of ``np.select([p, q], [a, b], c)``: the same choice among the tangents."""
    bound = step.context.facts.calls[op]
    _, choices, default = selection(op, bound)
    every = choices if default is None else (*choices, default)
    display = _tangents_of(step, every)
    if display is None:
        return {}
    table = {bound.args[1]: display}
    if default is not None:
        table[default] = display.elts.pop()
    return _chosen(step, op, every, respelled(step, op, bound, table))


def _chosen(step: Step, op: Op, operands: tuple[Op, ...], tree: gast.expr) -> Dots:
    """What is chosen among the tangents of ``operands``, of which those that are zero may be too small."""
    terms = (Product(factors=(tree,)),)
    return {(): Dot(terms, step.is_full_sum(terms, op, [o for o in operands if not step.tangents(o)]))}


def _tangents_of(step: Step, operands: tuple[Op, ...]) -> Any:
    """A list of the tangents of some operands, 0 where nothing varies; None where nothing varies at all."""
    found = [step.single(operand) for operand in operands]
    display = quote("[]")
    display.elts = [quote("0.0") if tree is None else tree for tree in found]
    return None if all(tree is None for tree in found) else display


@form("item")
def _item(step: Step, op: Op) -> Dots:
    """Of one of the values that an array or a list is unpacked to: the same one of the tangent."""
    base = op.args[0]
    found = step.only(base)
    if found is None:
        return {}
    fact = step.context.facts.of[op]
    tree = step.full(found, step.context.facts.of[base], lambda: step.value(base))
    part = quote(f"{{x}}[{op.payload[0]}]", x=tree)
    return {(): bare(part, found.chosen)} if slots(fact) is None else read_from(part, fact, found.chosen)


def _taken_apart(step: Step, op: Op, dot: Dot) -> tuple[Product, gast.expr]:
    """The number that a tangent is scaled by, and the rest, at full shape."""
    scale = scale_of(dot.terms[0]) if len(dot.terms) == 1 and dot.full else None
    if scale is None:
        return Product(), step.full(dot, step.context.facts.of[op], lambda: step.value(op))
    term = dot.terms[0]
    return scale, step.tree(Product(1, 1, term.factors, 1, term.divisors, term.heavy))


def indexed(step: Step, op: Op, tree: gast.expr, index: Op) -> gast.expr:
    """The part of ``tree`` at the index that the user wrote."""
    return quote("{x}[{i}]", x=tree, i=step.value(index))


@form(*NEW_AXIS, *_JOINS)
def _stack(step: Step, op: Op) -> Dots:
    """Of arrays put together: their tangents put together, zeros where nothing varies."""
    bound = step.context.facts.calls[op]
    parts = parts_of(bound, op)
    fact = step.context.facts.of[parts]
    if isinstance(fact, Num):
        tree = step.single(parts)
        return {} if tree is None else {(): bare(respelled(step, op, bound, {parts: tree}))}
    axis_of_stack(step, op, bound)
    if not step.tangents(parts):
        return {}
    return {(): bare(respelled(step, op, bound, {parts: step.whole(parts, _of(step, op))}), chosen=True)}


def _of(step: Step, op: Op) -> Seq:
    """A sequence of what an operation gives: all that it is made of has a tangent."""
    return Seq("tuple", None, step.context.facts.of[op], ANY_DIM)


@form(*numpy_functions("multi_dot", module=np.linalg))
def _multi_dot(step: Step, op: Op) -> Dots:
    """Of a product of matrices: with the tangent of each in its place."""
    bound = step.context.facts.calls[op]
    found = [(a, tree) for a in bound.args[0].args if (tree := step.single(a)) is not None]
    terms = tuple(Product(factors=(respelled(step, op, bound, {a: tree}),)) for a, tree in found)
    return {(): Dot(terms, True)} if terms else {}


@form(builtins.float, np.ndarray.item, np.ndarray.tolist)
def _float(step: Step, op: Op) -> Dots:
    """Of ``float(x)``: as Python has it; of ``x.tolist()``: the same list of the tangent."""
    bound = step.context.facts.calls[op]
    if len(bound.args) > 1:
        raise Refusal("`item` of an index is not differentiated", "write `x[i]`, or `float(x[i])`", op.node)
    (operand,) = bound.args
    if isinstance(step.context.facts.of[op], Seq):
        whole = step.tangents(operand) and step.whole(operand)
        return {(): bare(quote("{d}.tolist()", d=whole))} if whole else {}
    fact, dot = step.context.facts.of[operand], step.only(operand)
    if dot is None:
        return {}
    if isinstance(fact, Num) and fact.box == "py":
        return {(): dot}
    has_axes = isinstance(fact, Num) and bool(fact.shape)
    text = "{x}.item()" if bound.function is np.ndarray.item and has_axes else "float({x})"
    return {(): bare(quote(text, x=step.full(dot, fact, lambda: step.value(operand))))}


# ---- lists ----


@form(list.append, list.insert, list.pop)
def _changed(step: Step, op: Op) -> Dots:
    """Of a list that a statement changes: the tangent is changed by a statement of its own."""
    return step.tangents(op.args[0])


@form(list.extend, builtins.list, builtins.tuple, list.copy)
def _mirrored(step: Step, op: Op) -> Dots:
    """Of a list made of others: the same of their tangents."""
    bound = step.context.facts.calls[op]
    fact = step.context.facts.of[op]
    if slots(fact) is not None and len(bound.args) == 1 and isinstance(step.context.facts.of[bound.args[0]], Seq):
        return step.tangents(bound.args[0])
    return _in_structure(step, op, {a: step.whole(a, fact) for a in bound.args})


def _in_structure(step: Step, op: Op, table: dict[Op, gast.expr]) -> Dots:
    """The same operation on tangents: of a list whose items are known one by one, the tangent of each."""
    fact, tree = step.context.facts.of[op], respelled(step, op, None, table)
    return {(): bare(tree)} if slots(fact) is None else read_from(tree, fact)


def _joined(step: Step, op: Op) -> Dots:
    """Of ``a + b``, both lists."""
    like = step.context.facts.of[op]
    if all(slots(step.context.facts.of[a]) is not None for a in op.args) and slots(like) is not None:
        first, second = op.args
        count = len(slots(step.context.facts.of[first]) or ())
        moved = {(path[0] + count, *path[1:]): dot for path, dot in step.tangents(second).items()}
        return {**step.tangents(first), **moved}
    return _in_structure(step, op, {a: step.whole(a, like) for a in op.args})


@form(operator.mul)
def _mul(step: Step, op: Op) -> Dots:
    """Of a list repeated, or of a product."""
    from s2sgrad.tangent.apply import by_rule

    if not isinstance(step.context.facts.of[op], Seq):
        return by_rule(step, op)
    return _in_structure(step, op, {a: step.whole(a) for a in op.args if isinstance(step.context.facts.of[a], Seq)})


@form(operator.add)
def _add(step: Step, op: Op) -> Dots:
    """Of a sum of lists, or of numbers."""
    from s2sgrad.tangent.apply import by_rule

    return _joined(step, op) if isinstance(step.context.facts.of[op], Seq) else by_rule(step, op)


@form(builtins.sum, math.fsum)
def _sum(step: Step, op: Op) -> Dots:
    """Of ``sum(xs)``: the sum of the tangents."""
    bound = step.context.facts.calls[op]
    operands = [*bound.args, *(v for _, v in bound.keywords)]
    fact = step.context.facts.of[operands[0]]
    if not any(step.tangents(o) for o in operands):
        return {}
    if isinstance(fact, Seq) and fact.items is not None and operands[0].form not in ("list", "tuple"):
        raise Refusal("this sum is not differentiated: what it runs over is not known", "use a list", op.node)
    tree: Any = respelled(step, op, None, {o: step.whole(o, _of(step, op)) for o in operands})
    if bound.function is builtins.sum and len(tree.args) == 1 and isinstance(fact, Seq) and not fact.length.some:
        tree.args.append(quote("0.0"))  # of no item at all it would be an integer
    return {(): bare(tree)}


@form(math.hypot)
def _hypot(step: Step, op: Op) -> Dots:
    """Of the length of a vector: 0 at the origin. Two coordinates go by the rule."""
    from s2sgrad.tangent.apply import by_rule

    args = step.context.facts.calls[op].args
    if len(args) == 2:
        return by_rule(step, op)
    terms = [quote("{a} * {d}", a=step.value(a), d=step.whole(a)) for a in args if step.tangents(a)]
    if not terms:
        return {}
    total = functools.reduce(lambda a, b: quote("{a} + {b}", a=a, b=b), terms)
    return {(): bare(quote("({t}) / ({y} or 1.0)", t=total, y=step.value(op)))}


@form(builtins.max, builtins.min)
def _best(step: Step, op: Op) -> Dots:
    """Of ``max(xs)``: the tangent of the item that Python took, the first of equal ones."""
    bound = step.context.facts.calls[op]
    (xs, *others), fact = bound.args, step.context.facts.of[bound.args[0]]
    element = fact.element if isinstance(fact, Seq) and fact.items is None else None
    if others or bound.keywords or not isinstance(element, Num) or element.shape != () or not isinstance(fact, Seq):
        raise Refusal(
            "this choice is not differentiated", "choose among the numbers of a list, or use `np.max`", op.node
        )
    text = "{d}[{x}.index({y})]" if fact.kind == "list" else "{d}[list({x}).index({y})]"
    return {(): bare(quote(text, d=step.whole(xs), x=step.value(xs), y=step.value(op)))}


@form(builtins.sorted)
def _sorted(step: Step, op: Op) -> Dots:
    """Of sorted numbers: the tangents in the same order."""
    bound = step.context.facts.calls[op]
    xs, fact = bound.args[0], step.context.facts.of[bound.args[0]]
    known = isinstance(fact, Seq) and isinstance(fact.element, Num) and fact.element.shape == ()
    if not known or [k for k, _ in bound.keywords if k != "reverse"] or getattr(fact, "kind", "") != "list":
        raise Refusal("this sorting is not differentiated", "sort a list of numbers, without `key=`", op.node)
    passed = "".join(f", {k}={{{k}}}" for k, _ in bound.keywords)
    holes = {k: step.value(v) for k, v in bound.keywords}
    text = "sorted(range(len({x})), key={x}.__getitem__" + passed + ")"
    order = step.local("order", quote(text, x=step.value(xs), **holes), temporary=True)
    return {(): bare(quote(f"[{{d}}[k] for k in {order}]", d=step.whole(xs)))}
