"""Facts of comprehensions and generator expressions.

One whose items carry no derivative stays as it is in the text; one whose items may is asked for as a loop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import gast

from s2sgrad.analysis import infer as table
from s2sgrad.analysis.environment import Env, map_fact, symbols
from s2sgrad.analysis.facts import (
    ANY_DIM,
    Bottom,
    Dim,
    Fact,
    FunctionFact,
    Num,
    Opaque,
    Record,
    Seq,
    is_active_kind,
    like_any,
    roots_of,
)
from s2sgrad.analysis.found import Facts
from s2sgrad.analysis.ir import NameTarget, Op
from s2sgrad.analysis.lower import Lowering
from s2sgrad.analysis.separate import is_made_inside
from s2sgrad.normalize.wanted import Wanted, rewriting_at
from s2sgrad.quote import nodes_in

__all__ = ["COMPREHENSIONS", "Comprehensions"]

COMPREHENSIONS = frozenset(("ListComp", "SetComp", "DictComp", "GeneratorExp"))
_KINDS = {"ListComp": "list", "GeneratorExp": "iterator"}


class Comprehensions:
    """The part of the interpreter that runs comprehensions."""

    facts: Facts
    home: Any
    inside: int
    lowered: dict[tuple[Op, int], Any]
    evaluate: Callable[[Op, Env], Fact]
    _fresh: Callable[[Op], Callable[..., Dim]]
    _own: Callable[[Op], frozenset[str]]

    def _comprehension(self, op: Op, env: Env) -> Fact:
        self.inside += 1
        try:
            item, lengths = self._run_comprehension(op, env)
        except Wanted as wanted:
            if op.payload not in _KINDS or wanted.rewriting.kind == "iteration":
                raise
            raise Wanted(rewriting_at("comprehension", op.node)) from None  # what is wanted inside needs statements
        finally:
            self.inside -= 1
        operands = [self.facts.of[a] for a in op.args]
        kind = _KINDS.get(op.payload)
        if isinstance(item, Bottom) and kind is not None and lengths[0] == Dim.of(0):
            return Seq(kind, (), item, lengths[0], self._own(op) if kind == "list" else frozenset(), True)
        self._check_active(op, item, operands)
        if kind is None or isinstance(item, Opaque):
            return Opaque(frozenset().union(roots_of(item), *map(roots_of, operands)))
        filtered = len(lengths) > 1 or any(g.ifs for g in op.node.generators)
        length = ANY_DIM if filtered else lengths[0]
        length = self._fresh(op)("comprehension") if length.anonymous else length
        roots = frozenset() if kind == "iterator" else self._own(op)
        apart = is_made_inside(item, [*env.facts.values(), *operands])
        return Seq(kind, None, item, length, roots, apart)

    def _run_comprehension(self, op: Op, env: Env) -> tuple[Fact, list[Dim]]:
        """The fact of its items, and the length of each sequence that it runs over."""
        inside = env.copy()
        lowering = self._lowering(op, env)
        lengths = []
        for generator in op.node.generators:
            iterable = self.evaluate(self._expression(op, lowering, generator.iter), inside)
            if self.home is not None and op.payload in _KINDS and _holds_functions(iterable):
                raise Wanted(rewriting_at("comprehension", op.node))
            lengths.append(table.length_of(iterable))
            if isinstance(iterable, Seq) and iterable.items == ():
                return Bottom(), [Dim.of(0)]  # it is never run
            self._bind_targets(op, lowering, generator.target, iterable, inside)
            for test in generator.ifs:
                self.evaluate(self._expression(op, lowering, test), inside)
        if op.payload == "DictComp":
            self.evaluate(self._expression(op, lowering, op.node.key), inside)
        last = op.node.value if op.payload == "DictComp" else op.node.elt
        return _summarised(self.evaluate(self._expression(op, lowering, last), inside), env), lengths

    def _check_active(self, op: Op, item: Fact, operands: list[Fact]) -> None:
        chosen = isinstance(item, Opaque) and (
            any(isinstance(n, gast.IfExp) for n in nodes_in(op.node)) or any(isinstance(f, Record) for f in operands)
        )
        if self.home is None or not (chosen or is_active_kind(item)) or not any(map(is_active_kind, operands)):
            return
        kind = "accumulation" if isinstance(item, Num) and item.box in ("np", "array") else "comprehension"
        if op.payload in _KINDS:
            raise Wanted(rewriting_at(kind, op.node))

    def _lowering(self, op: Op, env: Env) -> Lowering:
        own = {n.id for n in nodes_in(op.node) if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Store)}
        lowering = Lowering(set(env.facts) | own | {str(a.payload) for a in op.args})
        # Numbers apart from those of all other operations: they name lengths and memory.
        lowering.count = 10**7 + op.number * 10**4
        return lowering

    def _expression(self, op: Op, lowering: Lowering, node: gast.expr) -> Op:
        """The operations of a part of a comprehension, made once."""
        key = (op, id(node))
        if key not in self.lowered:
            self.lowered[key] = lowering.expression(node)
        found: Op = self.lowered[key]
        lowering.count = max(lowering.count, found.number)
        return found

    def _bind_targets(self, op: Op, lowering: Lowering, target: gast.expr, iterable: Fact, env: Env) -> None:
        key = (op, id(target))
        if key not in self.lowered:
            item = lowering.op("opaque", target, "item", ())
            self.lowered[key] = item, lowering._targets(target, item)
        item, targets = self.lowered[key]
        lowering.count = max([lowering.count, item.number, *(t.value.number for t in targets)])
        self.facts.of[item] = table.iterate(iterable, self._fresh(item))
        for t in targets:
            if isinstance(t, NameTarget):
                env.bind(t.name, self.evaluate(t.value, env))


def _holds_functions(fact: Fact) -> bool:
    """True for a sequence of known items that are functions, or hold some: each is called in a way of its own."""
    if isinstance(fact, Seq):
        return any(map(_holds_functions, fact.items or ()))
    return isinstance(fact, FunctionFact)


def _summarised(item: Fact, env: Env) -> Fact:
    """One fact for the items of all rounds: lengths that were learnt inside stand for no one length."""
    known = symbols(env)

    def forget(d: Dim) -> Dim:
        kept = d.symbol is None or d.symbol.name in known
        return d if kept else like_any(d)

    def plain(fact: Fact) -> Fact:
        return replace(fact, value=None, length=None, origin=None) if isinstance(fact, Num) else fact

    return plain(map_fact(item, forget)) if not isinstance(item, Bottom) else item
