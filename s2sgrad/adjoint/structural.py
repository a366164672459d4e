"""Operations whose adjoint is a matter of structure: item and slice reads, displays, stacking, pairs of helpers."""

from __future__ import annotations

import builtins
import inspect
import itertools
import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import gast
import numpy as np

from s2sgrad.adjoint.apply import apply_rule
from s2sgrad.adjoint.fit import full_shape
from s2sgrad.adjoint.iterate import item_path, iteration_of, unsliced
from s2sgrad.adjoint.product import Product
from s2sgrad.analysis import infer as table
from s2sgrad.analysis.facts import Fact, Num, Seq, Static
from s2sgrad.analysis.ir import For, Op
from s2sgrad.analysis.places import leaves, place_of, slot_fact, slots
from s2sgrad.errors import Refusal, S2SGradError
from s2sgrad.quote import quote
from s2sgrad.request import Path

if TYPE_CHECKING:
    from s2sgrad.adjoint.group import Group

__all__ = ["STRUCTURAL", "Window", "is_basic_index", "window_of"]

Results = list[tuple[Op, Product, bool]]
STRUCTURAL: dict[Any, Callable[[Any, Op, list[Product]], Results]] = {}


def structural(*keys: Any) -> Callable[[Callable[..., Results]], Callable[..., Results]]:
    """Register how operations with these forms or functions pass their adjoint on."""

    def register(handler: Callable[..., Results]) -> Callable[..., Results]:
        STRUCTURAL.update(dict.fromkeys(keys, handler))
        return handler

    return register


@dataclass(frozen=True)
class Window:
    """Part of a place: the indices that lead to it, and whether the last may name an element more than once."""

    place: Path
    indices: tuple[gast.expr, ...] = ()
    repeats: bool = False


def is_basic_index(fact: Fact) -> bool:
    """True for an index of integers, slices, ``...`` and ``None`` alone: it selects a view."""
    if isinstance(fact, Num):
        return fact.kind in "iu" and fact.box in ("py", "np")
    if isinstance(fact, Seq):
        return fact.kind == "tuple" and fact.items is not None and all(map(is_basic_index, fact.items))
    return isinstance(fact, table.SliceFact) or (isinstance(fact, Static) and fact.value in (None, Ellipsis))


def repeats_index(fact: Fact) -> bool:
    """True for an index that may name an element more than once."""
    return not is_basic_index(fact) and not _is_mask(fact)


def as_value(tree: gast.expr, numpy: gast.expr, index: Op) -> gast.expr:
    """An index as an expression of its own: slices are written with ``np.s_``."""
    sliced = any(o.form == "slice" for o in index.walk())
    return quote("{np}.s_[{i}]", np=numpy, i=tree) if sliced else tree


def _is_mask(fact: Fact) -> bool:
    return isinstance(fact, Num) and fact.kind == "b" and fact.box == "array"


def window_of(group: Group, op: Op) -> Window | None:
    """The place, or the window of a place, that ``op`` reads; None where it computes something."""
    facts = group.context.facts
    place = place_of(op, facts)
    if place is not None:
        return Window(place)
    base, index, fact = _indexing(group, op)
    if base is None or index is None:
        return None
    slot = op.node.slice if isinstance(op.node, gast.Subscript) else None
    if slot is not None and new_axis(slot) is not None and isinstance(group.context.facts.of[base], Num):
        return None
    outer = window_of(group, base)
    if outer is None or outer.repeats:
        return None
    repeats = fact is not None and repeats_index(fact)
    if repeats:
        index = as_value(index, group.numpy, op.args[1])
    return Window(outer.place, (*outer.indices, index), repeats)


def new_axis(index: gast.expr) -> int | None:
    """The axis that an index of ``None`` and full slices alone inserts; None for any other index."""
    parts = list(index.elts) if isinstance(index, gast.Tuple) else [index]
    inserted = [i for i, p in enumerate(parts) if isinstance(p, gast.Constant) and p.value is None]
    plain = all(
        isinstance(p, gast.Slice) and p.lower is p.upper is p.step is None
        for p in parts
        if not isinstance(p, gast.Constant)
    )
    return (
        inserted[0]
        if len(inserted) == 1 and plain and len(parts) - 1 == sum(isinstance(p, gast.Slice) for p in parts)
        else None
    )


def without_axis(tree: gast.expr, axis: int) -> gast.expr:
    """An adjoint whose axis ``axis`` has length 1, without that axis."""
    if isinstance(tree, gast.Call) and isinstance(tree.func, gast.Attribute) and tree.func.attr == "sum":
        passed = {k.arg: k.value for k in tree.keywords}
        if not tree.args and getattr(passed.get("axis"), "value", None) == axis and "keepdims" in passed:
            return quote(f"{{x}}.sum(axis={axis})", x=tree.func.value)
    return quote("{x}[" + ":, " * axis + "0]", x=tree)


def _indexing(group: Group, op: Op) -> tuple[Op | None, gast.expr | None, Fact | None]:
    facts = group.context.facts
    if isinstance(group.statement, For):
        path = item_path(op, group.statement.item)
        part = None if path is None else iteration_of(group.statement, facts).part(path)
        if part is not None:
            whole, first = unsliced(part, facts)
            index = group.context.indices[group.statement]
            return whole, quote(f"{index} + {first}" if first else index), None
    if op.form == "call" and op.payload is operator.getitem:
        base, index = op.args
        own = facts.of[base]
        if isinstance(own, Num) and own.rank == 0:
            return None, None, None
        if isinstance(own, Num) or (isinstance(own, Seq) and own.items is None and _is_integer(facts.of[index])):
            return base, group.value(index), facts.of[index]
    if op.form == "item" and (isinstance(facts.of[op.args[0]], Num) or slots(facts.of[op.args[0]]) is not None):
        return op.args[0], quote(repr(op.payload[0])), None
    return None, None, None


def _is_integer(fact: Fact) -> bool:
    return isinstance(fact, Num) and fact.kind in "iu"


def _single(group: Group, op: Op, incoming: list[Product]) -> gast.expr:
    """The incoming adjoint as a name or a window that can be indexed, at the full shape of the value of ``op``."""
    product, fact = incoming[0], group.context.facts.of[op]
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
        raise Refusal("indexing this value is not differentiated yet", "index an array or a list", op.node)
    fact, own = facts.of[index], facts.of[base]
    if isinstance(own, Num) and own.rank == 0:
        total = quote("{np}.sum({e})", np=group.numpy, e=_single(group, op, incoming))
        return [(base, Product(factors=(total,), heavy="sum"), False)]
    axis = new_axis(op.node.slice) if isinstance(op.node, gast.Subscript) else None
    if axis is not None:
        product = incoming[0]
        if len(incoming) > 1 or not product.bare or not group.is_full(product, op):
            product = group.named(op, incoming, spread=True)
        dropped = without_axis(product.factors[0], axis)
        return [(base, replace(product, factors=(dropped,)), op in group.masked)]
    zeros = quote("{np}.zeros_like({x})", np=group.numpy, x=group.value(base))
    name = group.local(group.context.scope.prefix + _noun(group, base), zeros, temporary=True)
    added = group.tree(incoming[0]) if len(incoming) == 1 else group.sum(incoming)
    holes = {"dx": quote(name), "i": group.value(index), "e": added, "np": group.numpy}
    holes["i"] = as_value(holes["i"], group.numpy, index) if repeats_index(fact) else holes["i"]
    repeats = repeats_index(fact)
    group.add(("{np}.add.at({dx}, {i}, {e})" if repeats else "{dx}[{i}] += {e}"), **holes)
    return [(base, Product(factors=(quote(name),)), _is_mask(fact))]


def _noun(group: Group, op: Op) -> str:
    from s2sgrad.names import temporary

    return temporary(op, group.context.parents.get(op), group.context.facts)


@structural("tuple", "list")
def _display(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of a display: item by item."""
    source = _single(group, op, incoming)
    items = [quote(f"{{d}}[{i}]", d=source) for i in range(len(op.args))]
    return [(a, Product(factors=(d,)), False) for a, d in zip(op.args, items, strict=True) if group.active(a)]


@structural(np.array, np.asarray, np.stack, np.vstack, np.hstack, np.concatenate, np.column_stack)
def _stack(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of arrays put together: the part of the incoming adjoint where each of them went."""
    bound = group.context.facts.calls[op]
    parts = bound.args[0]
    if isinstance(group.context.facts.of[parts], Num):
        return [(parts, group.named(op, incoming, spread=True), False)]
    if parts.form not in ("tuple", "list"):
        raise Refusal("the arrays put together here are not listed one by one", "write them as a list: [a, b]", op.node)
    axis = _axis(group, op, bound)
    source = _single(group, op, incoming)
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
        return [(bound.args[0], replace(product, factors=(matrix,)), False)]
    return [(bound.args[0], Product(factors=(quote("{d}.T", d=_single(group, op, [product])),)), False)]


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
def _item(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of one of the values that a helper returned: kept until the helper's own turn comes."""
    base = op.args[0]
    group.slots.setdefault(base, {})[(op.payload[0],)] = incoming
    group.pending.setdefault(base, [])
    return []


def call_helper(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of a call of a user's function: its backward function, given what its forward function saved."""
    callee = group.context.facts.callees[op]
    if isinstance(callee, S2SGradError):
        raise callee if callee.lineno is not None else Refusal(callee.reason, callee.instead, op.node)
    seeds = dict(group.slots.get(op, {}))
    if incoming:
        seeds[()] = incoming
    parts = _active_parameters(group, op, callee)
    inputs = [(name, *leaf) for name, _, paths in parts for leaf in paths]
    pair, given = group.context.pairs.pair(callee, inputs, list(seeds))
    call = _forward_call(group, op, pair)
    dy = _seed_tree(group, op, seeds)
    names = {path: group.reserve("_".join(map(str, path))) for path in inputs}
    targets = ", ".join(names.get(path, "_") for path in given)
    group.add(f"{targets} = {pair.backward}({call.saved}, {{dy}})", dy=dy)
    return _helper_results(group, parts, list(names.values()))


def _active_parameters(group: Group, op: Op, callee: Any) -> list[tuple[str, Op, list[Path]]]:
    """For each parameter with an active argument: its name, the argument, and the leaves that are active."""
    bound = group.context.facts.calls[op]
    signature = inspect.signature(callee.function)
    arguments = signature.bind(*bound.args, **dict(bound.keywords)).arguments
    found = []
    for name, value in arguments.items():
        if isinstance(value, Op):
            if group.active(value):
                found.append((name, value, _active_leaves(group, value)))
        elif any(group.active(v) for v in (value if isinstance(value, tuple) else value.values())):
            raise Refusal(
                "active values for a starred parameter are not differentiated yet", "name the parameters", op.node
            )
    return found


def _active_leaves(group: Group, op: Op) -> list[Path]:
    place = place_of(op, group.context.facts)
    paths = list(leaves(group.context.facts.of[op]))
    if place is None:
        return paths
    active = group.context.activity.before[group.statement]
    varied = group.context.activity.varied_before[group.statement]
    return [p for p in paths if (*place, *p) in active or (*place, *p) in varied]


def _forward_call(group: Group, op: Op, pair: Any) -> Any:
    from s2sgrad.adjoint.assemble import PairCall
    from s2sgrad.adjoint.finish import hoist

    context = group.context
    known = context.pair_names.get(op)
    if isinstance(known, PairCall):
        return known
    if op not in group.context.roots:
        hoist(group, op)
    else:
        context.hoisted[op] = context.roots[op]
    saved = context.scope.new("saved_" + pair.forward.removeprefix("forward_"))
    context.bound_by.setdefault(group.statement, set()).add(saved)
    bound = op.args[0].args[0].node if op.payload is None and op.args[0].form == "attribute" else None
    context.pair_names[op] = PairCall(pair.forward, saved, bound)
    return context.pair_names[op]


def _seed_tree(group: Group, op: Op, seeds: dict[Path, list[Product]]) -> gast.expr:
    if list(seeds) == [()]:
        return _single(group, op, seeds[()])
    display = quote("()")
    display.elts = [_seed(group, op, path, terms) for path, terms in seeds.items()]
    return display


def _seed(group: Group, op: Op, path: Path, terms: list[Product]) -> gast.expr:
    tree = group.sum(terms)
    fact = group.context.fact(tree, group.statement)
    wanted = slot_fact(group.context.facts.of[op], path)
    if isinstance(wanted, Num) and wanted.shape != () and not full_shape(fact, wanted):
        item = next(t.name for t in group.statement.targets if t.value.payload == (path[0], t.value.payload[1]))
        return group.spread(tree, fact, quote(item))
    return tree


def _helper_results(group: Group, parts: list[tuple[str, Op, list[Path]]], names: list[str]) -> Results:
    results: Results = []
    flat = iter(names)
    for _, operand, paths in parts:
        for path in paths:
            name = next(flat)
            group.context.adjoint_facts[name] = slot_fact(group.context.facts.of[operand], path)
            product = Product(factors=(quote(name),))
            if path:
                place = place_of(operand, group.context.facts)
                if place is None:
                    raise Refusal(
                        "this argument's parts are differentiated one by one", "assign it to a name", operand.node
                    )
                group.contribute((*place, *path), product, operand.number)
            else:
                results.append((operand, product, False))
    return results


@structural(builtins.float)
def _float(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of ``float(x)``: unchanged; an array of one element gets its own shape back."""
    bound = group.context.facts.calls[op]
    (operand,) = bound.args
    fact = group.context.facts.of[operand]
    if isinstance(fact, Num) and fact.shape == ():
        return [(operand, p, False) for p in incoming]
    return [(operand, group.named(op, incoming, spread=False), False)]
