"""Which class, dict or function makes a record, and with what in its slots.

>>> from s2sgrad.quote import quote, unquote
>>> import types
>>> makers = Makers(Namespace(types.FunctionType(compile("0", "", "eval"), {"C": types.SimpleNamespace}), {}), set())
>>> made, cls = makers.construction(quote("C(a=x, b=2 * x)"))
>>> cls.__name__, [(key, unquote(value)) for key, value in made.held]
('SimpleNamespace', [('a', 'x'), ('b', '2 * x')])
"""

from __future__ import annotations

import types
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import gast

from s2sgrad.analysis.construct import Construction, construction, is_made_by_init, is_made_up
from s2sgrad.analysis.initialiser import initialiser
from s2sgrad.custom import custom_of
from s2sgrad.namespace import Namespace
from s2sgrad.normalize.expand import inlining
from s2sgrad.normalize.wanted import Wanted
from s2sgrad.printed import object_of
from s2sgrad.quote import nodes_in
from s2sgrad.rules.registry import NONDIFFERENTIABLE

__all__ = ["Makers", "evaluated"]


@dataclass
class Makers:
    """Resolves what is called where only names that are not ``local`` are known; ``classes`` are what was relied on."""

    namespace: Namespace
    local: Collection[str]
    classes: dict[tuple[str, ...], Any] = field(default_factory=dict)

    def resolved(self, tree: Any) -> Any:
        """What a dotted name stands for; None for a local one, and for what is no name."""
        path: list[str] = []
        while isinstance(tree, gast.Attribute):
            path.insert(0, tree.attr)
            tree = tree.value
        if not isinstance(tree, gast.Name) or tree.id in self.local:
            return None
        try:
            found = self.namespace.resolve((tree.id, *path))
        except LookupError:
            return None
        self.classes[(tree.id, *path)] = found
        return found

    def construction(self, tree: Any, anew: bool = False) -> tuple[Construction, Any] | None:
        """What the record holds that an expression makes, and its class; None where that is not known.

        An object that was taken apart, and is put together ``anew``, may still go by another name.
        """
        if isinstance(tree, gast.Dict):
            keys: list[Any] = [k.value if isinstance(k, gast.Constant) else None for k in tree.keys]
            if not all(isinstance(k, (str, int)) and not isinstance(k, bool) for k in keys) or len({*keys}) < len(keys):
                return None
            return Construction("dict", tuple(zip(keys, tree.values, strict=True))), dict
        if not isinstance(tree, gast.Call) or _is_starred(tree):
            return None
        if anew and self._is_helper(tree.func):
            made_of = self.resolved(tree.args[0])
            held = tuple((k.arg, k.value) for k in tree.keywords)
            return None if made_of is None else (Construction("object", held), made_of)
        cls = self.resolved(tree.func)
        if cls is object.__new__:
            made_of = self.resolved(tree.args[0])
            return None if made_of is None else (Construction("object", ()), made_of)
        made = construction(cls, tree.args, {k.arg: k.value for k in tree.keywords}) if cls is not None else None
        if made is None or made.kind == "namedtuple" or not _keeps_each(made, tree):
            return None
        return made, cls

    def _is_helper(self, tree: Any) -> bool:
        """True for the name of our own helper, on which nothing in the user's module is relied."""
        named = isinstance(tree, gast.Name) and tree.id == "object_of" and tree.id not in self.local
        return named and self.namespace.found("object_of") is object_of

    def ask_for_text(self, call: gast.Call) -> None:
        """Ask for the text of a function of the user's, or of a class, that makes a record."""
        function = self.resolved(call.func)
        made = None if _is_starred(call) else initialiser(function, len(call.args), [k.arg for k in call.keywords])
        if made is None and is_made_by_init(function) and not is_made_up(function.__init__):
            made = function.__init__
        if made is not None:
            raise Wanted(inlining(call, made, "made"))
        written = isinstance(function, types.FunctionType) and function not in NONDIFFERENTIABLE
        if written and custom_of(function) is None:
            raise Wanted(inlining(call, function))


def evaluated(tree: Any) -> list[Any]:
    """The arguments of a call or the values of a display, in order of evaluation."""
    if isinstance(tree, gast.Dict):
        return list(tree.values)
    return [*tree.args, *(k.value for k in tree.keywords)]


def _keeps_each(made: Construction, call: gast.Call) -> bool:
    """True where every argument that does something, or makes something, stands in just one slot.

    Another would be written out twice, or not at all.
    """
    held = Counter(id(value) for _, value in made.held)
    return all(held[id(a)] == 1 or (_is_name(a) if held[id(a)] else not _does(a)) for a in evaluated(call))


def _is_name(tree: Any) -> bool:
    """True for what gives the same object wherever it is written."""
    return all(isinstance(n, (gast.Name, gast.Constant, gast.expr_context)) for n in nodes_in(tree))


def _does(tree: Any) -> bool:
    return any(isinstance(n, (gast.Call, gast.NamedExpr)) for n in nodes_in(tree))


def _is_starred(call: gast.Call) -> bool:
    return any(isinstance(a, gast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords)
