"""Gradients of objects: generated code returns a dict of attributes, the wrapper makes an object of it.

A dataclass gives an instance of its own class, made without ``__init__`` and ``__post_init__``; any other object gives
a ``SimpleNamespace``.

>>> from s2sgrad.analysis.facts import Record, python
>>> model = Record("object", types.SimpleNamespace, (("W", python(float)),))
>>> rebuilder(model)({"W": 2.0})
namespace(W=2.0)
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable
from typing import Any

from s2sgrad.analysis.facts import Fact, Record, Seq

__all__ = ["items_rebuilder", "rebuilder", "slot_fact"]

Rebuild = Callable[[Any], Any]


def rebuilder(fact: Fact) -> Rebuild | None:
    """What turns the generated gradient of a value with this fact into its final structure; None: nothing to do."""
    if isinstance(fact, Record):
        return _record(fact)
    if isinstance(fact, Seq) and fact.items is not None:
        return items_rebuilder(type_of(fact.kind), [rebuilder(item) for item in fact.items])
    return None


def type_of(kind: str) -> type:
    """The class of a sequence."""
    return tuple if kind == "tuple" else list


def slot_fact(fact: Fact, path: tuple[Any, ...]) -> Fact:
    """The fact of the slot at ``path`` below a value."""
    for key in path:
        below = dict(fact.slots if isinstance(fact, Record) else enumerate(getattr(fact, "items", None) or ()))
        fact = below[key]
    return fact


def items_rebuilder(kind: type, parts: list[Rebuild | None]) -> Rebuild | None:
    """What rebuilds the items of a sequence of this class; None: nothing to do."""
    if not any(parts):
        return None
    return lambda value: kind(v if p is None else p(v) for p, v in zip(parts, value, strict=True))


def _record(fact: Record) -> Rebuild | None:
    parts = {key: rebuilder(slot) for key, slot in fact.slots}
    if fact.kind == "object":
        return lambda value: _object(fact.cls, parts, value)
    if not any(parts.values()):
        return None
    if fact.kind == "namedtuple":
        return lambda value: value._replace(**{k: p(getattr(value, k)) for k, p in parts.items() if p is not None})
    return lambda value: {k: _changed(parts[k], v) for k, v in value.items()}


def _changed(part: Rebuild | None, value: Any) -> Any:
    return value if part is None else part(value)


def _object(kind: Any, parts: dict[str, Rebuild | None], value: dict[str, Any]) -> Any:
    if not isinstance(value, dict):
        return value
    held = {k: _changed(parts[k], v) for k, v in value.items()}
    if not dataclasses.is_dataclass(kind):
        return types.SimpleNamespace(**held)
    made: Any = object.__new__(kind if isinstance(kind, type) else type(kind))
    for name, value in held.items():
        object.__setattr__(made, name, value)
    return made
