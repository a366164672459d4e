"""The names of lists that a function changes or builds up: these are not followed item by item.

>>> import gast
>>> from s2sgrad.analysis.lower import lower
>>> text = "def f(x):\\n    xs = []\\n    xs.append(x)\\n    ys = xs\\n    zs = [x]\\n    zs = zs + [x]\\n    return ys"
>>> sorted(growing_names(lower(gast.parse(text).body[0])))
['xs', 'ys', 'zs']
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any

from s2sgrad.analysis.facts import Fact, Record, Seq, is_active_kind
from s2sgrad.analysis.ir import Assign, Block, NameTarget, Op, Statement, StoreTarget, every_statement

__all__ = ["grown_by", "growing_names", "same_layout"]


def growing_names(block: Block) -> frozenset[str]:
    """Names that are changed as lists, that are made of their own old value, or that may be another name for such."""
    assigned = [s for s in every_statement(block) if isinstance(s, Assign)]
    found = {name for s in assigned for name in _changed(s)}
    aliases = [(t.name, str(t.value.payload)) for s in assigned for t in _named(s) if t.value.form == "read"]
    while True:
        again = found.union(*({a, b} for a, b in aliases if a in found or b in found))
        if again == found:
            return frozenset(found)
        found = again


def _named(statement: Assign) -> Iterator[NameTarget]:
    return (t for t in statement.targets if isinstance(t, NameTarget))


def _changed(statement: Assign) -> Iterator[str]:
    for target in statement.targets:
        changes = isinstance(target, StoreTarget) or statement.augmented or target.value.payload is list.pop
        if changes or (isinstance(target, NameTarget) and _adds_to_itself(target.value, target.name)):
            yield target.name


def _adds_to_itself(value: Op, name: str) -> bool:
    return value.payload is operator.add and any(a.form == "read" and a.payload == name for a in value.args)


def same_layout(side: Fact, met: Fact) -> bool:
    """True where a value that comes from one of two paths has its derivatives in the same slots behind their meeting.

    A list followed item by item on one path and not on the other would have one adjoint here and several there.
    """
    if not is_active_kind(side) or not isinstance(side, (Seq, Record)):
        return True
    if isinstance(side, Record):
        slots = isinstance(met, Record) and all(same_layout(f, met.slot(k) or f) for k, f in side.slots)
        return slots or not isinstance(met, (Seq, Record))
    if not isinstance(met, Seq) or (side.items is None) != (met.items is None):
        return not isinstance(met, Seq)
    pairs = zip(side.items, met.items or (), strict=False) if side.items is not None else ()
    return all(same_layout(a, b) for a, b in pairs) and same_layout(side.element, met.element)


def grown_by(statement: Statement, name: str) -> str | None:
    """The line that makes the list ``name`` as short as it was before a statement; None if it was not made longer.

    The line needs the list as it is after the statement.
    """
    if not isinstance(statement, Assign) or not statement.augmented or len(statement.targets) != 1:
        return None
    (target,), value = statement.targets, statement.value
    if not isinstance(target, NameTarget) or target.name != name or value.payload not in _SHORTER:
        return None
    added = value.args[-1]
    if value.payload is list.insert and not (value.args[1].form == "const" and value.args[1].payload == 0):
        return None
    if value.payload in (list.extend, operator.add) and not (added.form == "list" and added.args):
        return None
    if added.form == "list" and len(added.args) == 1 and value.payload in (list.extend, operator.add):
        return f"{name}.pop()"
    return _SHORTER[value.payload].format(x=name, n=len(added.args))


_SHORTER: dict[Any, str] = {
    list.append: "{x}.pop()",
    list.insert: "{x}.pop(0)",
    list.extend: "del {x}[-{n}:]",
    operator.add: "del {x}[-{n}:]",
}
