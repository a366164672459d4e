"""How an object that is known slot by slot is written in the text: the name of its class, and what a call of it takes.

>>> from s2sgrad.analysis.facts import python
>>> from s2sgrad.namespace import Namespace
>>> layout_of(Record("dict", dict, (("W", python(float)), ("b", python(float)))), Namespace(layout_of))
Layout(text='', slots=(('W', None), ('b', None)), helper=False, in_order=True)
"""

from __future__ import annotations

from typing import Any

from s2sgrad.analysis.construct import construction, is_made_by_init
from s2sgrad.analysis.facts import Record
from s2sgrad.namespace import Namespace
from s2sgrad.normalize.layout import Layout
from s2sgrad.printed import object_of

__all__ = ["layout_of"]


def layout_of(record: Record, namespace: Namespace) -> Layout | None:
    """The layout of a record; None for one that cannot be written down here."""
    below = [(key, layout_of(fact, namespace) if isinstance(fact, Record) else None) for key, fact in record.slots]
    lost = any(layout is None and isinstance(record.slot(key), Record) for key, layout in below)
    if lost or not below:
        return None
    if record.kind == "dict":
        return Layout("", tuple(below)) if all(type(key) in (str, int) for key, _ in below) else None
    text = _text_of(record.cls, namespace)
    keys = [key for key, _ in below]
    made = construction(record.cls, (), {key: key for key in keys})
    if text and made is not None and dict(made.held) == {key: key for key in keys}:
        plain = construction(record.cls, keys, {})
        in_order = plain is not None and list(dict(plain.held).items()) == [(key, key) for key in keys]
        return Layout(text, tuple(below), False, in_order)
    whole = record.kind == "object" and is_made_by_init(record.cls) and bool(record.cls.__dictoffset__)
    known = whole and namespace.found("object_of") is object_of
    return Layout(text, tuple(below), True, False) if text and known else None


def _text_of(cls: Any, namespace: Namespace) -> str:
    """How the function spells a class, nothing where it does not know it."""
    if namespace.found(cls.__qualname__) is cls:
        return str(cls.__qualname__)
    return next((name for name, value in namespace.function.__globals__.items() if value is cls), "")
