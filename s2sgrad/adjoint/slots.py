"""The adjoint of a slot of a record goes to whatever made the slot: a part of a display, another slot, a helper."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from s2sgrad.adjoint.product import Product
from s2sgrad.analysis.interpret import Facts
from s2sgrad.analysis.ir import Op
from s2sgrad.analysis.places import parts_of, place_of, slot_key
from s2sgrad.errors import Refusal
from s2sgrad.request import Path

if TYPE_CHECKING:
    from s2sgrad.adjoint.group import Group

__all__ = ["pull_slot", "slot_taken"]


def _is_taken_off(group: Group, op: Op) -> bool:
    """True for the item in ``item = xs.pop()``: its adjoint goes to the list whole."""
    targets = getattr(group.statement, "targets", ())
    return any(t.value.payload is list.pop and t.value.args == op.args for t in targets)


def pull_slot(group: Group, op: Op, rest: Path, product: Product, masked: bool = False) -> None:
    """Pull the adjoint of the slot at ``rest`` below the value of ``op`` down to the expression that made the slot."""
    facts = group.context.facts
    while rest and (parts := parts_of(op, facts)) is not None:
        op, rest = dict(parts)[rest[0]], rest[1:]
    source = place_of(op, facts)
    if not rest:
        group.pull(op, product, masked)
    elif source is not None:
        group.contribute((*source, *rest), product, op.number)
    elif (key := slot_taken(op, facts)) is not None:
        pull_slot(group, op.args[0], (key, *rest), product, masked)
    elif op in facts.callees or _is_taken_off(group, op) or (op in facts.calls and len(rest) == 1):
        group.slots.setdefault(op, {}).setdefault(rest, []).append(product)
    else:
        raise Refusal(
            "the items of this value are not known one by one", "write it as a display, or unpack it", op.node
        )


def slot_taken(op: Op, facts: Facts) -> Any:
    """The key of the slot that ``op`` takes out of a value which no variable holds; None where it takes none."""
    if not op.args or (op.form == "call" and op.payload is not operator.getitem):
        return None
    if place_of(op.args[0], facts) is not None:
        return None
    key = slot_key(op, facts)
    return op.payload[0] if key is None and op.form == "item" else key
