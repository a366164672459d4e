"""Write the body of a small helper in place of its call, so that the gradient reads as one piece of algebra.

A helper is small when it is one ``return`` of an expression in which each parameter occurs; it is inlined only if
every free name in it means the same object to the caller, and an argument that is neither a name nor a number gets a
name first.

>>> import gast
>>> from s2sgrad.quote import unquote
>>> def square(x): return x * x
>>> def f(a): return square(a) + 1.0
>>> tree = gast.parse("def f(a):\\n    return square(a) + 1.0").body[0]
>>> body, inlined = inline_calls(tree, Namespace(f))
>>> print("".join(map(unquote, body)), end="")
return a * a + 1.0
"""

from __future__ import annotations

import types
from dataclasses import dataclass, field
from typing import Any

import gast

from s2sgrad.analysis.lower import local_names
from s2sgrad.custom import has_rule
from s2sgrad.errors import S2SGradError
from s2sgrad.namespace import Namespace
from s2sgrad.normalize.made import fresh
from s2sgrad.parse import parse
from s2sgrad.quote import calls_of, nodes_in, occurrences, quote, statements, substitute
from s2sgrad.recompute import is_recomputed

__all__ = ["inline_calls"]

_LAZY = (
    gast.IfExp,
    gast.BoolOp,
    gast.Lambda,
    gast.ListComp,
    gast.SetComp,
    gast.DictComp,
    gast.GeneratorExp,
    gast.Compare,
)


def inline_calls(tree: gast.FunctionDef, namespace: Namespace) -> tuple[list[gast.stmt], dict[str, Any]]:
    """The body of ``tree`` with small helpers inlined, and the helpers by name.

    Statements keep their positions in the user's file.
    """
    names = set(occurrences(tree))
    inliner = _Inliner(namespace, local_names(tree), names)
    return inliner.block(tree.body), inliner.inlined


@dataclass
class _Inliner:
    namespace: Namespace
    local: set[str]
    taken: set[str]
    bindings: list[gast.stmt] = field(default_factory=list)
    inlined: dict[str, Any] = field(default_factory=dict)

    def block(self, body: list[gast.stmt]) -> list[gast.stmt]:
        out: list[gast.stmt] = []
        for statement in body:
            out += self._statement(statement)
        return out

    def _statement(self, statement: Any) -> list[gast.stmt]:
        self.bindings = []
        if isinstance(statement, (gast.If, gast.For, gast.While, gast.With, gast.Try)):
            new = _shallow(statement)
            for key in ("body", "orelse", "finalbody"):
                if hasattr(statement, key):
                    setattr(new, key, self.block(getattr(statement, key)))
            return [new]
        if not isinstance(statement, (gast.Assign, gast.AugAssign, gast.Return, gast.AnnAssign)) or not statement.value:
            return [statement]
        if not self._may_change(statement.value):
            return [statement]
        value = self._expression(statement.value)
        if value is statement.value:
            return [statement]
        new = _shallow(statement)
        new.value = value
        return [*(_at(b, statement) for b in self.bindings), new]

    def _may_change(self, tree: gast.expr) -> bool:
        """True where something is called by a name that is not a variable of the function's."""
        called = (call.func for call in calls_of(tree))
        return any(isinstance(f, gast.Name) and f.id not in self.local for f in called)

    def _expression(self, tree: Any) -> Any:
        if isinstance(tree, _LAZY) or not isinstance(tree, gast.AST):
            return tree
        changed = {key: self._part(value) for key, value in tree.__dict__.items()}
        new = tree
        if any(changed[key] is not value for key, value in tree.__dict__.items()):
            new = _shallow(tree)
            new.__dict__.update(changed)
        return self._call(new) if isinstance(new, gast.Call) else new

    def _part(self, value: Any) -> Any:
        if isinstance(value, gast.AST) and not isinstance(value, gast.expr_context):
            return self._expression(value)
        if isinstance(value, list):
            items = [self._expression(v) for v in value]
            return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
        return value

    def _call(self, call: gast.Call) -> gast.expr:
        if not isinstance(call.func, gast.Name) or call.func.id in self.local or call.keywords:
            return call
        helper = self._helper(call.func.id)
        if helper is None:
            return call
        parameters, body = helper
        if len(parameters) != len(call.args) or any(isinstance(a, gast.Starred) for a in call.args):
            return call
        self.inlined[call.func.id] = self.namespace.lookup(call.func.id)
        table = {p: self._argument(a, call.func.id, p) for p, a in zip(parameters, call.args, strict=True)}
        return _at(substitute(body, table), call)

    def _argument(self, tree: gast.expr, helper: str, parameter: str) -> gast.expr:
        if isinstance(tree, (gast.Name, gast.Constant)):
            return tree
        short = helper.removeprefix("python_")  # a function that stands for one of Python's is named after that
        name = fresh(f"{short}_{parameter}", self.taken)
        self.bindings += statements(f"{name} = {{e}}", e=tree)
        return quote(name)

    def _helper(self, name: str) -> tuple[list[str], gast.expr] | None:
        try:
            function = self.namespace.lookup(name)
        except LookupError:
            return None
        if not isinstance(function, types.FunctionType) or function.__defaults__ or hasattr(function, "__wrapped__"):
            return None
        if has_rule(function) or is_recomputed(function):
            return None
        try:
            tree = parse(function).tree
        except S2SGradError:
            return None
        body = [s for s in tree.body if not (isinstance(s, gast.Expr) and isinstance(s.value, gast.Constant))]
        if _calls_parameter(tree):
            return None
        plain = not (tree.args.vararg or tree.args.kwarg or tree.args.kwonlyargs)
        if len(body) != 1 or not isinstance(body[0], gast.Return) or body[0].value is None or not plain:
            return None
        parameters = [a.id for a in [*tree.args.posonlyargs, *tree.args.args]]
        ok = self._same_names(body[0].value, set(parameters), Namespace(function))
        return (parameters, body[0].value) if ok else None

    def _same_names(self, body: gast.expr, parameters: set[str], theirs: Namespace) -> bool:
        if any(isinstance(n, (*_LAZY, gast.NamedExpr)) for n in nodes_in(body)):
            return False
        for node in nodes_in(body):
            if isinstance(node, gast.Name) and node.id not in parameters:
                try:
                    same = node.id not in self.local and theirs.lookup(node.id) is self.namespace.lookup(node.id)
                except LookupError:
                    return False
                if not same or not isinstance(theirs.lookup(node.id), (types.ModuleType, types.FunctionType, type)):
                    return False
        return True


def _calls_parameter(tree: gast.FunctionDef) -> bool:
    """True for a helper that calls what it is given: facts decide how that is written out."""
    called = {n.func.id for n in nodes_in(tree) if isinstance(n, gast.Call) and isinstance(n.func, gast.Name)}
    return bool(called & {a.id for a in [*tree.args.posonlyargs, *tree.args.args]})


def _at(tree: Any, place: Any) -> Any:
    """The tree with all positions those of ``place``: errors and quotes point at the user's own line."""
    for node in nodes_in(tree):
        if "lineno" in getattr(node, "_attributes", ()):
            for key in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
                setattr(node, key, getattr(place, key))
    return tree


def _shallow(node: Any) -> Any:
    new = node.__class__.__new__(node.__class__)
    new.__dict__.update(node.__dict__)
    return new
