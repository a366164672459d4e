"""Tell of objects of the user's whether Python runs code of theirs where they are read, code that may change something.

``len(g)``, ``g > 0``, ``if g:`` and ``f"{g}"`` call methods of the class of ``g``, and ``g.top`` may be a property.
"""

from __future__ import annotations

import types
from typing import Any

import gast

from s2sgrad.analysis.construct import is_made_up
from s2sgrad.analysis.facts import Fact, Record
from s2sgrad.analysis.lookup import held_by_class
from s2sgrad.errors import Refusal, S2SGradError
from s2sgrad.namespace import Namespace
from s2sgrad.normalize.callee import is_calm
from s2sgrad.parse import parse
from s2sgrad.quote import nodes_in

__all__ = ["READING", "TEXTS", "TRUTH", "check_behaviour", "check_property"]

TEXTS = ("__format__", "__str__", "__repr__")
TRUTH = ("__bool__", "__len__")
_UNARY = "eq ne lt le gt ge contains iter next abs float int complex index hash round neg pos invert"
_BINARY = "add sub mul truediv floordiv mod pow matmul and or xor"
READING = (*TRUTH, *(f"__{n}__" for n in f"{_UNARY} {_BINARY}".split()), *(f"__r{n}__" for n in _BINARY.split()))
_DESCRIBING = frozenset(("len", "str", "repr", "format", "type", "round", "float", "int", "join"))


def check_behaviour(fact: Fact, methods: tuple[str, ...], node: Any) -> None:
    """Refuse an object where one of these methods of its class may be called and may change something."""
    if not isinstance(fact, Record) or fact.kind == "dict":
        return
    for name in methods:
        if not _is_quiet(held_by_class(fact, name), name in TEXTS):
            reason = f"`{name}` of `{fact.cls.__name__}` may be called here, and it may change something"
            raise Refusal(reason, "call a method of the object's in a statement of its own", node)


def check_property(fact: Fact, name: str, node: Any) -> None:
    """Refuse a property of an object that may change something when it is read."""
    found = held_by_class(fact, name) if isinstance(fact, Record) and fact.slot(name) is None else None
    getter = getattr(found, "fget", getattr(found, "func", None))
    if not _is_quiet(getter, False):
        reason = f"the property `{name}` may change something, and here it is read only now and then"
        raise Refusal(reason, "read it in a statement of its own", node)


def _is_quiet(function: Any, describes: bool) -> bool:
    wrapped = getattr(function, "__wrapped__", function)
    if not isinstance(function, types.FunctionType) or is_made_up(function) or is_made_up(wrapped):
        return True
    try:
        return _only_describes(function) if describes else is_calm(function, Namespace(function))
    except S2SGradError:
        return False


def _only_describes(function: types.FunctionType) -> bool:
    """True for a text that is put together without a store or a call of anything but a few builtins."""
    for node in nodes_in(parse(function).tree):
        stores = isinstance(getattr(node, "ctx", None), gast.Store) and not isinstance(node, gast.Name)
        called = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, gast.Call) else "str"
        if stores or isinstance(node, (gast.AugAssign, gast.Delete, gast.NamedExpr)) or called not in _DESCRIBING:
            return False
    return True
