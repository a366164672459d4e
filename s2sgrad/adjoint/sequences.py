"""Adjoints of lists that are not followed item by item: the adjoint of such a list is a list of the same length.

Whatever makes a list longer is undone on its adjoint by taking the same items off again.
"""

from __future__ import annotations

import builtins
import functools
import math
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gast
import numpy as np

from s2sgrad.adjoint.fit import fit, full_shape
from s2sgrad.adjoint.lists import bare, list_sum, zeros
from s2sgrad.adjoint.product import Product
from s2sgrad.adjoint.structural import Results, item_of_call, structural
from s2sgrad.adjoint.windows import Window
from s2sgrad.analysis.facts import Fact, Num, Seq, is_scalar, may_be_complex
from s2sgrad.analysis.ir import Assign, Op
from s2sgrad.analysis.places import leaves, place_of
from s2sgrad.errors import Refusal
from s2sgrad.quote import names_in, quote
from s2sgrad.request import Path

if TYPE_CHECKING:
    from s2sgrad.adjoint.group import Group

__all__ = ["LISTS", "on_lists"]

LISTS: dict[Any, Callable[[Any, Op, list[Product]], Results]] = {}
"""How operations whose value is a list or tuple pass its adjoint on, by form or function."""


def on_lists(*keys: Any) -> Callable[[Callable[..., Results]], Callable[..., Results]]:
    """Register how operations with these forms or functions pass the adjoint of a list on."""

    def register(handler: Callable[..., Results]) -> Callable[..., Results]:
        LISTS.update(dict.fromkeys(keys, handler))
        return handler

    return register


def _part(tree: gast.expr) -> Product:
    """An item of an adjoint list: it has the shape of the item that it belongs to."""
    return Product(factors=(tree,), heavy="part")


def _taken(group: Group, item: Op, tree: gast.expr, alone: bool = True) -> Results:
    """Pass on what is taken off an adjoint list, exactly once whether it counts or not."""
    if not group.active(item):
        group.add("{e}", e=tree)
        return []
    one = list(leaves(group.context.facts.of[item])) == [()]
    used_once = one and alone and place_of(item, group.context.facts) is not None
    return [(item, _part(tree if used_once else group.kept(item, tree)), False)]


@on_lists(list.append)
def _append(group: Group, op: Op, incoming: list[Product]) -> Results:
    xs, item = op.args
    source = group.listed(op, incoming)
    return [*_taken(group, item, quote("{d}.pop()", d=source)), (xs, Product(factors=(source,)), False)]


@on_lists(list.insert)
def _insert(group: Group, op: Op, incoming: list[Product]) -> Results:
    xs, place, item = op.args
    if not (place.form == "const" and place.payload == 0):
        raise Refusal("`.insert()` is differentiated at the front only", "insert at 0, or use `.append()`", op.node)
    source = group.listed(op, incoming)
    return [*_taken(group, item, quote("{d}.pop(0)", d=source)), (xs, Product(factors=(source,)), False)]


@on_lists(list.pop)
def _popped(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of a list without its last or its first item: the adjoint of that item gets its place again."""
    xs, place = op.args
    source, fact = group.listed(op, incoming), group.context.facts.of[xs]
    item = group.statement.value if isinstance(group.statement, Assign) else op
    if item is op or not isinstance(fact, Seq):
        value = quote("{x}[{i}]", x=group.value(xs), i=group.value(place))
        given = zeros(fact.element, value, group.numpy) if isinstance(fact, Seq) else value
    else:
        terms = {(): group.pending.pop(item, []), **group.slots.pop(item, {})}
        given = _given_back(group, fact.element, group.value(item), terms)
    group.add("{d}.append({e})" if place.payload else "{d}.insert(0, {e})", d=source, e=given)
    return [(xs, Product(factors=(source,)), False)]


def _given_back(
    group: Group, fact: Fact, value: gast.expr, terms: dict[Path, list[Product]], path: Path = ()
) -> gast.expr:
    """The adjoint of the item that ``value`` reads, at its full shape; of a tuple, part by part."""
    own = terms.get(path, [])
    if isinstance(fact, Seq) and fact.items is not None and not own:
        parts = [
            _given_back(group, f, quote(f"{{x}}[{i}]", x=value), terms, (*path, i)) for i, f in enumerate(fact.items)
        ]
        display = quote("[]")
        display.elts = parts
        return display
    if isinstance(fact, Seq) and own:
        return functools.reduce(functools.partial(list_sum, fact), map(bare, own))
    if not own:
        return zeros(fact, value, group.numpy)
    tree = group.sum(own)
    found = group.context.fact(tree, group.statement)
    compact = isinstance(fact, Num) and fact.shape != () and not full_shape(found, fact)
    return group.spread(tree, found, value) if compact else tree


@on_lists("item")
def _returned(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of one of several lists that a helper returned."""
    return item_of_call(group, op, incoming)


@on_lists("tuple", "list")
def _display(group: Group, op: Op, incoming: list[Product]) -> Results:
    source = group.listed(op, incoming)
    return [(a, _part(quote(f"{{d}}[{i}]", d=source)), False) for i, a in enumerate(op.args) if group.active(a)]


@on_lists(operator.add, list.extend)
def _joined(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of ``a + b``: the front and the end of the list."""
    a, b = op.args
    source = group.listed(op, incoming)
    if b.form == "list" and isinstance(source, gast.Name):
        taken = [_taken(group, e, quote("{d}.pop()", d=source), len(b.args) == 1) for e in reversed(b.args)]
        return [*(r for results in taken for r in results), *_given(group, a, source)]
    n = quote("len({a})", a=group.value(a))
    front, end = quote("{d}[:{n}]", d=source, n=n), quote("{d}[{n}:]", d=source, n=n)
    return [*_given(group, a, front), *_given(group, b, end)]


@on_lists(operator.mul)
def _several_times(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of ``[a, b] * n``: the sum over all places where an item went."""
    a, b = op.args
    display = a if isinstance(group.context.facts.of[a], Seq) else b
    if display.form != "list":
        raise Refusal("repeating this list is not differentiated", "write it as `[a, b] * n`", op.node)
    source, step = group.listed(op, incoming), len(display.args)
    found: Results = []
    for i, item in enumerate(display.args):
        if not group.active(item):
            continue
        fact = group.context.facts.of[item]
        every = source if step == 1 else quote(f"{{d}}[{i}::{step}]", d=source)
        start = quote("0.0") if is_scalar(fact) else zeros(fact, group.value(item), group.numpy)
        found.append((item, _part(quote("sum({d}, {z})", d=every, z=start)), False))
    return found


def _given(group: Group, op: Op, tree: gast.expr) -> Results:
    """Pass a part of an adjoint list on to one of the lists that were joined."""
    if not group.active(op):
        return []
    fact = group.context.facts.of[op]
    if not isinstance(fact, Seq):
        raise Refusal("only lists are differentiated here", "make it a list: `list(...)`", op.node)
    return [(op, Product(factors=(tree,)), False)]


@on_lists(builtins.list, builtins.tuple, list.copy)
def _copied(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of ``list(xs)``: the same items; of an array, its rows."""
    (xs,) = group.context.facts.calls[op].args
    source = group.listed(op, incoming)
    fact = group.context.facts.of[xs]
    if isinstance(fact, Num):
        return [(xs, Product(factors=(_as_array(group, xs, source),), heavy="part"), False)]
    return _given(group, xs, source)


@on_lists(np.ndarray.tolist)
def _nested_list(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of ``x.tolist()``: an array again."""
    (x,) = group.context.facts.calls[op].args
    fact = group.context.facts.of[x]
    flat = isinstance(fact, Num) and fact.rank == 1
    tree = _as_array(group, x, group.listed(op, incoming))
    tree = tree if flat else quote("{d}.reshape({x}.shape)", d=tree, x=group.value(x))
    return [(x, Product(factors=(tree,), heavy="part"), False)]


def _as_array(group: Group, x: Op, items: gast.expr) -> gast.expr:
    """The adjoint of an array from a list of its items' adjoints, which may be real where the items are complex."""
    text = "{np}.array({d}, {x}.dtype)" if may_be_complex(group.context.facts.of[x]) else "{np}.array({d})"
    return quote(text, np=group.numpy, d=items, x=group.value(x))


@on_lists(operator.getitem)
def _slice(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of ``(list expression)[i:j]``, or of a list in a list: zeros with the incoming adjoints at their place."""
    base, index = op.args
    fact, place = group.context.facts.of[base], group.context.facts.of[index]
    known = index.form == "slice" or (isinstance(place, Num) and place.kind in "iu")
    if not isinstance(fact, Seq) or fact.items is not None or not known:
        raise Refusal("a slice of this list is not differentiated here", "give the list a name first", op.node)
    name = group.context.scope.prefix + group.noun(base)
    name = group.local(name, zeros(fact, group.value(base), group.numpy), temporary=True)
    group.context.adjoint_facts[name] = fact
    group.add("{dx}[{i}] = {d}", dx=quote(name), i=group.value(index), d=group.listed(op, incoming))
    return [(base, Product(factors=(quote(name),)), False)]


@structural(builtins.sum, math.fsum)
def _sum(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of ``sum(xs)``: the incoming adjoint for each item."""
    bound = group.context.facts.calls[op]
    xs, *start = [*bound.args, *(v for _, v in bound.keywords)]
    product = incoming[0] if len(incoming) == 1 else group.named(op, incoming, spread=False)
    results: Results = [(s, fit(group, product, s, op, elementwise=True), False) for s in start if group.active(s)]
    if not group.active(xs):
        return results
    if xs.form in ("list", "tuple"):
        items = [a for a in xs.args if group.active(a)]
        return [*results, *((a, fit(group, product, a, op, elementwise=True), False) for a in items)]
    return [*results, (xs, _repeated(group, op, xs, product, start[0] if start else None), False)]


@structural(builtins.max, builtins.min)
def _best(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of ``max(xs)``: the item that Python took, the first of equal ones."""
    bound = group.context.facts.calls[op]
    (xs, *others), fact = bound.args, group.context.facts.of[bound.args[0]]
    whole = isinstance(fact, Seq) and fact.items is None
    element = fact.element if isinstance(fact, Seq) and whole else None
    if others or bound.keywords or not isinstance(element, Num) or element.shape != () or not isinstance(fact, Seq):
        raise Refusal(
            "this choice is not differentiated", "choose among the numbers of a list, or use `np.max`", op.node
        )
    index = quote("{x}.index({y})", x=group.value(xs), y=group.value(op))
    if fact.kind != "list":
        index = quote("list({x}).index({y})", x=group.value(xs), y=group.value(op))
    place = place_of(xs, group.context.facts)
    if place is not None:
        for product in incoming:
            group.contribute(place, product, op.number, Window(place, (index,), value=element))
        return []
    name = group.context.scope.prefix + group.noun(xs)
    name = group.local(name, zeros(fact, group.value(xs), group.numpy), temporary=True)
    group.context.adjoint_facts[name] = fact
    group.add("{dx}[{i}] += {e}", dx=quote(name), i=index, e=group.sum(incoming))
    return [(xs, Product(factors=(quote(name),)), False)]


@on_lists(builtins.sorted)
def _sorted(group: Group, op: Op, incoming: list[Product]) -> Results:
    """Of sorted numbers: back to where each of them stood."""
    bound = group.context.facts.calls[op]
    xs, fact = bound.args[0], group.context.facts.of[bound.args[0]]
    known = isinstance(fact, Seq) and isinstance(fact.element, Num) and fact.element.shape == ()
    if not known or [k for k, _ in bound.keywords if k != "reverse"] or getattr(fact, "kind", "") != "list":
        raise Refusal("this sorting is not differentiated", "sort a list of numbers, without `key=`", op.node)
    passed = "".join(f", {k}={{k}}" for k, _ in bound.keywords)
    holes = {k: group.value(v) for k, v in bound.keywords}
    text = "sorted(range(len({x})), key={x}.__getitem__" + passed.format(k="{reverse}") + ")"
    order = group.local("order", quote(text, x=group.value(xs), **holes), temporary=True)
    tree = quote(f"[d for _, d in sorted(zip({order}, {{d}}))]", d=group.listed(op, incoming))
    return [(xs, Product(factors=(tree,)), False)]


def _repeated(group: Group, op: Op, xs: Op, product: Product, started: Op | None) -> Product:
    """The adjoint of a sum for every item of what was summed, in arrays of their own."""
    fact = group.context.facts.of[xs]
    value, tree = group.value(xs), group.tree(product)
    if isinstance(fact, Num):
        return Product(factors=(quote("{np}.full_like({x}, {e})", np=group.numpy, x=value, e=tree),), heavy="full")
    if not isinstance(fact, Seq) or fact.items is not None:
        raise Refusal("this sum is not differentiated: what it runs over is not known", "use a list", op.node)
    own = next(n for n in ("item", "part", "entry", "summand") if n not in names_in(tree))
    if is_scalar(fact.element) and is_scalar(group.fact(product)):
        return Product(factors=(quote("[{e}] * len({x})", e=tree, x=value),))
    if isinstance(fact.element, Num) and fact.element.shape == () and fact.element.box == "any":
        item = quote("{np}.copy({e})[()]", np=group.numpy, e=tree)
        return Product(factors=(quote(f"[{{i}} for {own} in {{x}}]", i=item, x=value),))
    if not _is_one_shape(fact.element) or not (started is None or is_scalar(group.context.facts.of[started])):
        raise Refusal("the items of this sum may differ in shape", "add them up in a loop", op.node)
    text = f"[{{np}}.full_like({own}, {{e}}) for {own} in {{x}}]"
    return Product(factors=(quote(text, np=group.numpy, e=tree, x=value),))


def _is_one_shape(fact: Fact) -> bool:
    """True where all items of a list are arrays of the same shape, which their sum has too."""
    return isinstance(fact, Num) and fact.shape is not None and not any(d.anonymous for d in fact.shape)
