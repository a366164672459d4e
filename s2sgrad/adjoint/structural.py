"""Operations whose adjoint is a matter of structure: item and slice reads, displays, stacking, pairs of helpers."""

from __future__ import annotations

import builtins
import itertools
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gast
import numpy as np

from s2sgrad.adjoint.apply import apply_rule
from s2sgrad.adjoint.lists import zero_array, zeros
from s2sgrad.adjoint.product import Product
from s2sgrad.adjoint.unstack import unstacked
from s2sgrad.adjoint.windows import as_value, is_mask, new_axis, repeats_index
from s2sgrad.analysis.facts import Num, Seq
from s2sgrad.analysis.ir import Op
from s2sgrad.analysis.places import slot_key
from s2sgrad.errors import Refusal
from s2sgrad.quote import quote

if TYPE_CHECKING:
    from s2sgrad.adjoint.group import Group

__all__ = ["STRUCTURAL", "item_of_call", "single"]

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
    holes = {"dx": quote(name), "i": group.value(index), "e": added, "np": group.numpy}
    holes["i"] = as_value(holes["i"], group.numpy, index) if repeats_index(fact) else holes["i"]
    repeats = repeats_index(fact)
    group.add(("{np}.add.at({dx}, {i}, {e})" if repeats else "{dx}[{i}] += {e}"), **holes)
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


@structural(np.array, np.asarray, np.stack, np.vstack, np.hstack, np.concatenate, np.column_stack)
def _stack(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of arrays put together: the part of the incoming adjoint where each of them went."""
    bound = group.context.facts.calls[op]
    parts = bound.args[0]
    if isinstance(group.context.facts.of[parts], Num):
        return [(parts, group.named(op, incoming, spread=True), False)]
    axis = _axis(group, op, bound)
    if parts.form not in ("tuple", "list"):
        return [(parts, unstacked(group, op, parts, single(group, op, incoming), axis), False)]
    source = single(group, op, incoming)
    new_axis = bound.function in (np.array, np.asarray, np.stack)
    if not new_axis:
        axis, new_axis = _joined_axis(group, op, bound.function, parts, axis)
    if new_axis:
        items = _items(source, axis, len(parts.args))
    else:
        items = _segments(group, source, axis, parts)
    return [
        (a, Product(factors=(d,), heavy="part"), False)
        for a, d in zip(parts.args, items, strict=True)
        if group.active(a)
    ]


def _axis(group: Group, op: Op, bound: Any) -> int:
    passed = dict(bound.keywords)
    unknown = set(passed) - {"axis", "dtype"}
    if unknown:
        raise Refusal(f"`{sorted(unknown)[0]}=` has no derivative rule here", "leave it out", op.node)
    axis = passed.get("axis") or (bound.args[1] if len(bound.args) > 1 and bound.function is not np.array else None)
    if axis is None:
        return 0
    fact = group.context.facts.of[axis]
    value = fact.value if isinstance(fact, Num) else None
    if not isinstance(value, int):
        raise Refusal("the axis must be known", "write it as a number", op.node)
    rank = group.context.facts.of[op]
    return value % (rank.rank or 1) if isinstance(rank, Num) and rank.rank is not None else value


def _joined_axis(group: Group, op: Op, function: Any, parts: Op, axis: int) -> tuple[int, bool]:
    """The axis along which the parts lie in the result, and whether it is a new one."""
    ranks = {f.rank if isinstance(f := group.context.facts.of[a], Num) else None for a in parts.args}
    if len(ranks) != 1 or None in ranks:
        raise Refusal(
            "the ranks of the arrays put together here differ or are unknown", "give each the same rank", op.node
        )
    rank = ranks.pop() or 0
    if function is np.vstack:
        return 0, rank == 1
    if function is np.column_stack:
        return 1, rank == 1
    if function is np.hstack:
        return (0 if rank <= 1 else 1), rank == 0
    return axis, False


def _items(source: gast.expr, axis: int, n: int) -> list[gast.expr]:
    return [quote("{d}[" + ":, " * axis + f"{i}]", d=source) for i in range(n)]


def _segments(group: Group, source: gast.expr, axis: int, parts: Op) -> list[gast.expr]:
    """The slice of each part, from the lengths of those before it."""
    template = "len({x})" if axis == 0 else f"{{x}}.shape[{axis}]"
    ends: list[gast.expr] = []
    for part in parts.args[:-1]:
        length = quote(template, x=group.value(part))
        ends.append(length if not ends else quote("{a} + {b}", a=ends[-1], b=length))
    bounds = [None, *ends, None]
    before = ":, " * axis
    return [
        quote("{d}[" + before + ("{a}" if a else "") + ":" + ("{b}" if b else "") + "]", d=source, **_given(a=a, b=b))
        for a, b in itertools.pairwise(bounds)
    ]


def _given(**holes: gast.expr | None) -> dict[str, gast.expr]:
    return {k: v for k, v in holes.items() if v is not None}


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


@structural(builtins.float)
def _float(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of ``float(x)``: unchanged; an array of one element gets its own shape back."""
    bound = group.context.facts.calls[op]
    (operand,) = bound.args
    fact = group.context.facts.of[operand]
    if isinstance(fact, Num) and fact.shape == ():
        return [(operand, p, False) for p in incoming]
    return [(operand, group.named(op, incoming, spread=False), False)]
