"""Copies of a dict, a list or an object as the display of what they hold, whose parts are then followed one by one.

>>> import copy, dataclasses
>>> from s2sgrad.analysis.facts import Record, Static
>>> params = Record("dict", dict, (("W", Static("...")), ("b", Static("..."))))
>>> copy_form(dict, [params], ["b"]), copy_form(copy.copy, [params], [])
('{**{0}, "b": {b}}', '{**{0}}')
>>> Rates = dataclasses.make_dataclass("Rates", ["up", "down"])
>>> copy_form(dataclasses.replace, [Record("object", Rates, (("up", Static("...")),))], ["up"], "Rates")
'Rates(up={up}, down={0}.down)'
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Collection, Sequence
from typing import Any

from s2sgrad.analysis.facts import Fact, Record, Seq

__all__ = ["COPYING", "copy_form", "is_dict"]

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
