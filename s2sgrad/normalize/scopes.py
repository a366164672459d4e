"""Which names a function binds, which it takes from around it, and renaming that respects inner scopes.

>>> import gast
>>> tree = gast.parse("def f(x):\\n    y = x * k\\n    return [y * v for v in x]").body[0]
>>> sorted(bound_names(tree)), sorted(free_names(tree))
(['x', 'y'], ['k'])
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import gast

from s2sgrad.analysis.local import LocalFunction
from s2sgrad.quote import clone, nodes_in, nodes_of

__all__ = ["bound_names", "free_names", "local_reads", "outer_names", "outer_reads", "own_nodes", "renamed"]

_COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)
_INNER = (gast.FunctionDef, gast.Lambda, *_COMPREHENSIONS)


@dataclass
class _Scope:
    reads: set[str] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)
    outer: set[str] = field(default_factory=set)

    def scan(self, node: Any) -> None:
        """Note the names of a node of this scope."""
        if isinstance(node, gast.Name):
            (self.reads if isinstance(node.ctx, (gast.Load, gast.Del)) else self.binds).add(node.id)
        elif isinstance(node, (gast.Global, gast.Nonlocal)):
            self.outer |= set(node.names)
        elif isinstance(node, gast.Constant) and isinstance(node.value, LocalFunction):
            self.reads |= local_reads(node.value)
        elif isinstance(node, _INNER):
            self._inner(node)
        else:
            for child in _children(node):
                self.scan(child)

    def _inner(self, node: Any) -> None:
        if isinstance(node, gast.FunctionDef):
            self.binds.add(node.name)
        for outside in _evaluated_outside(node):
            self.scan(outside)
        inner = _scope_of(node)
        self.reads |= inner.reads - inner.binds

    def closed(self) -> _Scope:
        """The scope when all of it was seen."""
        return _Scope(self.reads | (self.binds & self.outer), self.binds - self.outer, self.outer)


def local_reads(function: LocalFunction) -> set[str]:
    """The names that a local function takes from around it."""
    if function.partial is not None:
        scope = _Scope()
        scope.scan(function.partial)
        return scope.reads
    return free_names(function.node)


def _children(node: Any) -> Iterator[gast.AST]:
    for key in node._fields:
        value = getattr(node, key, None)
        for part in value if isinstance(value, list) else (value,):
            if isinstance(part, gast.AST):
                yield part


def _evaluated_outside(node: Any) -> list[gast.AST]:
    """The parts of an inner scope that the scope around it evaluates."""
    if isinstance(node, (gast.FunctionDef, gast.Lambda)):
        return [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
    return [node.generators[0].iter]


def _parts(node: Any) -> list[gast.AST]:
    """The parts of an inner scope that belong to it."""
    if isinstance(node, gast.FunctionDef):
        return [*_parameters(node.args), *node.body]
    if isinstance(node, gast.Lambda):
        return [*_parameters(node.args), node.body]
    first, *others = node.generators
    results = [node.key, node.value] if isinstance(node, gast.DictComp) else [node.elt]
    return [first.target, *first.ifs, *others, *results]


def _parameters(arguments: gast.arguments) -> list[gast.Name]:
    starred = [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *starred]


def _scope_of(node: Any) -> _Scope:
    scope = _Scope()
    for part in _parts(node):
        scope.scan(part)
    return scope.closed()


def bound_names(function: gast.FunctionDef) -> set[str]:
    """Parameters and every name that the function's own scope binds."""
    return _scope_of(function).binds


def free_names(function: gast.FunctionDef) -> set[str]:
    """The names that a function, with the functions inside it, takes from around it."""
    scope = _scope_of(function)
    return scope.reads - scope.binds


def outer_reads(tree: gast.AST) -> list[gast.Name]:
    """The names in an expression that it reads around it, in order: its comprehensions and lambdas have their own.

    >>> from s2sgrad.quote import quote
    >>> [(n.id, n.col_offset) for n in outer_reads(quote("[x * a for x in x if x > a]"))]
    [('a', 5), ('x', 16), ('a', 25)]
    """
    nodes = nodes_in(tree)
    if not any(isinstance(n, _INNER) for n in nodes):
        return [n for n in nodes if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Load)]
    found = {id(n) for n in _outer_reads(tree, frozenset())}
    return [n for n in nodes if id(n) in found]


def _outer_reads(node: Any, own: frozenset[str]) -> Iterator[gast.Name]:
    if isinstance(node, gast.Name) and isinstance(node.ctx, gast.Load) and node.id not in own:
        yield node
    outside = _evaluated_outside(node) if isinstance(node, _INNER) else _children(node)
    for part in outside:
        yield from _outer_reads(part, own)
    if isinstance(node, _INNER):
        own |= _scope_of(node).binds
        for part in _parts(node):
            yield from _outer_reads(part, own)


def outer_names(node: gast.AST) -> set[str]:
    """The names that functions inside a tree rebind in the function around them."""
    found: set[str] = set()
    for part in nodes_in(node) if isinstance(node, gast.FunctionDef) else nodes_of(node):
        if part.__class__ is gast.Nonlocal:
            found |= set(part.names)
        elif part.__class__ is gast.Constant and isinstance(part.value, LocalFunction) and part.value.node:
            found |= outer_names(part.value.node)
    return found


def changed_names(node: gast.AST) -> set[str]:
    """The names around them that functions inside a tree may change: rebound, stored into, given on, methods called."""
    found = outer_names(node)
    for part in nodes_in(node):
        if isinstance(part, gast.Constant) and isinstance(part.value, LocalFunction) and part.value.node:
            found |= set().union(*map(_changed, nodes_in(part.value.node))) | changed_names(part.value.node)
    return found


def _changed(node: Any) -> set[str]:
    held: list[Any] = []
    if isinstance(node, (gast.Subscript, gast.Attribute)) and not isinstance(node.ctx, gast.Load):
        held = [node.value]
    elif isinstance(node, gast.Call):
        held = [*node.args, *(k.value for k in node.keywords)]
        held += [node.func.value] if isinstance(node.func, gast.Attribute) else []
    return {n.id for part in held for n in nodes_in(part) if isinstance(n, gast.Name)}


def own_nodes(node: Any) -> Iterator[gast.AST]:
    """``node`` and what is below it in the same scope."""
    yield node
    for child in _children(node):
        if not isinstance(child, _INNER):
            yield from own_nodes(child)


def renamed(node: Any, table: Mapping[str, gast.expr]) -> Any:
    """A copy of ``node`` in which the names of ``table`` are those trees, save where an inner scope binds them."""
    if isinstance(node, gast.Name):
        found = table.get(node.id)
        return _in_context(found, node) if found is not None else clone(node)
    if isinstance(node, gast.Constant) and isinstance(node.value, LocalFunction):
        return _renamed_constant(node, table)
    if isinstance(node, (gast.Global, gast.Nonlocal)):
        return _renamed_outer(node, table)
    if isinstance(node, _INNER):
        return _renamed_inner(node, table)
    return _rebuilt(node, table)


def _rebuilt(node: Any, table: Mapping[str, gast.expr]) -> Any:
    new = node.__class__.__new__(node.__class__)
    new.__dict__.update(node.__dict__)
    for key in node._fields:
        value = getattr(node, key, None)
        if isinstance(value, gast.AST):
            new.__dict__[key] = renamed(value, table)
        elif isinstance(value, list):
            new.__dict__[key] = [renamed(v, table) if isinstance(v, gast.AST) else v for v in value]
    return new


def _renamed_inner(node: Any, table: Mapping[str, gast.expr]) -> Any:
    """An inner scope: the names that it binds are its own, but for what the scope around it evaluates."""
    binds = _scope_of(node).binds
    new = _rebuilt(node, {k: v for k, v in table.items() if k not in binds})
    if isinstance(node, (gast.FunctionDef, gast.Lambda)):
        new.args.defaults = [renamed(d, table) for d in node.args.defaults]
        new.args.kw_defaults = [None if d is None else renamed(d, table) for d in node.args.kw_defaults]
    else:
        new.generators[0].iter = renamed(node.generators[0].iter, table)
    if isinstance(node, gast.FunctionDef) and isinstance(table.get(node.name), gast.Name):
        new.name = table[node.name].id
    return new


def _renamed_constant(node: gast.Constant, table: Mapping[str, gast.expr]) -> gast.Constant:
    function: LocalFunction = node.value
    partial = None if function.partial is None else renamed(function.partial, table)
    node_ = None if function.node is None else renamed(function.node, table)
    new = clone(node)
    new.value = LocalFunction(function.key, function.name, node_, function.single, partial)
    return new


def _renamed_outer(node: Any, table: Mapping[str, gast.expr]) -> Any:
    new = clone(node)
    new.names = [getattr(table[n], "id", n) if n in table else n for n in node.names]
    return new


def _in_context(found: gast.expr, name: gast.Name) -> gast.expr:
    new = clone(found)
    if not isinstance(name.ctx, gast.Load):
        new.ctx = name.ctx
    for key in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
        if hasattr(name, key):
            setattr(new, key, getattr(name, key))
    return new
