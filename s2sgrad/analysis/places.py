"""Where an active value lives: a variable, or a slot below one (``params['W1']``, ``self.W``, item 0 of a tuple).

A record (a dict with constant keys, an object, a tuple whose items are known) is not one active variable but as many
as it has float leaves; a list whose items are not known one by one is a single variable, with a list as its adjoint.
"""

from __future__ import annotations

import operator
from typing import Any

from s2sgrad.analysis.facts import Fact, Num, Record, Seq, Static, is_active_kind
from s2sgrad.analysis.interpret import Facts
from s2sgrad.analysis.ir import Op
from s2sgrad.request import Path

__all__ = ["leaves", "part_read", "parts_of", "place_of", "slot_fact", "slot_key", "slots"]


def slots(fact: Fact) -> tuple[tuple[Any, Fact], ...] | None:
    """Key and fact of each slot of a record or of a sequence known item by item, None for any other value."""
    if isinstance(fact, Record):
        return fact.slots
    if isinstance(fact, Seq) and fact.items is not None:
        return tuple(enumerate(fact.items))
    return None


def leaves(fact: Fact) -> tuple[Path, ...]:
    """The paths below a value at which derivatives live; the empty path for a number, an array or a summary list."""
    below = None if isinstance(fact, Num) else slots(fact)
    if below is None:
        return ((),) if is_active_kind(fact) else ()
    return tuple((key, *path) for key, slot in below for path in leaves(slot))


def slot_fact(fact: Fact, path: Path) -> Fact:
    """The fact of the slot at ``path`` below a value."""
    for key in path:
        below = dict(slots(fact) or ())
        fact = below[key]
    return fact


def parts_of(op: Op, facts: Facts) -> tuple[tuple[Any, Op], ...] | None:
    """Where a value is put together of others, as a display or a new object is: the operation behind each slot."""
    if op.form in ("tuple", "list"):
        return tuple(enumerate(op.args))
    if op.form == "dict":
        return tuple(zip(op.payload, op.args, strict=True))
    if op.form == "call" and op.payload is operator.mul:
        return _repeated(op, facts.of.get(op))
    return facts.parts.get(op)


def part_read(op: Op, facts: Facts) -> Op | None:
    """The operation behind the slot that ``op`` reads of a value that is put together in place: ``C(x, y).x``."""
    key = _key(op, facts)
    parts = parts_of(op.args[0], facts) if key is not None else None
    if key is None or parts is None:
        return None
    wanted = _attribute_names(facts.of[op.args[0]]).get(key[0], key[0])
    return next((part for k, part in parts if k == wanted and type(k) is type(wanted)), None)


def _repeated(op: Op, fact: Fact | None) -> tuple[tuple[Any, Op], ...] | None:
    """The parts of ``[a, b] * n`` where the number of its items is known."""
    display = next((a for a in op.args if a.form in ("tuple", "list") and a.args), None)
    if display is None or not isinstance(fact, Seq) or fact.items is None:
        return None
    return tuple(enumerate(display.args * (len(fact.items) // len(display.args))))


def _key(op: Op, facts: Facts) -> tuple[Any] | None:
    """The constant key by which an operation reads a slot."""
    if op.form == "attribute":
        return (op.payload,)
    if op.form == "item":
        return (op.payload[0],)
    if op.form == "call" and op.payload is operator.getitem:
        index = facts.of[op.args[1]]
        if isinstance(index, Num) and index.box == "py" and type(index.value) is int:
            return (index.value,)
        if isinstance(index, Static) and isinstance(index.value, str):
            return (index.value,)
    return None


def place_of(op: Op, facts: Facts) -> Path | None:
    """The place that ``op`` reads: a variable or a slot below one; None where it computes something."""
    if op.form == "read":
        return (op.payload,)
    if op.form == "call" and op.payload is not operator.getitem:
        return None  # most operations
    key = slot_key(op, facts)
    path = None if key is None else place_of(op.args[0], facts)
    return None if path is None else (*path, key)


def slot_key(op: Op, facts: Facts) -> Any:
    """The key of the slot of its first operand that ``op`` reads; None where it reads none."""
    key = _key(op, facts)
    below = None if key is None else slots(facts.of[op.args[0]])
    if key is None or below is None:
        return None
    base = facts.of[op.args[0]]
    wanted = _attribute_names(base).get(key[0], key[0])
    if isinstance(wanted, int) and not isinstance(base, Record):
        wanted %= len(below) or 1
    return wanted if any(k == wanted and type(k) is type(wanted) for k, _ in below) else None


def _attribute_names(fact: Fact) -> dict[Any, Any]:
    """A named tuple is read by position as well as by name."""
    if isinstance(fact, Record) and fact.kind == "namedtuple":
        return dict(enumerate(name for name, _ in fact.slots))
    return {}
