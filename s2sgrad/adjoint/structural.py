"""Operations whose adjoint is a matter of structure: item and slice reads, displays, stacking, pairs of helpers."""

from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gast
import numpy as np

from s2sgrad.adjoint.apply import apply_rule
from s2sgrad.adjoint.lists import zero_array, zeros
from s2sgrad.adjoint.product import Product
from s2sgrad.adjoint.windows import added_at, as_value, is_mask, is_table, new_axis, repeats_index
from s2sgrad.analysis.facts import Num, Seq
from s2sgrad.analysis.ir import Op
from s2sgrad.analysis.places import slot_key
from s2sgrad.errors import Refusal
from s2sgrad.quote import quote

if TYPE_CHECKING:
    from s2sgrad.adjoint.group import Group

__all__ = ["STRUCTURAL", "item_of_call", "single", "structural"]

Results = list[tuple[Op, Product, bool]]
STRUCTURAL: dict[Any, Callable[[Any, Op, list[Product]], Results]] = {}


def structural(*keys: Any) -> Callable[[Callable[..., Results]], Callable[..., Results]]:
    """Register how operations with these forms or functions pass their adjoint on."""

    def register(handler: Callable[..., Results]) -> Callable[..., Results]:
        STRUCTURAL.update(dict.fromkeys(keys, handler))
        return handler

    return register


def without_axis(tree: gast.expr, axis: int) -> gast.expr:
    """An adjoint whose axis ``axis`` has length 1, without that axis."""
    if isinstance(tree, gast.Call) and isinstance(tree.func, gast.Attribute) and tree.func.attr == "sum":
        passed = {k.arg: k.value for k in tree.keywords}
        if not tree.args and getattr(passed.get("axis"), "value", None) == axis and "keepdims" in passed:
            return quote(f"{{x}}.sum(axis={axis})", x=tree.func.value)
    return quote("{x}[" + ":, " * axis + "0]", x=tree)


def single(group: Group, op: Op, incoming: list[Product]) -> gast.expr:
    """The incoming adjoint as a name or a window that can be indexed, at the full shape of the value of ``op``."""
    product, fact = incoming[0], group.context.facts.of[op]
    if isinstance(fact, Seq):
        return group.listed(op, incoming)
    if len(incoming) == 1 and product.literal and isinstance(fact, Num) and fact.shape == ():
        return group.tree(product)
    if (
        len(incoming) == 1
        and product.sign > 0
        and product.bare
        and group.is_simple(product)
        and group.is_full(product, op)
        and getattr(group.fact_of(product.factors[0]), "kind", "?") not in "biu"
    ):
        return product.factors[0]
    return group.named(op, incoming, spread=True).factors[0]


@structural(operator.getitem)
def _getitem(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of ``(expression)[index]``: an array of zeros with the incoming adjoint at the index."""
    base, index = op.args
    facts = group.context.facts
    if not isinstance(facts.of[base], Num):
        return _item_of_list(group, op, incoming)
    fact, own = facts.of[index], facts.of[base]
    if isinstance(own, Num) and own.rank == 0:
        total = quote("{np}.sum({e})", np=group.numpy, e=single(group, op, incoming))
        return [(base, Product(factors=(total,), heavy="sum"), False)]
    axis = new_axis(op.node.slice) if isinstance(op.node, gast.Subscript) else None
    if axis is not None:
        product = incoming[0]
        if len(incoming) > 1 or not product.bare or not group.is_full(product, op):
            product = group.named(op, incoming, spread=True)
        dropped = without_axis(product.factors[0], axis)
        return [(base, product.of(dropped), op in group.masked)]
    empty = zero_array(own, group.value(base), group.numpy)
    name = group.local(group.context.scope.prefix + _noun(group, base), empty, temporary=True)
    added = group.tree(incoming[0]) if len(incoming) == 1 else group.sum(incoming)
    place = group.value(index)
    if repeats_index(fact):
        picked = facts.of[op] if is_table(fact, own) else None
        group.temporaries += added_at(group, quote(name), as_value(place, group.numpy, index), added, picked)
    else:
        group.add("{dx}[{i}] += {e}", dx=quote(name), i=place, e=added)
    return [(base, Product(factors=(quote(name),)), is_mask(fact))]


def _item_of_list(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of ``(list expression)[i]``: a list of zeros with the incoming adjoint at the index."""
    base, index = op.args
    fact = group.context.facts.of[base]
    if not isinstance(fact, Seq) or fact.items is not None:
        raise Refusal("indexing this value is not differentiated yet", "index an array or a list", op.node)
    name = group.context.scope.prefix + _noun(group, base)
    name = group.local(name, zeros(fact, group.value(base), group.numpy), temporary=True)
    group.context.adjoint_facts[name] = fact
    group.add("{dx}[{i}] += {e}", dx=quote(name), i=group.value(index), e=group.sum(incoming))
    return [(base, Product(factors=(quote(name),)), False)]


def _noun(group: Group, op: Op) -> str:
    from s2sgrad.names import temporary

    return temporary(op, group.context.parents.get(op), group.context.facts)


@structural(math.hypot)
def _hypot(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of the length of a vector: each coordinate's share of it, 0 at the origin. Two coordinates go by the rule."""
    bound = group.context.facts.calls[op]
    if len(bound.args) == 2:
        return apply_rule(group, op, incoming, op in group.masked)
    product = incoming[0] if len(incoming) == 1 else group.named(op, incoming, spread=False)
    length = quote(group.local("length", quote("{y} or 1.0", y=group.value(op)), temporary=True))
    shares = [(a, Product(factors=(group.value(a),), divisors=(length,))) for a in bound.args if group.active(a)]
    return [(a, product.times(share), False) for a, share in shares]


@structural(np.transpose)
def _transpose(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of a transposed matrix; a product of matrices is transposed factor by factor. Other axes go by the rule."""
    bound = group.context.facts.calls[op]
    fact = group.context.facts.of[op]
    if len(bound.args) > 1 or bound.keywords or not isinstance(fact, Num) or fact.rank != 2:
        return apply_rule(group, op, incoming, op in group.masked)
    product = incoming[0] if len(incoming) == 1 else group.named(op, incoming, spread=True)
    if product.bare and (matrix := transposed(product.factors[0])) is not None:
        return [(bound.args[0], product.of(matrix), False)]
    return [(bound.args[0], Product(factors=(quote("{d}.T", d=single(group, op, [product])),)), False)]


def transposed(tree: gast.expr) -> gast.expr | None:
    """The transpose of a product or an outer product, or of a transpose; None for anything else."""
    if isinstance(tree, gast.BinOp) and isinstance(tree.op, gast.MatMult):
        return quote("{b} @ {a}", a=_flipped(tree.left), b=_flipped(tree.right))
    if isinstance(tree, gast.Call) and isinstance(tree.func, gast.Attribute) and tree.func.attr == "outer":
        return quote("{f}({b}, {a})", f=tree.func, a=tree.args[0], b=tree.args[1])
    return None


def _flipped(tree: gast.expr) -> gast.expr:
    back = isinstance(tree, gast.Attribute) and tree.attr == "T"
    return tree.value if back else quote("{x}.T", x=tree)


@structural("item")
def item_of_call(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of one of the values that a helper returned: kept until the helper's own turn comes."""
    base = op.args[0]
    key = slot_key(op, group.context.facts)
    group.slots.setdefault(base, {})[(op.payload[0] if key is None else key,)] = incoming
    group.pending.setdefault(base, [])
    return []


@structural(builtins.float, np.ndarray.item, np.ndarray.tolist)
def _float(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of ``float(x)`` and ``x.item()``: unchanged; an array of one element gets its own shape back."""
    bound = group.context.facts.calls[op]
    if len(bound.args) > 1:
        raise Refusal("`item` of an index is not differentiated", "write `x[i]`, or `float(x[i])`", op.node)
    (operand,) = bound.args
    fact = group.context.facts.of[operand]
    if isinstance(fact, Num) and fact.shape == ():
        return [(operand, p, False) for p in incoming]
    return [(operand, group.named(op, incoming, spread=False), False)]
