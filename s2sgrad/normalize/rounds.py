"""The body of ``for i in checkpointed(range(n), snapshots=k):`` as a function of its own, a *round* of the loop.

The loop stays, and its body is one call of that function: what it hands on from round to round goes in and comes out.
The forward pass is printed as the user wrote it; the backward pass calls the halves of the round.
"""

from __future__ import annotations

import types
import weakref
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import gast

from s2sgrad.analysis.lower import local_names
from s2sgrad.compile import compile_units
from s2sgrad.errors import Refusal
from s2sgrad.namespace import Namespace
from s2sgrad.normalize.carried import assigned_in, live_at_start, stored_in
from s2sgrad.normalize.continuing import without_continue
from s2sgrad.normalize.leaving import exits_of, shallow, with_blocks
from s2sgrad.normalize.made import fresh, placed, unused
from s2sgrad.normalize.parts import dotted
from s2sgrad.normalize.wanted import Rewriting
from s2sgrad.parse import Source, adopt, parse
from s2sgrad.quote import clone, free_names, names_in, nodes_below, nodes_in, quote, statements, unquote
from s2sgrad.recompute import checkpoint, checkpointed
from s2sgrad.request import Generated, Unit

__all__ = ["Round", "as_rounds", "changed_in_place", "copying", "inline_names", "rounds_of"]

_REST_INSIDE = "put the rest of the round into an `if`"
_FORM = "write `for i in checkpointed(range(n), snapshots=k):`"
_REFUSED: dict[type, str] = {
    gast.Return: "a `return`",
    gast.FunctionDef: "a function",
    gast.ClassDef: "a class",
    gast.Delete: "a `del`",
    gast.Global: "a `global`",
    gast.Nonlocal: "a `nonlocal`",
    gast.Import: "an `import`",
    gast.ImportFrom: "an `import`",
    gast.Yield: "a `yield`",
}


class Round(gast.Assign):  # type: ignore[misc]
    """``outputs = round(inputs)``: the body of a checkpointed loop; ``inline`` is the body as it stands.

    ``copied`` are the arrays of which a round makes copies, to change these in place.
    """

    function: types.FunctionType
    inline: list[Any]
    copied: tuple[str, ...]
    count: Any
    snapshots: Any


@dataclass
class _Loop:
    """A checkpointed loop, with the number of its rounds and of its snapshots as names or numbers."""

    node: gast.For
    count: Any
    snapshots: Any
    above: list[gast.stmt]


_MADE: weakref.WeakKeyDictionary[types.FunctionType, dict[Any, types.FunctionType]] = weakref.WeakKeyDictionary()
_ORIGINALS: weakref.WeakKeyDictionary[types.FunctionType, tuple[types.FunctionType, frozenset[str]]] = (
    weakref.WeakKeyDictionary()
)
"""The function behind each round, which keeps its text alive, and the names of which the round makes copies."""


def copying(loop: Any, names: Collection[str]) -> Rewriting:
    """The wish that a round of ``loop`` works on copies of the arrays ``names``, which its body changes in place."""
    return Rewriting("copies", (loop.lineno, loop.col_offset), tuple(names))


def as_rounds(
    tree: gast.FunctionDef, source: Source, namespace: Namespace, rewritings: Collection[Rewriting], lifts: bool
) -> list[gast.stmt]:
    """The body of ``tree`` with checkpointed loops as rounds; without ``lifts``, as the loops over a range they are.

    Raises Refusal for a loop that is left by ``break`` or ``return``, or written in another way.
    """
    if not has_rounds(tree, namespace):
        return list(tree.body)
    copies = {r.place: r.detail for r in rewritings if r.kind == "copies"}
    return _Rounds(tree, source, namespace, copies, lifts).block(tree.body)


def has_rounds(tree: gast.AST, namespace: Namespace) -> bool:
    """True where there may be a checkpointed loop."""
    return any(_is_ours(n, namespace, ()) for n in nodes_below(tree) if isinstance(n, gast.Call))


def rounds_of(function: types.FunctionType) -> bool:
    """True for a function that is a round of a loop."""
    return function in _ORIGINALS


def changed_in_place(function: types.FunctionType) -> set[str]:
    """The names that a round may change in place, by a store or by ``+=`` and its like, but those that it copies."""
    body = parse(function).tree.body
    changes = (n.target for s in body for n in nodes_in(s) if isinstance(n, gast.AugAssign))
    return (stored_in(body) | {n.id for n in changes if isinstance(n, gast.Name)}) - _ORIGINALS[function][1]


def inline_names(call: Round) -> set[str]:
    """All names that occur in the body of a checkpointed loop: nothing else may be called so around it."""
    return {n for s in call.inline for n in names_in(s)}


def _is_ours(call: Any, namespace: Namespace, local: Collection[str]) -> bool:
    path = dotted(call.func) if isinstance(call, gast.Call) else ()
    return bool(path) and path[0] not in local and namespace.found(".".join(path)) is checkpointed


class _Rounds:
    def __init__(
        self, tree: gast.FunctionDef, source: Source, namespace: Namespace, copies: dict[Any, Any], lifts: bool
    ) -> None:
        self.tree, self.source, self.namespace, self.copies = tree, source, namespace, copies
        self.local = local_names(tree)
        self.taken = set(names_in(tree))
        self.lifts = lifts

    def block(self, body: list[gast.stmt]) -> list[gast.stmt]:
        return [new for statement in body for new in self._statement(statement)]

    def _statement(self, statement: Any) -> list[gast.stmt]:
        if isinstance(statement, gast.For) and _is_ours(statement.iter, self.namespace, self.local):
            loop = self._read(statement)
            return self._round(loop) if self.lifts else [self._plain(loop)]
        if isinstance(statement, gast.Try) and statement.handlers:
            return [with_blocks(statement, self._never().block)]
        if isinstance(statement, (gast.If, gast.For, gast.While, gast.With, gast.Try)):
            return [with_blocks(statement, self.block)]
        return [statement]

    def _never(self) -> _Rounds:
        """What runs in a ``try`` is not differentiated, and a plain loop."""
        return _Rounds(self.tree, self.source, self.namespace, self.copies, lifts=False)

    def _read(self, node: gast.For) -> _Loop:
        call: Any = node.iter
        given: Any = call.args[0] if len(call.args) == 1 else None
        builtin = self.namespace.where("range") == "builtin" and "range" not in self.local
        counts = isinstance(given, gast.Call) and dotted(given.func) == ("range",) and builtin
        known = counts and len(given.args) == 1 and [k.arg for k in call.keywords] == ["snapshots"]
        if not known or not isinstance(node.target, gast.Name) or node.orelse:
            raise Refusal("this is not how a loop is checkpointed", _FORM, call)
        loop = _Loop(node, given.args[0], call.keywords[0].value, [])
        if isinstance(loop.snapshots, gast.Constant):
            checkpointed(range(0), snapshots=loop.snapshots.value)  # raises what the call itself would
        return loop

    def _plain(self, loop: _Loop) -> gast.stmt:
        new = shallow(loop.node)
        new.iter, new.body = loop.node.iter.args[0], self.block(loop.node.body)
        return new

    # ---- the round ----

    def _round(self, loop: _Loop) -> list[gast.stmt]:
        node = loop.node = shallow(self._with_index(loop.node))
        node.body = without_continue(node.body, "a checkpointed loop is not left early", _REST_INSIDE)
        self._check_body(node)
        assigned, stored = assigned_in(node.body), stored_in(node.body)
        if node.target.id in assigned:
            raise Refusal(f"`{node.target.id}` counts the rounds, and is assigned in one", "use another name", node)
        for name in sorted(stored - self.local):
            raise Refusal(f"`{name}` is changed in this loop, and belongs to the module", "work on a copy", node)
        outputs = self._outputs(node, assigned | stored)
        if not outputs:
            return [self._plain(loop)]
        loop.count = self._steady(loop, loop.count, "steps", assigned)
        loop.snapshots = self._steady(loop, loop.snapshots, "snapshots", assigned)
        inputs = self._inputs(node, outputs)
        copied = tuple(n for n in self.copies.get((node.lineno, node.col_offset), ()) if n in inputs)
        copies = [_placed_all(s, _Head(node)) for n in copied for s in statements(f"{n} = {n}.copy()")]
        function: Any = self._made(node, inputs, outputs, copies)
        call = Round()
        call.targets, call.type_comment = [_display(outputs, gast.Store())], None
        call.value = quote("f(" + ", ".join(inputs) + ")")
        call.value.func = quote("0")
        call.value.func.value = function
        call.function, call.inline, call.copied = function, [*copies, *node.body], copied
        call.count, call.snapshots = loop.count, loop.snapshots
        new = shallow(node)
        new.iter = _placed_all(quote("range({n})", n=loop.count), node.iter)
        new.body = [_placed_all(call, _Head(node))]
        return [*loop.above, new]

    def _with_index(self, node: gast.For) -> gast.For:
        """The loop with a name for the number of a round: it is asked for in the backward pass."""
        read = any(isinstance(n, gast.Name) and n.id == "_" and n is not node.target for n in nodes_in(self.tree))
        if node.target.id != "_" or read:
            return node
        new = shallow(node)
        name = fresh("i", self.taken)
        self.local.add(name)
        new.target = placed(_display([name], gast.Store()), node.target)
        return new

    def _check_body(self, node: gast.For) -> None:
        left = next(iter(exits_of(node.body)), None)
        if left is not None:
            raise Refusal("a checkpointed loop is not left early", "put the rest of the round into an `if`", left)
        for inner in (n for s in node.body for n in nodes_in(s)):
            found = _REFUSED.get(type(inner)) or ("`match`" if type(inner).__name__ == "Match" else None)
            attribute = isinstance(inner, gast.Attribute) and not isinstance(inner.ctx, gast.Load)
            if found is not None or attribute:
                what = found or "the attribute of an object is assigned, which"
                raise Refusal(f"{what} stands in a checkpointed loop", "put it outside of the loop", inner)

    def _outputs(self, node: gast.For, changed: set[str]) -> list[str]:
        """What a round hands on: to the next one, or to what stands around the loop."""
        inside = {id(n) for s in node.body for n in nodes_in(s)}
        around = {n.id for n in nodes_in(self.tree) if isinstance(n, gast.Name) and id(n) not in inside}
        wanted = around | live_at_start(node.body, frozenset())
        return [n for n in self._ordered(node.body) if n in changed and n in wanted]

    def _inputs(self, node: gast.For, outputs: list[str]) -> list[str]:
        """The variables whose values a round takes from before it, data of the module among them."""
        free = set[str]().union(*map(free_names, node.body))
        outer = {n for n in free - self.local if self._is_data(n)}
        live = live_at_start(node.body, frozenset(outputs)) & (free | set(outputs)) & (self.local | outer)
        return [n for n in dict.fromkeys([node.target.id, *self._ordered(node.body)]) if n in live]

    def _is_data(self, name: str) -> bool:
        """True for a name of the module or of a function around that stands for a value, which may be another later."""
        if self.namespace.where(name) not in ("global", "closure"):
            return False
        value = self.namespace.found(name)
        return not callable(value) and not isinstance(value, types.ModuleType)

    def _ordered(self, body: list[gast.stmt]) -> list[str]:
        return list(dict.fromkeys(n for s in body for n in names_in(s)))

    def _steady(self, loop: _Loop, value: Any, wanted: str, assigned: set[str]) -> Any:
        """A number, or a name that the loop does not assign."""
        if isinstance(value, gast.Constant) or (isinstance(value, gast.Name) and value.id not in assigned):
            return value
        name = fresh(wanted, self.taken)
        self.local.add(name)
        loop.above += [_placed_all(s, value) for s in statements(f"{name} = {{e}}", e=value)]
        return quote(name)

    def _made(
        self, node: gast.For, inputs: list[str], outputs: list[str], copies: list[gast.stmt]
    ) -> types.FunctionType:
        """The function of a round: the same one each time this function is analysed."""
        name = unused("step", {n for s in node.body for n in names_in(s)})
        definition: Any = placed(statements(f"def {name}({', '.join(inputs)}):\n    pass")[0], node)
        returned = statements("return {e}", e=_display(outputs, gast.Load()))
        definition.body = [*copies, *node.body, *(_placed_all(s, _Head(node)) for s in returned)]
        home, text = self.namespace.function, unquote(definition)
        key = (node.lineno, node.col_offset, text)
        made = _MADE.setdefault(home, {})
        if key not in made:
            unit = Unit(name, text, home)
            generated = Generated((unit,), (name,), "s2sgrad_numpy", (), frozenset(), False)
            original: Any = compile_units(generated, "lifted")[0]
            adopt(original, Source(self.source.filename, self.source.lines, clone(definition), name, False))
            twin: Any = checkpoint(original)
            made[key] = twin
            _ORIGINALS[twin] = original, frozenset(names_in(s)[0] for s in copies)
        return made[key]


def _display(names: list[str], ctx: Any) -> gast.expr:
    tree = quote(names[0] if len(names) == 1 else ", ".join(names))
    for node in nodes_in(tree):
        if hasattr(node, "ctx"):
            node.ctx = ctx
    return tree


class _Head:
    """The place of the first line of a loop: what is made of the loop is quoted by it."""

    def __init__(self, loop: gast.For) -> None:
        self.lineno, self.col_offset = loop.lineno, loop.col_offset
        self.end_lineno, self.end_col_offset = loop.iter.end_lineno, loop.iter.end_col_offset + 1


def _placed_all(tree: Any, place: Any) -> Any:
    """The tree with all of it at one place of the user's file."""
    for node in nodes_in(tree):
        if isinstance(node, (gast.stmt, gast.expr)):
            placed(node, place)
    return tree
