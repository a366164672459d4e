"""Copies of a dict, a list or an object as the display of what they hold, whose parts are then followed one by one.

>>> import collections, copy, dataclasses
>>> from s2sgrad.analysis.facts import Record, Static
>>> params = Record("dict", dict, (("W", Static("...")), ("b", Static("..."))))
>>> copy_form(dict, [params], ["b"]), copy_form(copy.copy, [params], [])
('{**{0}, "b": {b}}', '{**{0}}')
>>> Rates = dataclasses.make_dataclass("Rates", ["up", "down"])
>>> copy_form(dataclasses.replace, [Record("object", Rates, (("up", Static("...")),))], ["up"], "Rates")
'Rates(up={up}, down={0}.down)'
>>> Point = collections.namedtuple("Point", "x y")
>>> named_tuple_form(Point._replace, Point, ["y"], "Point"), named_tuple_form(Point._make.__func__, Point, [], "Point")
('Point(x={_owner}.x, y={y})', 'Point(*{0})')
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Collection, Sequence
from typing import Any

from s2sgrad.analysis.facts import Fact, Record, Seq

__all__ = ["COPYING", "copy_form", "is_dict", "named_tuple_form"]

COPYING = (dict, copy.copy, dataclasses.replace)
"""Functions that make a copy, perhaps with other parts."""


def copy_form(function: Any, args: Sequence[Fact], keywords: Collection[str], cls: str | None = None) -> str | None:
    """The text for a call that copies its first argument, see :func:`s2sgrad.normalize.forms.form`; None for any other.

    ``cls`` is how the class of an object is spelled here.
    """
    held = args[0] if len(args) == 1 else None
    if function is dict and is_dict(held):
        return "{**{0}" + "".join(f', "{name}": {{{name}}}' for name in keywords) + "}"
    if function is copy.copy and not keywords:
        whole = isinstance(held, Seq) and held.kind in ("list", "tuple")
        return "{**{0}}" if is_dict(held) else "{0}[:]" if whole else None
    if function is dataclasses.replace and isinstance(held, Record) and cls is not None:
        return _replaced(held.cls, keywords, cls)
    return None


def named_tuple_form(function: Any, cls: Any, keywords: Collection[str], spelled: str | None) -> str | None:
    """The text for a call of a method that ``namedtuple`` gives to its classes, as above; None for any other."""
    made = getattr(getattr(cls, "__new__", None), "__globals__", {}).get("__name__", "")
    fields: tuple[str, ...] = getattr(cls, "_fields", ())
    if not made.startswith("namedtuple_") or function not in _methods(cls):
        return None  # a class with a `__new__` of its own may do anything
    if function is cls._asdict:
        return "{" + ", ".join(f'"{n}": {{_owner}}.{n}' for n in fields) + "}"
    if spelled is None or not set(keywords) <= set(fields):
        return None
    if function is cls._make.__func__:
        return f"{spelled}(*{{0}})" if not keywords else None
    return f"{spelled}({', '.join(f'{n}={{{n}}}' if n in keywords else f'{n}={{_owner}}.{n}' for n in fields)})"


def _methods(cls: Any) -> tuple[Any, ...]:
    """The methods that a class has from ``namedtuple``, less those that it has changed."""
    base = next(c for c in cls.__mro__ if "_fields" in vars(c) and tuple in c.__bases__)
    found = (base._replace, base._asdict, base._make.__func__)
    own = (cls._replace, cls._asdict, getattr(cls._make, "__func__", None))
    return tuple(f for f, g in zip(found, own, strict=True) if f is g)


def is_dict(fact: Fact | None) -> bool:
    """True for a dict whose keys are known."""
    return isinstance(fact, Record) and fact.kind == "dict"


def _replaced(cls: Any, keywords: Collection[str], spelled: str) -> str | None:
    """A call of the class, with the fields that are not given taken from the object, as ``replace`` makes it."""
    fields = dataclasses.fields(cls) if dataclasses.is_dataclass(cls) else ()
    given = [f.name for f in fields if f.init]
    pseudo = len(getattr(cls, "__dataclass_fields__", ())) != len(fields)  # InitVar and its like are no fields
    if not fields or pseudo or not set(keywords) <= set(given):
        return None
    return f"{spelled}({', '.join(f'{n}={{{n}}}' if n in keywords else f'{n}={{0}}.{n}' for n in given)})"
