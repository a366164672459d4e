"""Write a loop over a few known items as its body once for each.

Every item may have an adjoint, or be a function, of its own.

>>> import gast
>>> from s2sgrad.quote import unquote
>>> loop = gast.parse("for v in p:\\n    s = s + v * v").body
>>> print("".join(map(unquote, unrolled(loop, {unrolling(loop[0], 2)}, Scope({"p"})))), end="")
v = p[0]
s = s + p[0] * p[0]
v = p[1]
s = s + p[1] * p[1]
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import gast

from s2sgrad.analysis.texts import spelled
from s2sgrad.errors import Refusal
from s2sgrad.normalize.continuing import without_continue
from s2sgrad.normalize.copies import copied
from s2sgrad.normalize.leaving import exits_of
from s2sgrad.normalize.made import fresh
from s2sgrad.normalize.nested import assignment
from s2sgrad.normalize.parts import dotted, local_functions, moved, own, shallow
from s2sgrad.normalize.scopes import local_reads, renamed
from s2sgrad.normalize.wanted import Rewriting, place_of_loop
from s2sgrad.quote import clone, nodes_in, quote, replaced

__all__ = ["MOST", "Scope", "is_left", "unrolled", "unrolling"]

MOST = 32
"""Loops over more items than this are not written out."""


_LEFT_EARLY = "a loop over known items, each with a derivative of its own, cannot be left early"
_HINT = "loop over a list of arrays of one rank, or guard the rest of the body with `if`"


def unrolling(loop: Any, n: int | tuple[Any, ...]) -> Rewriting:
    """The rewriting of a loop over ``n`` items, or over these numbers and texts."""
    return Rewriting("each", place_of_loop(loop), n)


@dataclass
class Scope:
    """What unrolling asks of the function around a loop.

    Names that are ``taken``, and those of Python's own functions; variables that functions inside have ``rebound``, or
    ``changed`` in any part; calls that are ``quiet``: they change nothing.
    """

    taken: set[str]
    is_builtin: Callable[[str], bool] = lambda name: True
    rebound: Collection[str] = ()
    changed: Collection[str] = ()
    quiet: Callable[[gast.AST], bool] = lambda tree: True


def unrolled(body: list[gast.stmt], rewritings: Collection[Rewriting], scope: Scope) -> list[gast.stmt]:
    """``body`` with the loops that were asked for written out; the taken names of ``scope`` grow."""
    wanted = {r.place: r.detail for r in rewritings if r.kind == "each"}
    return _block(body, wanted, scope) if wanted else body


def _block(body: list[gast.stmt], wanted: dict[Any, Any], scope: Scope) -> list[gast.stmt]:
    return [new for statement in body for new in _statement(statement, wanted, scope)]


def _statement(statement: Any, wanted: dict[Any, Any], scope: Scope) -> list[gast.stmt]:
    below = {k: v for k, v in statement.__dict__.items() if isinstance(v, list) and v and isinstance(v[0], gast.stmt)}
    new = statement
    if below:
        new = shallow(statement)
        new.__dict__.update({k: _block(v, wanted, scope) for k, v in below.items()})
    detail = wanted.get(place_of_loop(statement)) if isinstance(statement, gast.For) else None
    if detail is None:
        return [new]
    if any(f.single for f in local_functions(statement)):
        raise Refusal("a function is made anew for each of a few known items here", "make it above the loop", statement)
    new.body = without_continue(new.body, _LEFT_EARLY, _HINT)
    return _block(_Unrolling(new, detail, scope).write(), wanted, scope)


def is_left(loop: Any) -> bool:
    """True for a loop that a ``break`` or a ``return`` leaves: what comes behind a round may not run."""
    own = any(isinstance(e, gast.Break) for e in exits_of(loop.body))
    return own or any(isinstance(n, gast.Return) for s in loop.body for n in nodes_in(s))


@dataclass
class _Unrolling:
    loop: Any
    n: int | tuple[Any, ...]
    scope: Scope

    @property
    def _count(self) -> int:
        return len(self.n) if isinstance(self.n, tuple) else self.n

    def write(self) -> list[gast.stmt]:
        """The body for each item, and what follows the loop."""
        nodes = [n for s in self.loop.body for n in own(s)]
        self.stored = {n.id for n in nodes if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Store)}
        self.stored |= {n.id for n in own(self.loop.target) if isinstance(n, gast.Name)}
        inner = set().union(*(local_reads(f) for f in local_functions(self.loop)))
        self.written = {dotted(n.value)[0] for n in nodes if _stores_a_part(n) and dotted(n.value)}
        self.kept = {n.id for s in self.loop.body for n in own(s) if _stores(n)} | inner | self.written
        self.given: set[tuple[str, ...]] = set()
        self.changed = set(self.scope.changed)
        for call in nodes:
            if isinstance(call, gast.Call) and not self.scope.quiet(call):
                self._note(call)
        self.lines: list[gast.stmt] = []
        out: list[gast.stmt] = []
        constants = [quote(repr(k)) for k in self.n] if isinstance(self.n, tuple) else None
        for k, item in enumerate(self._items(self.loop.iter) if constants is None else constants):
            table: dict[str, gast.expr] = {}
            out += self._bound(self.loop.target, item, table)
            body = [renamed(copied(s, "round", k), table) for s in self.loop.body]
            out += body if constants is None else [_with_keys(s, self.scope) for s in body]
        return [*self.lines, *out, *self.loop.orelse]

    def _bound(self, target: Any, item: Any, table: dict[str, gast.expr]) -> list[gast.stmt]:
        if isinstance(target, gast.Name):
            path = dotted(_root(item))
            if target.id not in self.kept and not self._may_change(path):
                table[target.id] = item
            return [self._assignment(target, item)]
        if isinstance(target, (gast.Tuple, gast.List)) and not any(isinstance(e, gast.Starred) for e in target.elts):
            items = item.elts if isinstance(item, gast.Tuple) else [_item(item, i) for i in range(len(target.elts))]
            if len(items) == len(target.elts):
                pairs = zip(target.elts, items, strict=True)
                return [line for part, value in pairs for line in self._bound(part, value, table)]
        raise Refusal("this target of a loop over known items is not differentiated", "use names", target)

    def _assignment(self, target: gast.Name, item: gast.expr) -> gast.stmt:
        return assignment(target.id, clone(item), self.loop)

    def _items(self, tree: Any) -> list[Any]:
        """An expression for each item, which may be read wherever the item may."""
        called = tree.func.id if isinstance(tree, gast.Call) and isinstance(tree.func, gast.Name) else ""
        name = called if self.scope.is_builtin(called) else ""
        if name == "zip":  # ``strict`` or not: how many there are is known of each
            columns = [self._items(a) for a in tree.args]
            return [_tuple(list(row)) for row in zip(*columns, strict=False)]
        if name == "enumerate" and not tree.keywords and len(tree.args) <= 2:
            start = tree.args[1].value if len(tree.args) == 2 and isinstance(tree.args[1], gast.Constant) else 0
            if len(tree.args) == 1 or isinstance(tree.args[1], gast.Constant):
                items = self._items(tree.args[0])
                return [_tuple([quote(repr(start + i)), item]) for i, item in enumerate(items)]
        if name == "reversed" and len(tree.args) == 1:
            return self._reversed(tree.args[0])
        if isinstance(tree, (gast.Tuple, gast.List)) and not any(isinstance(e, gast.Starred) for e in tree.elts):
            return [self._lasting(e) for e in tree.elts]
        if isinstance(tree, gast.Subscript) and isinstance(tree.slice, gast.Slice) and tree.slice.step is None:
            first = 0 if tree.slice.lower is None else getattr(tree.slice.lower, "value", None)
            if type(first) is int and dotted(tree.value) and not self._may_change(dotted(tree.value)):
                return [_item(self._lasting(tree.value), first + i) for i in range(self._count)]
        return [_item(self._lasting(tree), i) for i in range(self._count)]

    def _reversed(self, tree: Any) -> list[Any]:
        """From the end: where another sequence of a ``zip`` is shorter, the first items are never reached."""
        if isinstance(tree, (gast.Tuple, gast.List)) and not any(isinstance(e, gast.Starred) for e in tree.elts):
            return self._items(tree)[::-1]
        return [_item(self._lasting(tree), -1 - i) for i in range(self._count)]

    def _note(self, call: Any) -> None:
        """Note what a call may change: its arguments, and the object whose method it is."""
        held = [*call.args, *(k.value for k in call.keywords)]
        self.changed |= {n.id for part in held for n in own(part) if isinstance(n, gast.Name)}
        if isinstance(call.func, gast.Attribute):
            self.given.add(dotted(call.func.value))

    def _may_change(self, path: tuple[str, ...]) -> bool:
        """True where a call in the body may change a part of what stands at a path."""
        return bool(path) and (path in self.given or path[0] in self.changed)

    def _is_bound_anew(self, path: tuple[str, ...]) -> bool:
        """True where the body may assign an attribute on the way to what the loop runs over."""
        above = [path[:n] for n in range(1, len(path))]
        return bool(above) and (path[0] in self.written | self.changed or any(a in self.given for a in above))

    def _lasting(self, tree: Any) -> gast.expr:
        """The expression itself where the loop cannot change what it gives, else a name for it."""
        path = dotted(tree)
        bound = path and (path[0] in self.stored | set(self.scope.rebound) or self._is_bound_anew(path))
        if isinstance(tree, gast.Constant) or (path and not bound):
            return tree
        name = fresh("item", self.scope.taken)
        self.lines.append(assignment(name, tree, self.loop))
        return moved(quote(name), tree)


def _with_keys(tree: Any, scope: Scope) -> Any:
    """The statement of one round with the keys that are known in it: ``params["W" + str(1)]`` as ``params["W1"]``."""
    keys = {id(n.slice): key for n in nodes_in(tree) if isinstance(n, gast.Subscript) and (key := _key(n.slice, scope))}
    return replaced(tree, keys) if keys else tree


def _key(tree: Any, scope: Scope) -> gast.expr | None:
    text = spelled(tree, {}) if isinstance(tree, (gast.BinOp, gast.JoinedStr, gast.Call)) else None
    return moved(quote(repr(text)), tree) if text is not None and scope.is_builtin("str") else None


def _stores(node: gast.AST) -> bool:
    return isinstance(node, gast.Name) and isinstance(node.ctx, gast.Store)


def _stores_a_part(node: Any) -> bool:
    return isinstance(node, (gast.Subscript, gast.Attribute)) and isinstance(node.ctx, gast.Store)


def _root(tree: Any) -> Any:
    """What the items of a sequence are read from."""
    while isinstance(tree, gast.Subscript):
        tree = tree.value
    return tree


def _item(tree: gast.expr, i: int) -> gast.expr:
    return moved(quote(f"{{x}}[{i}]", x=tree), tree)


def _tuple(items: list[Any]) -> gast.expr:
    display = quote("()")
    display.elts = items
    return display
