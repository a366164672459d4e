"""The header of a loop in forward mode: its targets, and with them the tangents of what they take."""

from __future__ import annotations

import builtins
from dataclasses import dataclass, field
from typing import Any

import gast

from s2sgrad.analysis.facts import Seq, roots_of, unprimed
from s2sgrad.analysis.ir import Assign, For, Op, every_statement, targets_of
from s2sgrad.analysis.iterated import item_path
from s2sgrad.analysis.places import slot_fact, slots
from s2sgrad.quote import clone, quote, statements
from s2sgrad.request import Path
from s2sgrad.tangent.dots import part_of, zeros
from s2sgrad.tangent.step import Step

__all__ = ["Header", "header"]


@dataclass
class Header:
    """What a loop runs over besides, what takes it, and the first lines of its body."""

    iterable: Any = None
    target: Any = None
    unpacked: list[gast.stmt] = field(default_factory=list)
    zipped: bool = False

    def joined(self, target: Any, iterable: Any, tangents: Any) -> tuple[gast.expr, gast.expr]:
        """The target and the iterable of the loop over values and tangents in step."""
        called = getattr(getattr(iterable, "func", None), "id", "")
        new = quote("()")
        new.ctx = gast.Store()
        if called == "enumerate" and isinstance(target, gast.Tuple) and len(target.elts) == 2:
            inner = quote("()")
            inner.elts, inner.ctx = [target.elts[1], self.target], gast.Store()
            new.elts = [target.elts[0], inner]
            call = clone(iterable)
            call.args = [quote("zip({a}, {b})", a=iterable.args[0], b=tangents), *call.args[1:]]
            return new, call
        if called == "zip" and isinstance(target, gast.Tuple) and len(target.elts) == len(iterable.args):
            several = self.zipped and isinstance(tangents, gast.Call) and isinstance(self.target, gast.Tuple)
            new.elts = [*target.elts, *(self.target.elts if several else [self.target])]
            call = clone(iterable)
            call.args = [*call.args, *(tangents.args if several else [tangents])]
            return new, call
        new.elts = [target, self.target]
        return new, quote("zip({a}, {b})", a=iterable, b=tangents)


def header(step: Step) -> Header:
    """The tangents that the targets of a loop take."""
    found = Header()
    made = _Header(step, found)
    statement: Any = step.statement
    step.assumed |= made.changed()
    pair = made.of(statement.iterable, ())
    if pair is not None:
        found.iterable, found.target = pair
    found.unpacked += made.missing()
    return found


@dataclass
class _Header:
    step: Step
    found: Header
    bound: set[Path] = field(default_factory=set)

    def of(self, op: Op, path: tuple[int, ...]) -> tuple[gast.expr, gast.expr] | None:
        """An expression that runs over the tangents of ``op`` in step with it, and what takes them; None: zero."""
        bound = self.step.context.facts.calls.get(op)
        function = bound.function if bound is not None else None
        if bound is not None and function is builtins.enumerate:
            return self.of(bound.args[0], (*path, 1))
        if bound is not None and function is builtins.reversed:
            inner = self.of(bound.args[0], path)
            return None if inner is None else (quote("reversed({x})", x=inner[0]), inner[1])
        if bound is not None and function is builtins.zip:
            parts = [self.of(arg, (*path, i)) for i, arg in enumerate(bound.args)]
            return self._zipped([p for p in parts if p is not None], not path)
        return self._leaf(op, path)

    def changed(self) -> set[Path]:
        """Arrays that vary only since the body changes them: where the loop runs over their rows, these vary, too."""
        facts, statement = self.step.context.facts, self.step.statement
        assert isinstance(statement, For)
        written = frozenset[str]().union(*(facts.writes.get(s, ()) for s in every_statement(statement.body)))
        found = facts.before[statement].facts.items()
        names = {n for n, f in found if unprimed(roots_of(f)) & unprimed(written)} if written else ()
        return {place for name in names for place in self._active(name)}

    def missing(self) -> list[gast.stmt]:
        """Zeros for targets that nothing with a tangent is taken for."""
        step, lines = self.step, list[gast.stmt]()
        statement: Any = step.statement
        for target in targets_of(statement):
            for place in self._active(target.name):
                if place in self.bound:
                    continue
                whole = step.context.facts.of[target.value]
                value = part_of(quote(target.name), place[1:], whole)
                zero = zeros(slot_fact(whole, place[1:]), value, step.numpy, statement.node)
                lines += statements(f"{step.context.tangent(place)} = {{z}}", z=zero)
        return lines

    def _zipped(self, parts: list[tuple[gast.expr, gast.expr]], outer: bool) -> tuple[gast.expr, gast.expr] | None:
        if len(parts) <= 1:
            return parts[0] if parts else None
        call, target = quote("zip()"), quote("()")
        call.args, target.elts = [p[0] for p in parts], [p[1] for p in parts]
        target.ctx = gast.Store()
        self.found.zipped = outer
        return call, target

    def _leaf(self, op: Op, path: tuple[int, ...]) -> tuple[gast.expr, gast.expr] | None:
        """One sequence, whose items (or parts of them) are what the targets take."""
        step = self.step
        statement = step.statement
        assert isinstance(statement, For)
        if not step.tangents(op):
            return None
        taken = [(t, p) for t in targets_of(statement) if (p := item_path(t.value, statement.item)) is not None]
        places: list[tuple[Path, Path]] = []
        for target, own in taken:
            if own[: len(path)] == path:
                places += [(p, (*own[len(path) :], *p[1:])) for p in self._active(target.name)]
        if not places:
            return None
        self.bound |= {place for place, _ in places}
        tree = step.whole(op) if slots(step.context.facts.of[op]) is not None else step.single(op)
        assert tree is not None
        if [p for _, p in places] == [()]:
            return tree, _name(step.context.tangent(places[0][0]))
        unpacked = self._unpacked([t.value for t, own in taken if own[: len(path)] == path], path, places)
        if unpacked is not None:
            return tree, unpacked
        name = step.context.scope.new("item" + step.context.suffix)
        fact = step.context.facts.of[op]
        element = fact.element if isinstance(fact, Seq) else step.context.facts.of[op]
        for place, below in places:
            part = self._part(quote(name), below, element)
            self.found.unpacked += statements(f"{step.context.tangent(place)} = {{e}}", e=part)
        return tree, _name(name)

    def _unpacked(self, values: list[Op], path: tuple[int, ...], places: list[tuple[Path, Path]]) -> gast.expr | None:
        """``(a_dot, b_dot)`` where the targets are the items that the sequence's own are unpacked to."""
        counts = {v.payload[1] for v in values if v.form == "item" and v.args[0].form in ("opaque", "item")}
        below = {own[0]: place for place, own in places if len(own) == 1}
        depth = {len(item_path(v, self.step.statement.item) or ()) for v in values}  # type: ignore[union-attr]
        if len(counts) != 1 or len(below) != len(places) or depth != {len(path) + 1}:
            return None
        target = quote("()")
        target.ctx = gast.Store()
        target.elts = [_name(self.step.context.tangent(below[i]) if i in below else "_") for i in range(counts.pop())]
        return target

    def _part(self, tree: gast.expr, path: Path, fact: Any) -> gast.expr:
        try:
            return part_of(tree, path, fact)
        except KeyError:
            for key in path:
                tree = quote(f"{{x}}[{key!r}]", x=tree)
            return tree

    def _active(self, name: str) -> list[Path]:
        """The places of a target that have a tangent when the body begins."""
        active, statement = self.step.context.activity, self.step.statement
        assert isinstance(statement, For)
        first = next((s for s in statement.body if s in active.before), None)
        if first is None:
            return []
        behind = (
            active.after[first]
            if isinstance(first, Assign) and isinstance(first.node, gast.For)
            else active.before[first]
        )
        return [p for p in self.step.context.places if p[0] == name and p in behind]


def _name(identifier: str) -> gast.expr:
    tree = quote(identifier)
    tree.ctx = gast.Store()
    return tree
