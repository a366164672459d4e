"""Which attribute of a new object holds which argument of the call that makes it.

>>> import collections, types
>>> Point = collections.namedtuple("Point", "x y", defaults=(1.0,))
>>> construction(Point, ("first",), {})
Construction(kind='namedtuple', held=(('x', 'first'), ('y', Default(value=1.0))))
>>> construction(types.SimpleNamespace, (), {"a": "third"})
Construction(kind='object', held=(('a', 'third'),))
"""

from __future__ import annotations

import dataclasses
import inspect
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gast

from s2sgrad.errors import S2SGradError
from s2sgrad.objects import class_attribute, is_plain
from s2sgrad.parse import parse
from s2sgrad.quote import statements

__all__ = ["Construction", "Default", "construction", "is_made_by_init", "is_made_up", "is_managed"]


@dataclass(frozen=True)
class Default:
    """The value of a parameter that no argument was given for, or a constant that ``__init__`` assigns."""

    value: Any


@dataclass(frozen=True)
class Construction:
    """The kind of record that a call makes, and for each slot the argument in it, or a default."""

    kind: str
    held: tuple[tuple[str, Any], ...]


def construction(cls: Any, args: Sequence[Any], keywords: Mapping[str, Any]) -> Construction | None:
    """What ``cls(*args, **keywords)`` holds; None for a class whose making does more than keep its arguments."""
    if cls is dict:
        return None if args else Construction("dict", tuple(keywords.items()))
    if cls is types.SimpleNamespace:
        return None if args else Construction("object", tuple(keywords.items()))
    if not isinstance(cls, type) or type(cls).__call__ is not type.__call__:
        return None
    if issubclass(cls, tuple):
        return _named_tuple(cls, args, keywords)
    # A class that watches its attributes may keep something else than what it is given.
    if not is_plain(cls) or cls.__new__ is not object.__new__ or hasattr(cls, "__getattr__"):
        return None
    made = None
    if dataclasses.is_dataclass(cls) and is_made_up(cls.__init__):
        made = _data_class(cls, args, keywords)
    elif cls.__setattr__ is object.__setattr__:
        made = _plain(cls, args, keywords)
    return None if made is None or any(is_managed(cls, name) for name, _ in made.held) else made


def is_made_by_init(cls: Any) -> bool:
    """True for a class of the user's whose objects are what its ``__init__``, in Python, makes of an empty one."""
    if not isinstance(cls, type) or type(cls).__call__ is not type.__call__ or not is_plain(cls):
        return False
    made: Any = cls
    usual = made.__new__ is object.__new__ and made.__setattr__ is object.__setattr__
    written = isinstance(made.__init__, types.FunctionType)
    if written and is_made_up(made.__init__):
        written = dataclasses.is_dataclass(made)
    return usual and written and not hasattr(made, "__getattr__")


def is_managed(cls: Any, name: str) -> bool:
    """True for an attribute that a class takes care of itself, as a property does."""
    found = class_attribute(cls, name)
    return hasattr(type(found), "__set__") and not isinstance(found, types.MemberDescriptorType)


def is_made_up(function: Any) -> bool:
    """True for a method whose text ``dataclass`` or ``namedtuple`` made up."""
    return isinstance(function, types.FunctionType) and function.__code__.co_filename.startswith("<string>")


def _bound(function: Any, args: Sequence[Any], keywords: Mapping[str, Any]) -> dict[str, Any] | None:
    """Arguments by parameter, ``self`` left out; None where they do not fit, or parameters are starred."""
    signature = inspect.signature(function)
    plain = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    if any(p.kind not in plain for p in signature.parameters.values()):
        return None
    try:
        given = signature.bind(None, *args, **keywords).arguments
    except TypeError:
        return None
    parameters = list(signature.parameters.values())[1:]
    return {p.name: given[p.name] if p.name in given else Default(p.default) for p in parameters}


def _named_tuple(cls: Any, args: Sequence[Any], keywords: Mapping[str, Any]) -> Construction | None:
    fields = getattr(cls, "_fields", ())
    made_up = fields and getattr(cls.__new__, "__code__", None) is not None
    if not made_up or not cls.__new__.__code__.co_filename.startswith("<") or cls.__init__ is not object.__init__:
        return None
    held = _bound(cls.__new__, args, keywords)
    return None if held is None else Construction("namedtuple", tuple((name, held[name]) for name in fields))


def _data_class(cls: Any, args: Sequence[Any], keywords: Mapping[str, Any]) -> Construction | None:
    fields = dataclasses.fields(cls)
    plain = cls.__setattr__ is object.__setattr__ or cls.__dataclass_params__.frozen
    factories = [f for f in fields if f.default_factory is not dataclasses.MISSING or not f.init]
    held = _bound(cls.__init__, args, keywords)
    if hasattr(cls, "__post_init__") or factories or not plain or held is None or len(held) != len(fields):
        return None
    return Construction("object", tuple((f.name, held[f.name]) for f in fields))


def _plain(cls: Any, args: Sequence[Any], keywords: Mapping[str, Any]) -> Construction | None:
    """A class whose ``__init__`` does nothing but ``self.name = parameter``."""
    if not isinstance(cls.__init__, types.FunctionType):
        return None if args or keywords or cls.__init__ is not object.__init__ else Construction("object", ())
    held = _bound(cls.__init__, args, keywords)
    try:
        tree = parse(cls.__init__).tree
    except S2SGradError:
        return None
    if held is None:
        return None
    me = [*tree.args.posonlyargs, *tree.args.args][0].id
    found: dict[str, Any] = {}
    for statement in _one_by_one(tree.body):
        if isinstance(statement, gast.Expr) and isinstance(statement.value, gast.Constant):
            continue
        name = _attribute(statement, me)
        value = getattr(statement, "value", None)
        if name is None or isinstance(getattr(cls, name, None), property):
            return None
        if isinstance(value, gast.Name) and value.id in held:
            found[name] = held[value.id]
        elif isinstance(value, gast.Constant):
            found[name] = Default(value.value)
        else:
            return None
    return Construction("object", tuple(found.items()))


def _one_by_one(body: list[gast.stmt]) -> list[gast.stmt]:
    """``self.a, self.b = a, b`` as two assignments: names on the right are parameters, which none of them changes."""
    out: list[gast.stmt] = []
    for statement in body:
        single = isinstance(statement, gast.Assign) and len(statement.targets) == 1
        target: Any = statement.targets[0] if single else None
        value: Any = getattr(statement, "value", None)
        pairs = list(zip(getattr(target, "elts", ()), getattr(value, "elts", ()), strict=False))
        if not pairs or len(target.elts) != len(value.elts):
            out.append(statement)
            continue
        for part, each in pairs:
            out += statements("x = 0")
            out[-1].targets, out[-1].value = [part], each
    return out


def _attribute(statement: Any, me: str) -> str | None:
    """The ``name`` in ``self.name = ...``."""
    if isinstance(statement, gast.Assign) and len(statement.targets) == 1:
        target: Any = statement.targets[0]
    elif isinstance(statement, gast.AnnAssign) and statement.value is not None:
        target = statement.target
    else:
        return None
    mine = isinstance(target, gast.Attribute) and isinstance(target.value, gast.Name) and target.value.id == me
    return str(target.attr) if mine else None
