"""The part of an array that a store writes: its window in the adjoint, its index, and which of its values remain."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING

import gast

from s2sgrad.adjoint.finish import hoist
from s2sgrad.analysis.distinct import is_fresh_index, names_once
from s2sgrad.analysis.facts import Num, SliceFact
from s2sgrad.analysis.found import Facts
from s2sgrad.analysis.ir import Op, StoreTarget
from s2sgrad.analysis.metadata import value_reads
from s2sgrad.errors import Refusal
from s2sgrad.quote import quote, replaced, unquote

if TYPE_CHECKING:
    from s2sgrad.adjoint.group import Group

__all__ = [
    "are_apart",
    "check_accumulation",
    "check_index",
    "gathers",
    "is_exchange",
    "keep_index",
    "keeps_the_last",
    "of_the_last",
    "window_of_store",
]


def window_of_store(group: Group, target: StoreTarget, name: str, index: Op | None = None) -> gast.expr:
    """The part that ``target`` writes, or the one at another ``index``, of the array called ``name``.

    All of an array without axes, whose adjoint is a scalar.
    """
    base = group.context.facts.of[target.base]
    if isinstance(base, Num) and base.rank == 0:
        return quote(name)
    return quote("{x}[{i}]", x=_view(group, target.base, name), i=group.value(index or target.index))


def _view(group: Group, base: Op, name: str) -> gast.expr:
    if base.form == "read":
        return quote(name)
    if base.form == "attribute":
        return quote(f"{{x}}.{base.payload}", x=_view(group, base.args[0], name))
    if base.payload is None:
        callee = base.args[0]
        return replaced(base.node, {id(callee.args[0].node): _view(group, callee.args[0], name)})
    return quote("{x}[{i}]", x=_view(group, base.args[0], name), i=group.value(base.args[1]))


def gathers(group: Group, target: StoreTarget) -> bool:
    """True where reading the part that is written surely gives an array of its own."""
    from s2sgrad.adjoint.windows import picks_a_copy

    return picks_a_copy(group.context.facts.of[target.index])


def keeps_the_last(group: Group, target: StoreTarget) -> bool:
    """True where an index may name an element twice, of whose values only the last one remains."""
    from s2sgrad.adjoint.windows import is_basic_index

    basic = is_basic_index(group.context.facts.of[target.index])
    return not basic and not target.accumulates and not names_once(target.index, group.context.facts)


def is_exchange(group: Group, target: StoreTarget) -> bool:
    """True for ``x[[i, j]] = x[[j, i]]``, which is undone by itself, even where ``i`` equals ``j``."""
    op, index = target.value, target.index
    if op.form != "call" or op.payload is not operator.getitem or op.args[1].form != "list" or index.form != "list":
        return False
    texts = [[unquote(a.node) for a in side.args] for side in (index, op.args[1])]
    simple = all(a.form in ("read", "const") for side in (index, op.args[1]) for a in side.args)
    same = target.base.form == op.args[0].form == "read" and target.name == op.args[0].payload
    return same and simple and len(texts[0]) == 2 and texts[0] == texts[1][::-1] and group.active(op)


def are_apart(one: StoreTarget, other: StoreTarget, facts: Facts) -> bool:
    """True for two targets of a statement that are proven to have no element in common.

    Those by different names have none, else the statement is refused; in one array, ``x[0]`` and ``x[1]`` are apart.
    """
    if one.name != other.name:
        return True
    if not one.base.form == other.base.form == "read":
        return False
    for a, b in zip(_entries(one.index), _entries(other.index), strict=False):
        places = facts.of[a], facts.of[b]
        if not all(isinstance(p, SliceFact) or (isinstance(p, Num) and p.kind in "iu" and p.rank == 0) for p in places):
            return False  # from here on the entries may belong to different axes
        values = [p.value for p in places if isinstance(p, Num) and type(p.value) is int]
        if len(values) == 2 and values[0] != values[1] and (values[0] < 0) == (values[1] < 0):
            return True
    return False


def _entries(index: Op) -> Sequence[Op]:
    return index.args if index.form == "tuple" else [index]


def check_accumulation(group: Group, target: StoreTarget, adding: bool) -> None:
    """``np.add.at`` has a derivative where it is known to add to each element."""
    read = target.value.args[0] if target.accumulates else None
    if read is not None and not adding and group.active(read):
        raise Refusal(
            "the shape of what is added here is not known", "give the arrays one rank each", target.value.node
        )


def check_index(group: Group, target: StoreTarget) -> None:
    """Refuse an index of which it is not known which of two equal entries comes last."""
    if keeps_the_last(group, target) and not is_fresh_index(target.index, group.context.facts):
        raise Refusal(
            "this index may name an element twice, and which of its values remains hangs on the layout of the index",
            "use index arrays of one axis, a boolean mask, or a loop over single items",
            target.index.node,
        )


def of_the_last(group: Group, target: StoreTarget, incoming: gast.expr, name: str) -> gast.expr:
    """The adjoint of the stored values: zero for each that a later one to the same element replaced."""
    fact = group.context.fact(incoming, group.statement)
    shaped = "" if isinstance(fact, Num) and fact.rank == 1 else ".reshape({d}.shape)"
    count = quote("{np}.arange({d}.size)" + shaped, np=group.numpy, d=incoming)
    order = group.local("order", count, temporary=True)
    zeros = quote("{np}.zeros_like({x}, dtype=int)", np=group.numpy, x=name)
    last = group.local("last", zeros, temporary=True)
    part = window_of_store(group, target, last)
    group.add(f"{{w}} = {order}", w=part)
    group.add(f"{{d}} = {{np}}.where({{w}} == {order}, {{d}}, 0.0)", d=incoming, np=group.numpy, w=part)
    return incoming


def keep_index(group: Group, target: StoreTarget) -> None:
    """An index computed from the very array that is stored to is kept: afterwards it would be another one."""
    _keep(group, target.index)
    base = target.base
    while base.form != "read":
        if len(base.args) == 2:
            _keep(group, base.args[1])
        base = base.args[0]


def _keep(group: Group, index: Op) -> None:
    if not value_reads(index, group.context.facts) & group.written:
        return
    if index.form in ("tuple", "slice"):
        for entry in index.args:
            _keep(group, entry)
    elif index.form == "read":
        raise Refusal("this array is changed through an index that is the array itself", "use a copy", index.node)
    else:
        hoist(group, index)
