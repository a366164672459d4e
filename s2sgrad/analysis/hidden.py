"""Tell of the calls inside what is taken as a whole, such as ``a and f(y)``, which of them surely change nothing.

A method is known by its name for NumPy's and Python's own values alone: ``clip`` of a class of the user's may do
anything.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import gast

from s2sgrad.analysis.calls import QUIET
from s2sgrad.analysis.facts import (
    Fact,
    FunctionFact,
    Num,
    Opaque,
    RangeFact,
    Record,
    Seq,
    SliceFact,
    Static,
    roots_of,
)
from s2sgrad.analysis.infer import is_pure
from s2sgrad.analysis.pure import is_pure_call
from s2sgrad.analysis.shape import MATCHES
from s2sgrad.namespace import Namespace
from s2sgrad.normalize.callee import is_calm
from s2sgrad.normalize.parts import dotted
from s2sgrad.quote import nodes_in, unquote

__all__ = ["Hidden"]

_ASKING = (isinstance, id, type, callable)
"""Builtins that look at no more than the class of what they are given."""
_WHOLE = (gast.expr, gast.comprehension, gast.keyword)


@dataclass(frozen=True)
class Hidden:
    """The calls in an expression; ``fact_of`` gives what is known of a variable, or of a dotted name of the module.

    ``slot_of`` gives the fact of an attribute of an object.
    """

    tree: gast.AST
    local: Collection[str]
    namespace: Namespace
    fact_of: Callable[[Any, tuple[str, ...]], Fact]
    slot_of: Callable[[Fact, str, Any], Fact]

    def changes_nothing(self, call: gast.Call) -> bool:
        """True for a call that surely changes nothing, whatever it gives."""
        if getattr(call.func, "id", "") == MATCHES:
            return True
        named = self._named(call.func)
        if any(named is known for known in _ASKING):
            return True
        told = any(named is known for known in QUIET)
        if not told and not self._is_calm(named) and not is_pure_call(self.local, self.namespace, call):
            return False
        parts = _operands(call)
        return all(map(self._is_plain, parts)) or all(map(self._is_inert, parts))

    def _named(self, tree: Any) -> Any:
        """What the name of a function stands for, None for a variable and a method."""
        path = unquote(tree).split(".")
        try:
            return None if path[0] in self.local else self.namespace.resolve(tuple(path))
        except LookupError:
            return None

    def _is_calm(self, function: Any) -> bool:
        return isinstance(function, types.FunctionType) and is_calm(function, Namespace(function))

    def _is_inert(self, tree: gast.expr) -> bool:
        """True where nothing is read that a call could change and somebody else could read."""
        return all(self._is_inert_name(n) for n in nodes_in(tree) if isinstance(n, gast.Name))

    def _is_inert_name(self, name: gast.Name) -> bool:
        around = self._bound_by(name)
        if around is not None:
            return bool(around) and all(map(self._is_inert, around))
        fact = self.fact_of(name, (name.id,))
        return not roots_of(fact) and (is_plain(fact) or isinstance(fact, Opaque))

    def _is_plain(self, tree: Any) -> bool:
        """True for a value of NumPy's or Python's own, and made of such alone: what is read from it is so, too."""
        if isinstance(tree, gast.Lambda):
            return True  # the calls in it are looked at as well
        if isinstance(tree, gast.Name):
            around = self._bound_by(tree)
            if around is not None:
                return bool(around) and all(map(self._is_plain, around))
            return is_plain(self.fact_of(tree, (tree.id,)))
        if isinstance(tree, gast.Attribute):
            fact = self._fact(tree)
            return self._is_plain(tree.value) if fact is None else is_plain(fact)
        if isinstance(tree, gast.Call):
            return self._gives_plain(tree)
        inner = [v for value in tree.__dict__.values() for v in (value if isinstance(value, list) else [value])]
        return all(self._is_plain(v) for v in inner if isinstance(v, _WHOLE))

    def _gives_plain(self, call: gast.Call) -> bool:
        made = is_pure_call(self.local, self.namespace, call) or self._is_calm(self._named(call.func))
        return made and all(map(self._is_plain, _operands(call)))

    def _bound_by(self, name: gast.Name) -> list[gast.expr] | None:
        """What the comprehensions run over that bind a name, None for a name that the expression does not bind.

        Nothing is known of what a lambda is called with, nor of a name that the function binds as well.
        """
        bound = {n.id for n in nodes_in(self.tree) if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)}
        if name.id not in bound:
            return None
        if name.id in self.local:
            return []
        loops = [n for n in nodes_in(self.tree) if isinstance(n, gast.comprehension)]
        return [g.iter for g in loops if any(getattr(n, "id", "") == name.id for n in nodes_in(g.target))]

    def _fact(self, tree: Any) -> Fact | None:
        """The fact of a name, of a dotted name of the module, or of an attribute of an object; None for any other."""
        path = dotted(tree)
        if path and path[0] not in self.local:
            return self.fact_of(tree, tuple(path))
        if isinstance(tree, gast.Name):
            return self.fact_of(tree, (tree.id,))
        fact = self._fact(tree.value) if isinstance(tree, gast.Attribute) and path else None
        objects = isinstance(fact, Record) and fact.kind != "dict"
        return self.slot_of(fact, tree.attr, tree) if objects else None  # type: ignore[arg-type]


def _operands(call: gast.Call) -> list[gast.expr]:
    """What a call is given, and the object or module that it is called on."""
    owner = [call.func.value] if isinstance(call.func, gast.Attribute) else []
    return [*owner, *call.args, *(k.value for k in call.keywords)]


def is_plain(fact: Fact) -> bool:
    """True for numbers, arrays, texts, modules, known classes and functions, and Python's own containers of such."""
    if isinstance(fact, Seq):
        return all(map(is_plain, fact.items if fact.items is not None else (fact.element,)))
    if isinstance(fact, Record):
        return fact.kind == "dict" and all(is_plain(slot) for _, slot in fact.slots)
    if isinstance(fact, FunctionFact):
        return fact.bound is None and (_is_known(fact.function) or bool(is_pure(fact.function)))
    if isinstance(fact, Static):
        return _is_known(type(fact.value)) and (not isinstance(fact.value, type) or _is_known(fact.value))
    return isinstance(fact, (Num, RangeFact, SliceFact))


def _is_known(cls: Any) -> bool:
    """True for a class of NumPy's or Python's own."""
    owner = str(getattr(cls, "__module__", "")).split(".")[0]
    return isinstance(cls, type) and owner in ("builtins", "numpy")
