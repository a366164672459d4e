"""Whether a test holds, where the facts of the names in it decide that before the program runs.

>>> from s2sgrad.analysis.facts import Static, python
>>> from s2sgrad.quote import quote
>>> known_truth(quote("kind in ('relu', 'elu') or n == 3"), {"kind": Static("tanh"), "n": python(int, 3)})
True
>>> known_truth(quote("kind == 'tanh' and x > 0"), {"kind": Static("tanh"), "x": python(float)}) is None
True
>>> known_truth(quote("name.startswith(('W', 'U'))"), {"name": Static("W1")})
True
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import gast

from s2sgrad.analysis.facts import Fact, FunctionFact, Num, Record, Seq, Static, may_be_none
from s2sgrad.analysis.shape import MATCHES
from s2sgrad.quote import nodes_in

__all__ = ["known_truth"]

_UNKNOWN = object()
_SOMETHING = object()
"""A value that is not known, but is not None."""

_COMPARISONS: dict[type, Callable[[Any, Any], bool]] = {
    gast.Eq: operator.eq,
    gast.NotEq: operator.ne,
    gast.Lt: operator.lt,
    gast.LtE: operator.le,
    gast.Gt: operator.gt,
    gast.GtE: operator.ge,
    gast.In: lambda a, b: a in b,
    gast.NotIn: lambda a, b: a not in b,
}


def known_truth(test: Any, facts: Mapping[str, Fact], attributes: set[str] | None = None) -> bool | None:
    """True or False where ``test`` is decided by the facts, None where it is not.

    ``attributes`` grows by those that were looked at: the call key must hold them.
    """
    if attributes is not None:
        attributes.update(n.attr for n in nodes_in(test) if isinstance(n, gast.Attribute))
    value = _value(test, facts)
    return None if value is _UNKNOWN or value is _SOMETHING else bool(value)


def _value(tree: Any, facts: Mapping[str, Fact]) -> Any:
    if isinstance(tree, gast.Constant):
        return tree.value
    if isinstance(tree, (gast.Name, gast.Attribute)):
        return _held(_fact(tree, facts))
    if isinstance(tree, (gast.Tuple, gast.List, gast.Set)):
        items = [_value(e, facts) for e in tree.elts]
        return _UNKNOWN if any(i is _UNKNOWN or i is _SOMETHING for i in items) else items
    if isinstance(tree, gast.UnaryOp) and isinstance(tree.op, gast.Not):
        known = known_truth(tree.operand, facts)
        return _UNKNOWN if known is None else not known
    if isinstance(tree, gast.BoolOp):
        return _of_many(tree, facts)
    if isinstance(tree, gast.Subscript):
        return _held(_fact(tree, facts))
    if isinstance(tree, gast.Call) and isinstance(tree.func, gast.Name) and tree.func.id == MATCHES:
        known = tree.args[1].value.fits(_fact(tree.args[0], facts))
        return _UNKNOWN if known is None else known
    if isinstance(tree, gast.Call) and isinstance(tree.func, gast.Attribute):
        return _begins(tree, facts)
    return _compared(tree, facts) if isinstance(tree, gast.Compare) and len(tree.ops) == 1 else _UNKNOWN


def _begins(call: Any, facts: Mapping[str, Fact]) -> Any:
    """Of ``text.startswith(...)`` and ``text.endswith(...)``."""
    text, given = _value(call.func.value, facts), [_value(a, facts) for a in call.args]
    parts = given[0] if len(given) == 1 and isinstance(given[0], list) else given
    known = type(text) is str and len(given) == 1 and all(isinstance(part, str) for part in parts)
    if not known or call.keywords or call.func.attr not in ("startswith", "endswith"):
        return _UNKNOWN
    return getattr(text, call.func.attr)(tuple(parts))


def _of_many(tree: gast.BoolOp, facts: Mapping[str, Fact]) -> Any:
    stops = isinstance(tree.op, gast.Or)
    found = [known_truth(value, facts) for value in tree.values]
    if stops in found:
        return stops
    return _UNKNOWN if None in found else not stops


def _compared(tree: gast.Compare, facts: Mapping[str, Fact]) -> Any:
    left, right = _value(tree.left, facts), _value(tree.comparators[0], facts)
    (op,) = tree.ops
    if isinstance(op, (gast.Is, gast.IsNot)) and right is None and left is not _UNKNOWN:
        return (left is None) == isinstance(op, gast.Is)
    if isinstance(op, (gast.Eq, gast.NotEq)) and isinstance(right, str) and _is_no_text(tree.left, facts):
        return isinstance(op, gast.NotEq)
    if _UNKNOWN in (left, right) or _SOMETHING in (left, right) or type(op) not in _COMPARISONS:
        return _UNKNOWN
    try:
        return _COMPARISONS[type(op)](left, right)
    except TypeError:
        return _UNKNOWN


def _is_no_text(tree: Any, facts: Mapping[str, Fact]) -> bool:
    """True for a list, a tuple, a dict and a function, which equal no text."""
    fact = _fact(tree, facts)
    if isinstance(fact, Record):
        own = fact.kind == "object" and (fact.cls.__eq__ is object.__eq__ or _is_made_up(fact.cls.__eq__))
        return own or fact.kind in ("dict", "namedtuple")
    return isinstance(fact, (Seq, FunctionFact))


def _is_made_up(method: Any) -> bool:
    """True for a method that ``dataclass`` wrote."""
    return str(getattr(getattr(method, "__code__", None), "co_filename", "")).startswith("<string>")


def _fact(tree: Any, facts: Mapping[str, Fact]) -> Fact | None:
    if isinstance(tree, gast.Name):
        return facts.get(tree.id)
    if isinstance(tree, gast.Subscript):
        return _item(_fact(tree.value, facts), tree.slice)
    base = _fact(tree.value, facts) if isinstance(tree, gast.Attribute) else None
    return base.slot(tree.attr) if isinstance(base, Record) and base.kind != "dict" else None


def _item(base: Fact | None, index: Any) -> Fact | None:
    """The fact of an item that a literal names."""
    sign = isinstance(index, gast.UnaryOp) and isinstance(index.op, gast.USub)
    key = getattr(index.operand if sign else index, "value", None)
    if isinstance(base, Seq) and base.items is not None and type(key) is int:
        place = -key if sign else key
        return base.items[place] if -len(base.items) <= place < len(base.items) else None
    if isinstance(base, Record) and base.kind == "namedtuple" and type(key) is int:
        return base.slots[-key if sign else key][1] if key < len(base.slots) else None
    return base.slot(key) if isinstance(base, Record) and base.kind == "dict" and isinstance(key, str) else None


def _held(fact: Fact | None) -> Any:
    if isinstance(fact, Static) and (fact.value is None or isinstance(fact.value, str)):
        return fact.value
    if isinstance(fact, Num) and fact.box == "py" and isinstance(fact.value, (bool, int, float)):
        return fact.value
    something = isinstance(fact, (Num, Seq, Record, FunctionFact)) and not may_be_none(fact)
    return _SOMETHING if something else _UNKNOWN
