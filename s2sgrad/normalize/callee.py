"""What a function that is to be written in place brings along: its tree, its defaults, the names of its module."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.facts import FunctionFact, Static
from s2sgrad.analysis.infer.effects import is_pure
from s2sgrad.analysis.local import LocalFunction
from s2sgrad.embed import literal
from s2sgrad.errors import Refusal
from s2sgrad.namespace import Namespace
from s2sgrad.normalize.supers import without_super
from s2sgrad.normalize.writing import writes
from s2sgrad.parse import Source, parse
from s2sgrad.quote import nodes_in, quote
from s2sgrad.request import GlobalGuard

__all__ = ["Callee", "callee_of", "calm_names", "is_calm", "keeps_lambdas", "makes_partial"]


@dataclass(frozen=True)
class Callee:
    """``namespace`` is None for a nested function, whose names mean what they mean around it."""

    tree: gast.FunctionDef
    namespace: Namespace | None
    same_file: bool
    defaults: dict[str, gast.expr]

    def spelling(self, name: str, here: Namespace, local: set[str]) -> tuple[str | None, GlobalGuard | None]:
        """How ``here`` spells a name of the helper's module, and what must stay so; None where it has no such name."""
        theirs = self.namespace
        assert theirs is not None
        if theirs.where(name) is None:
            return name, None
        value = theirs.lookup(name)
        shared = theirs.function.__globals__ is here.function.__globals__ and theirs.where(name) != "closure"
        visible = name not in local and here.where(name) is not None
        if visible and shared and here.where(name) != "closure":
            return name, None
        fixed = isinstance(value, (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type, np.ufunc))
        guard = GlobalGuard(theirs.function, (name,), _fact(value)) if fixed else None
        if visible and fixed and here.lookup(name) is value:
            return name, guard
        if theirs.where(name) == "global":
            module = _module_here(theirs.function.__globals__, here, local)
            if module is not None:
                return f"{module}.{name}", None
        other = _same_here(value, here, local) if fixed else None
        return other, guard


def _fact(value: Any) -> Any:
    return Static(value) if isinstance(value, types.ModuleType) else FunctionFact(value)


def _module_here(scope: dict[str, Any], here: Namespace, local: set[str]) -> str | None:
    """The name by which ``here`` knows the module with these globals."""
    for name, value in here.function.__globals__.items():
        if isinstance(value, types.ModuleType) and vars(value) is scope and name not in local:
            return name
    return None


def _same_here(value: Any, here: Namespace, local: set[str]) -> str | None:
    return next((n for n, v in here.function.__globals__.items() if v is value and n not in local), None)


def callee_of(function: Any, source: Source) -> Callee:
    """What is to be written in place. Raises S2SGradError for a function that has no text."""
    if isinstance(function, LocalFunction):
        return Callee(function.node, None, True, {})
    found = parse(function)
    signature = inspect.signature(function, follow_wrapped=False)
    values = {n: p.default for n, p in signature.parameters.items() if p.default is not p.empty}
    a = found.tree.args
    positional = [n.id for n in [*a.posonlyargs, *a.args]]
    written = dict(zip(positional[len(positional) - len(a.defaults) :], a.defaults, strict=True))
    written |= {n.id: d for n, d in zip(a.kwonlyargs, a.kw_defaults, strict=True) if d is not None}
    defaults = {name: _default(function, name, value, written.get(name)) for name, value in values.items()}
    try:
        tree = without_super(found.tree, function)
    except Refusal as error:
        raise error.at(found) from None
    return Callee(tree, Namespace(function), found.filename == source.filename, defaults)


def _default(function: types.FunctionType, name: str, value: Any, written: Any) -> gast.expr:
    text = literal(value)
    if text is not None:
        return quote(text)
    if _resolved(written, Namespace(function)) is value:
        return written
    # The name of a default that is no constant binds nothing: a call that needs it is refused where it is read.
    return quote(f"default_of_{function.__name__}_{name}")


def keeps_lambdas(namespace: Namespace) -> Callable[[gast.Call], bool]:
    """A test for calls whose lambdas stay where they are: NumPy's and the standard library's read them at once."""

    def test(call: gast.Call) -> bool:
        value = _resolved(call.func, namespace)
        return value is not None and not isinstance(value, types.FunctionType)

    return test


def makes_partial(namespace: Namespace) -> Callable[[gast.Call], bool]:
    """A test for calls of ``functools.partial``."""
    import functools

    return lambda call: _resolved(call.func, namespace) is functools.partial


def _resolved(tree: Any, namespace: Namespace) -> Any:
    """The value of a dotted name, None where it has none."""
    path: list[str] = []
    while isinstance(tree, gast.Attribute):
        path.insert(0, tree.attr)
        tree = tree.value
    if not isinstance(tree, gast.Name) or namespace.where(tree.id) is None:
        return None
    try:
        return namespace.resolve((tree.id, *path))
    except LookupError:
        return None


_CALM_BUILTINS = frozenset((abs, float, int, len, max, min, range, sum, zip, enumerate, tuple, list))
_CALM_METHODS = frozenset(("sum", "mean", "max", "min", "dot", "copy", "reshape", "ravel", "transpose", "astype"))
_CALM = (
    gast.BinOp, gast.UnaryOp, gast.Compare, gast.Name, gast.Constant, gast.Attribute, gast.Subscript, gast.Slice,
    gast.Tuple, gast.List, gast.Call, gast.keyword, gast.operator, gast.unaryop, gast.cmpop, gast.expr_context,
    gast.Return, gast.Assign, gast.If, gast.For, gast.arguments, gast.FunctionDef,
)  # fmt: skip


def is_calm(what: Any, namespace: Namespace) -> bool:
    """True for an expression or a function that computes a value and surely changes nothing."""
    if isinstance(what, LocalFunction):
        return what.node is not None and is_calm(what.node, namespace)
    if isinstance(what, types.FunctionType):
        return is_calm(parse(what).tree, Namespace(what))
    for node in nodes_in(what):
        stores = isinstance(getattr(node, "ctx", None), gast.Store) and not isinstance(node, (gast.Name, gast.Tuple))
        if stores or not isinstance(node, _CALM) or (isinstance(node, gast.Call) and not _calm_call(node, namespace)):
            return False
    return True


def calm_names(trees: Sequence[gast.AST], namespace: Namespace) -> set[str]:
    """The variables that hold nothing but functions made inside that compute a value and surely change nothing."""
    stored: dict[str, int] = {}
    held: dict[str, int] = {}
    for node in (n for tree in trees for n in nodes_in(tree)):
        if isinstance(node, gast.Name) and not isinstance(node.ctx, gast.Load):
            stored[node.id] = stored.get(node.id, 0) + 1
        function = getattr(node.value, "value", None) if isinstance(node, gast.Assign) else None
        if isinstance(node, gast.Assign) and isinstance(function, LocalFunction) and is_calm(function, namespace):
            for target in node.targets:
                held[getattr(target, "id", "")] = held.get(getattr(target, "id", ""), 0) + 1
    return {name for name, count in held.items() if stored.get(name) == count}


def _calm_call(call: gast.Call, namespace: Namespace) -> bool:
    value = _resolved(call.func, namespace)
    if value is None:
        method = getattr(call.func, "attr", "")
        return method in _CALM_METHODS and not writes(call, getattr(np.ndarray, method), 1)
    builtin = isinstance(value, (type, types.BuiltinFunctionType)) and value in _CALM_BUILTINS
    return builtin or (is_pure(value) and not writes(call, value, 0))
