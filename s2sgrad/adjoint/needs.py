"""What the backward lines read of the forward part, and which tests may be asked a second time."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping

import gast

from s2sgrad.adjoint.context import PRE, Context, written_names
from s2sgrad.adjoint.header import header_names
from s2sgrad.adjoint.iterate import counts_up
from s2sgrad.adjoint.pieces import Branch, Lines, Loop, Piece
from s2sgrad.analysis.facts import Fact, Num, Opaque
from s2sgrad.analysis.interpret import Facts
from s2sgrad.analysis.invariant import never_changes_shape
from s2sgrad.analysis.ir import (
    Assign,
    Block,
    For,
    Guarded,
    If,
    NameTarget,
    Op,
    Statement,
    StoreTarget,
    every_statement,
    own_ops,
)
from s2sgrad.analysis.metadata import measured_part, steady_arrays, value_reads
from s2sgrad.analysis.saves import Needs
from s2sgrad.normalize.attempts import is_attempt
from s2sgrad.quote import COMPREHENSIONS, free_names, kinds_of, names_in, names_of, nodes_in, nodes_of

__all__ = ["askable", "collect_needs", "stores_part"]

_ASKABLE = (
    gast.Name,
    gast.Constant,
    gast.Compare,
    gast.BoolOp,
    gast.UnaryOp,
    gast.BinOp,
    gast.Subscript,
    gast.Attribute,
    gast.Call,
    gast.expr_context,
    gast.operator,
    gast.unaryop,
    gast.boolop,
    gast.cmpop,
)


def askable(statement: If, facts: Facts) -> bool:
    """True for a test made of names, numbers, scalar arithmetic and comparisons: asked again, it answers the same."""
    if is_attempt(statement.node.test):
        return False
    for node in nodes_in(statement.node.test):
        if not isinstance(node, _ASKABLE) or isinstance(node, (gast.MatMult, gast.In, gast.NotIn)):
            return False
        if isinstance(node, gast.Attribute) and node.attr not in ("shape", "ndim", "size"):
            return False
    env = facts.before[statement].facts
    names = [n for n in names_in(statement.node.test) if n in env]
    if any(isinstance(env[n], Opaque) for n in names):
        return False
    asked = (n for n in nodes_in(statement.node.test) if isinstance(n, gast.Compare))
    inside = (s for block in (statement.body, statement.orelse) for s in every_statement(block))
    written = frozenset().union(*map(written_names, inside))
    lasting = {n: env[n] for n in names if n not in written}
    if any(isinstance(o, (gast.Is, gast.IsNot)) and not _is_number_or_none(n, lasting) for n in asked for o in n.ops):
        return False
    return all(_answers_alike(facts, op) for op in statement.test.walk() if op.form == "call")


def _is_number_or_none(test: gast.Compare, env: Mapping[str, Fact]) -> bool:
    """True for ``x is None`` of a number that the branch leaves alone: if it is kept, then for what stands above."""
    (other,) = test.comparators if len(test.ops) == 1 else (None,)
    fact = env.get(getattr(test.left, "id", ""))
    none = isinstance(other, gast.Constant) and other.value is None
    return none and isinstance(fact, Num) and fact.shape == () and fact.box != "array"


def _answers_alike(facts: Facts, op: Op) -> bool:
    """Arithmetic of scalars, a length or an absolute value."""
    fact, bound = facts.of.get(op), facts.calls.get(op)
    if op.payload in (operator.is_, operator.is_not):
        return True
    known = op.payload is not None or (bound is not None and bound.function in (len, abs))
    return known and isinstance(fact, Num) and fact.shape == ()


def collect_needs(
    context: Context,
    block: Block,
    pieces: list[Piece],
    local: set[str],
    tests: set[Statement],
    put_back: set[Statement],
    last: list[gast.AST],
) -> Needs:
    """Needs by statement, read off the lines.

    ``tests`` are remembered branches, ``put_back`` the stores whose overwritten values are restored, ``last`` the lines
    behind.
    """
    forward = local.union(context.hoisted.values(), *context.bound_by.values())
    collector = _Collector(context, forward, tests)
    for statement in every_statement(block):
        if statement in context.facts.before:
            collector.bindings[statement] = collector.bound(statement)
            if statement in put_back:
                collector.indices(statement)
    collector.pieces(pieces)
    entry = frozenset(n for tree in last for n in names_in(tree)).intersection(context.facts.before_entry())
    again = frozenset(collector.reversed)
    return Needs(collector.before, collector.after, collector.tested, collector.bindings, entry, again)


class _Collector:
    def __init__(self, context: Context, forward: set[str], remembered: set[Statement]) -> None:
        self.context, self.forward, self.remembered = context, forward, remembered
        self.steady = steady_arrays(context.facts)
        self.before: dict[Statement, frozenset[str]] = {}
        self.after: dict[Statement, frozenset[str]] = {}
        self.tested: dict[Statement, frozenset[str]] = {}
        self.bindings: dict[Statement, frozenset[str]] = {}
        self.reversed: set[Statement] = set()

    def bound(self, statement: Statement) -> frozenset[str]:
        found = {t.name for t in getattr(statement, "targets", ()) if isinstance(t, NameTarget)}
        if isinstance(statement, For):
            found = set()
        found |= set(statement.names) if isinstance(statement, Guarded) else set()
        hoisted = {self.context.hoisted[op] for op in own_ops(statement) if op in self.context.hoisted}
        return frozenset(found | hoisted | self.context.bound_by.get(statement, set()))

    def indices(self, statement: Statement) -> None:
        """A part that is put back in place is found by the index that it was taken with."""
        for target in getattr(statement, "targets", ()):
            if isinstance(target, StoreTarget):
                hoisted = {self.context.hoisted[op] for op in _indexing(target) if op in self.context.hoisted}
                self._note(self.after, statement, hoisted)
                self._note(self.before, statement, self._index_reads(target))

    def _index_reads(self, target: StoreTarget) -> set[str]:
        found: set[str] = set()
        pending = [target.index, *_inner_indices(target)]
        while pending:
            op = pending.pop()
            if op in self.context.hoisted:
                continue
            if op.form in ("tuple", "slice"):
                pending += op.args
            else:
                found |= value_reads(op, self.context.facts)
        return found

    def pieces(self, pieces: Iterable[Piece]) -> None:
        for piece in pieces:
            if isinstance(piece, Lines):
                self._lines(piece)
            elif isinstance(piece, Loop):
                self._loop(piece)
            else:
                self._branch(piece)

    def _reads(self, lines: Iterable[gast.AST]) -> frozenset[str]:
        return frozenset(n for line in lines for n in self._names(line) if n.removesuffix(PRE) in self.forward)

    def _names(self, line: gast.AST) -> list[str]:
        """The names that a line reads; an array that keeps its name all the while keeps its length."""
        known = self.context.read_by.get(id(line))
        if known is None:
            known = self.context.read_by[id(line)] = line, self._found_names(line)
        return known[1]

    def _found_names(self, line: gast.AST) -> list[str]:
        names = sorted(names_of(line) if kinds_of(line).isdisjoint(COMPREHENSIONS) else free_names(line))
        if not self.steady.intersection(names):
            return names
        nodes = nodes_of(line)
        asking = [n for n in nodes if n.__class__ in (gast.Attribute, gast.Call)]
        measured = {id(part) for node in asking if (part := measured_part(node)) is not None}
        if not measured:
            return names
        read = {n.id for n in nodes if n.__class__ is gast.Name and id(n) not in measured}
        return [n for n in names if n in read or n not in self.steady]

    def _measured(self, lines: Iterable[gast.AST]) -> frozenset[str]:
        """The names of which lines of zeros read the shape alone, where that is the same throughout the function."""
        found, others = set[str](), set[str]()
        for line in lines:
            call = getattr(line, "value", None)
            zeros = isinstance(call, gast.Call) and getattr(call.func, "attr", "") == "zeros_like"
            if zeros and call is not None and isinstance(call.args[0], gast.Name):
                found.add(call.args[0].id)
            else:
                others |= self._reads([line])
        return frozenset(n for n in found - others if never_changes_shape(n, self.context.facts))

    def _note(self, table: dict[Statement, frozenset[str]], statement: Statement, names: Iterable[str]) -> None:
        table[statement] = table.get(statement, frozenset()) | frozenset(n.removesuffix(PRE) for n in names)

    def _lines(self, piece: Lines) -> None:
        statement, reads = piece.statement, self._reads(piece.lines)
        if isinstance(statement, If):
            self._note(self.tested, statement, reads)
            return
        new = (
            written_names(statement) | self.bindings.get(statement, frozenset())
            if isinstance(statement, Assign)
            else (self.bindings.get(statement, frozenset()))
        )
        self._note(self.after, statement, {n for n in reads if n in new})
        self._note(self.before, statement, {n for n in reads if n not in new})

    def _loop(self, piece: Loop) -> None:
        self.reversed.add(piece.statement)
        steps = self.context.counts.get(piece.statement)
        if isinstance(piece.statement, For) and piece.statement.targets and not (steps and counts_up(piece.statement)):
            names = self._reads([piece.statement.node.iter]) & header_names(piece.statement, self.context.facts)
            self._note(self.before, piece.statement, names)
        self._note(self.after, piece.statement, [*self._reads(piece.start), *([steps] if steps else [])])
        snapshots = self.context.snapshots.get(piece.statement)
        if snapshots is not None:
            self._note(self.before, piece.statement, self.forward.intersection(snapshots.reads))
            self._note(self.after, piece.statement, snapshots.lists)
        inner = [p for p in piece.body if p.statement is piece.statement]
        targets = {t.name for t in piece.statement.targets}
        first = self.context.facts.first(piece.statement.body) or piece.statement
        self._note(self.before, first, self._reads(piece.finish) - piece.measured)
        for lines in inner:
            self._note(self.before, piece.statement, self._reads(getattr(lines, "lines", [])) - targets)
        self.pieces(p for p in piece.body if p.statement is not piece.statement)

    def _branch(self, piece: Branch) -> None:
        self.reversed.add(piece.statement)
        if piece.statement not in self.remembered:
            self._note(self.tested, piece.statement, self._reads([piece.statement.node.test]))
        self._note(self.after, piece.statement, self._reads(piece.start) - self._measured(piece.start))
        self.pieces(piece.body)
        self.pieces(piece.orelse)


def stores_part(statement: Statement) -> bool:
    """True for a statement that overwrites a part of an array, which is found again by its index."""
    return any(isinstance(t, StoreTarget) for t in getattr(statement, "targets", ()))


def _inner_indices(target: StoreTarget) -> list[Op]:
    """The indices that lead from the variable to the view that is written."""
    found: list[Op] = []
    base = target.base
    while base.form != "read":
        found += base.args[1:2]
        base = base.args[0]
    return found


def _indexing(target: StoreTarget) -> Iterable[Op]:
    for index in (target.index, *_inner_indices(target)):
        yield from index.walk()
