"""The keys of the dicts that a loop goes through, in its order: of ``sorted(d)``, ``enumerate(d.items())``, ...

>>> from s2sgrad.analysis.facts import python
>>> keys_of(Record("dict", dict, (("W", python(float)), ("b", python(float)))))
('W', 'b')
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

import gast

from s2sgrad.analysis.facts import Fact, Record
from s2sgrad.analysis.ir import Op
from s2sgrad.normalize.by_keys import COPIES, WALKS, keeps_items
from s2sgrad.normalize.spread import is_view, view_of
from s2sgrad.quote import nodes_in

if TYPE_CHECKING:
    from s2sgrad.analysis.found import Facts

__all__ = ["dict_of", "keys_in_order", "keys_of"]

Keys = tuple[Any, ...]


def dict_of(op: Op) -> Op:
    """The dict of which a loop goes through a view; ``op`` itself for anything else."""
    callee = op.args[0] if op.form == "call" and op.payload is None else None
    return callee.args[0] if callee is not None and callee.form == "attribute" and is_view(op.node) else op


def keys_of(fact: Fact) -> Keys | None:
    """The keys of a dict; None for anything else."""
    return tuple(key for key, _ in fact.slots) if isinstance(fact, Record) and fact.kind == "dict" else None


def keys_in_order(op: Op, loop: Any, facts: Facts, copied: bool = False) -> list[Keys | None] | None:
    """The keys of each dict among what a loop goes through, None for what is no dict.

    None as a whole where it cannot go by keys. ``copied``: what is read of the dict was read before the first round.
    """
    node, bound = op.node, facts.calls.get(op)
    name = getattr(node.func, "id", "") if isinstance(node, gast.Call) else ""
    if bound is None or not any(bound.function is getattr(builtins, known) for known in (*COPIES, *WALKS)):
        # What only has the name of one of these is not told apart from it in the text.
        return None if name in (*COPIES, *WALKS) else _keys_of_one(op, loop, facts, copied)
    if (bound.keywords and bound.function is not zip) or bound.function is not getattr(builtins, name, None):
        return None
    if bound.function is zip:
        parts = [keys_in_order(a, loop, facts, copied) for a in bound.args]
        return None if None in parts else [keys for part in parts if part is not None for keys in part]
    if bound.function is enumerate:
        return keys_in_order(bound.args[0], loop, facts, copied)
    found = keys_in_order(bound.args[0], loop, facts, True) if len(bound.args) == 1 else None
    if found == [None] or bound.function is not sorted or found is None:
        return None if found == [None] else found
    return _sorted(found, _uncopied(bound.args[0], facts))


def _keys_of_one(op: Op, loop: Any, facts: Facts, copied: bool) -> list[Keys | None] | None:
    """Of a dict or a view of one, which holds in every round what it held in the first."""
    base = dict_of(op)
    keys = keys_of(facts.of[base])
    if keys is None:
        return [None]
    rebound = {n.id for n in nodes_in(loop) if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Store)}
    lasts = base.form == "read" and base.payload not in rebound
    kept = not copied or view_of(op.node) == "keys" or keeps_items(loop, base.node)
    return [keys] if lasts and kept else None


def _uncopied(op: Op, facts: Facts) -> Op:
    """What is inside of ``list`` and ``tuple``."""
    bound = facts.calls.get(op)
    return _uncopied(bound.args[0], facts) if bound is not None and bound.function in (list, tuple) else op


def _sorted(found: list[Keys | None], operand: Op) -> list[Keys | None] | None:
    """Of a dict or its pairs in the order of its keys, all of which are texts: no pair is compared by its value."""
    plain = is_view(operand.node) or not isinstance(operand.node, gast.Call)
    keys = found[0] if len(found) == 1 and plain and view_of(operand.node) != "values" else None
    words = keys is not None and all(type(key) is str for key in keys)
    return [tuple(sorted(keys))] if words and keys else None
