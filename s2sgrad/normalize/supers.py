"""Spell ``super().method(...)`` as ``Base.method(self, ...)``: the text of a method then stands anywhere.

>>> import gast
>>> from s2sgrad.quote import unquote
>>> class Model:
...     def cost(self, x): return x
>>> class Weighted(Model):
...     def cost(self, x): return 2 * super().cost(x)
>>> tree = gast.parse("def cost(self, x):\\n    return 2 * super().cost(x)").body[0]
>>> scope = {"Model": Model, "Weighted": Weighted}
>>> print(unquote(spelled(tree, Weighted, scope.get).body[0]).strip())
return 2 * Model.cost(self, x)
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import gast

from s2sgrad.errors import Refusal
from s2sgrad.namespace import Namespace
from s2sgrad.normalize.making import first_parameter
from s2sgrad.normalize.parts import moved, shallow
from s2sgrad.objects import class_attribute
from s2sgrad.quote import nodes_in, quote

__all__ = ["spelled", "without_super"]


def without_super(tree: gast.FunctionDef, function: types.FunctionType) -> gast.FunctionDef:
    """The text of a method with ``super()`` spelled out; any other text as it is. Raises Refusal where it cannot be."""
    if "__class__" not in function.__code__.co_freevars or not any(map(_is_super, nodes_in(tree))):
        return tree
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    return spelled(tree, cells["__class__"].cell_contents, Namespace(function).found)


def spelled(tree: gast.FunctionDef, cls: type, found: Callable[[str], Any]) -> gast.FunctionDef:
    """``tree``, a method of ``cls``, without ``super()``; ``found`` looks a dotted name up where the text stands."""
    new = shallow(tree)
    new.body = [_without(s, tree, cls, found) for s in tree.body]
    return new


def _is_super(node: Any) -> bool:
    return isinstance(node, gast.Call) and getattr(node.func, "id", "") == "super"


def _without(node: Any, tree: Any, cls: type, found: Callable[[str], Any]) -> Any:
    if isinstance(node, gast.Expr) and _asks_object(node.value, cls):
        return moved(gast.Pass(), node)
    if isinstance(node, gast.Call) and _is_super(getattr(node.func, "value", None)):
        node = _respelled(node, tree, cls, found)
    elif _is_super(node):
        raise Refusal("what `super()` gives is not followed here", "call the method as `Base.method(self, ...)`", node)
    new = shallow(node)
    for key, value in node.__dict__.items():
        if isinstance(value, list):
            new.__dict__[key] = [_without(v, tree, cls, found) if isinstance(v, gast.AST) else v for v in value]
        elif isinstance(value, gast.AST):
            new.__dict__[key] = _without(value, tree, cls, found)
    return new


def _asks_object(call: Any, cls: type) -> bool:
    """True for ``super().__init__()`` where only ``object`` is left to be asked: it does nothing."""
    bare = isinstance(call, gast.Call) and _is_super(getattr(call.func, "value", None)) and not call.args
    return bare and call.func.attr == "__init__" and not call.keywords and _owner(cls, "__init__") is object


def _owner(cls: type, name: str) -> type | None:
    return next((c for c in cls.__mro__[1:] if name in vars(c)), None)


def _respelled(call: Any, tree: Any, cls: type, found: Callable[[str], Any]) -> Any:
    name, owner = call.func.attr, _owner(cls, call.func.attr)
    sure = not call.func.value.args and owner is not None and _is_line(cls)
    if not sure or not isinstance(class_attribute(owner, name), types.FunctionType):  # type: ignore[arg-type]
        reason = "which method `super()` gives is not known here"
        raise Refusal(reason, "call the method as `Base.method(self, ...)`", call)
    if found(owner.__qualname__) is not owner:  # type: ignore[union-attr]
        reason = f"`super()` gives a method of a class that is not known as `{owner.__qualname__}` here"  # type: ignore[union-attr]
        raise Refusal(reason, "import the class under its name", call)
    new = shallow(call)
    new.func = moved(quote(f"{owner.__qualname__}.{name}"), call)
    new.args = [moved(quote(first_parameter(tree)), call), *call.args]
    return new


def _is_line(cls: type) -> bool:
    """True where neither the class nor any class derived from it has several bases: ``super()`` asks the one above."""
    return all(len(c.__bases__) == 1 for c in cls.__mro__[:-1]) and all(map(_is_line, cls.__subclasses__()))
