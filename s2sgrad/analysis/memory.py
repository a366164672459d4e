"""Writes in place: allowed where nobody else can tell, refused with the name of who could.

A write to an array that a caller owns, or through one name while another name for the same memory is still read, would
need a mirrored view of the adjoint; it is refused.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator

from s2sgrad.analysis.facts import Fact, Num, RangeFact, Seq, roots_of
from s2sgrad.analysis.interpret import Facts
from s2sgrad.analysis.ir import (
    Assign,
    Block,
    Break,
    For,
    If,
    Loop,
    NameTarget,
    Op,
    Statement,
    StoreTarget,
    While,
    children,
    every_statement,
    own_ops,
)
from s2sgrad.analysis.metadata import value_reads
from s2sgrad.analysis.overlap import check_overlap
from s2sgrad.analysis.parts import view_bindings, views_of_stores
from s2sgrad.analysis.pieces import STRETCHED
from s2sgrad.errors import InPlace, Refusal
from s2sgrad.normalize.mixed import LATER_READS, splitting
from s2sgrad.normalize.wanted import Rewriting, Wanted

__all__ = ["check_writes"]

Names = frozenset[str]


def check_writes(block: Block, facts: Facts, tried: Collection[Rewriting] = (), writable: Collection[str] = ()) -> None:
    """Raise Refusal for a write to memory of the caller's or to memory that another live name shares.

    Where one of the two names stands for a part of the other's array, it is asked to be written as that part first;
    what was ``tried`` already did not help. Arguments that are ``writable`` may be written, and are noted.
    """
    _Checker(facts, tried, writable).block(block, frozenset())


class _Checker:
    """Backward liveness of names, with a look at each write on the way."""

    def __init__(self, facts: Facts, tried: Collection[Rewriting], writable: Collection[str]) -> None:
        self.facts, self.tried, self.writable = facts, tried, writable
        self.exits: list[Names] = []
        self.callers = {r.rstrip("'"): name for name, fact in facts.entry.items() for r in roots_of(fact)}

    def block(self, block: Block, live: Names) -> Names:
        """The names that are read before they are rebound, at the start of a block."""
        for statement in reversed(block.statements):
            if statement in self.facts.before:
                live = self._statement(statement, live)
        return live

    def _statement(self, statement: Statement, live: Names) -> Names:
        if isinstance(statement, If):
            sides = [self.block(b, live) for b in children(statement)]
            return sides[0] | sides[1] | _reads(statement)
        if isinstance(statement, (For, While)):
            return self._loop(statement, live)
        if isinstance(statement, Break):
            return self.exits[-1]
        if not self.facts.after[statement].reached:
            return _reads(statement)
        written = self.facts.writes.get(statement)
        if written:
            self._check_exchange(statement, written)
            self._check(statement, written, live)
            self._check_targets(statement)
            self._check_places(statement)
        bound = frozenset(t.name for t in getattr(statement, "targets", ()) if isinstance(t, NameTarget))
        return (live - bound) | _reads(statement)

    def _loop(self, statement: Loop, live: Names) -> Names:
        targets = frozenset(t.name for t in statement.targets)
        if isinstance(statement, For):
            self._check_sequence(statement)
        tested = _reads(statement) if isinstance(statement, While) else frozenset()
        around = live | tested
        self.exits.append(live)
        while True:
            again = around | (self.block(statement.body, around) - targets)
            if again == around:
                self.exits.pop()
                return around | _reads(statement)
            around = again

    def _check_sequence(self, statement: For) -> None:
        """A list that changes while a loop runs over it."""
        sequence = self.facts.of[statement.iterable]
        if isinstance(sequence, RangeFact):
            return
        found = sequence.roots if isinstance(sequence, Seq) else frozenset()
        for fact in self._run_over(statement.iterable):
            found |= fact.roots if isinstance(fact, Seq) else frozenset()
        for inner in every_statement(statement.body):
            if self.facts.writes.get(inner, frozenset()) & found:
                raise Refusal(
                    "this changes the list over which the loop runs",
                    "loop over a copy: `for ... in list(...)`",
                    inner.node,
                )

    def _run_over(self, op: Op) -> Iterator[Fact | None]:
        """What an iterable is made of, but for what a range inside it has counted once and for all."""
        fact = self.facts.of.get(op)
        yield fact
        for part in () if isinstance(fact, RangeFact) else (*op.args, *(value for _, value in op.keywords)):
            yield from self._run_over(part)

    def _check_exchange(self, statement: Statement, written: Names) -> None:
        """``a[0], a[1] = a[1], a[0]``: the second store finds what the first has changed."""
        assert isinstance(statement, Assign)
        values = [self.facts.of[t.value] for t in statement.targets]
        shared = [v for v in values if isinstance(v, Num) and v.box in ("array", "any") and v.roots & written]
        if len(statement.targets) == 1 or not shared:
            return
        if views := views_of_stores(statement, written, self.facts):
            raise Wanted(splitting(statement.node, views))
        raise Refusal(*LATER_READS, statement.node)

    def _check(self, statement: Statement, written: Names, live: Names) -> None:
        assert isinstance(statement, Assign)
        own = {t.name for t in statement.targets}
        name = sorted(own)[0]
        plain = {r.rstrip("'") for r in written}
        if STRETCHED in plain:
            reason = f"this changes `{name}`, of `broadcast_arrays`, in which one element may stand at several places"
            raise Refusal(reason, f"work on a copy: `{name} = {name}.copy()`", statement.node)
        foreign = sorted(
            self.callers.get(r, r.removeprefix("global ")) for r in plain if r in self.callers or ":" not in r
        )
        if foreign and all(r in self.callers or ":" in r for r in plain) and set(foreign) <= set(self.writable):
            self.facts.written.update(foreign)
        elif foreign:
            raise InPlace(
                f"this changes memory of `{foreign[0]}`, which belongs to the caller",
                f"work on a copy: `{name} = {name}.copy()`",
                statement.node,
            )
        env = self.facts.after[statement]
        for other in sorted(live - own):
            fact = env.facts.get(other)
            if fact is not None and self.facts.shares(statement, other) and not _is_scalar(fact):
                self._ask_for_parts((*sorted(own), other))
                held = isinstance(env.facts.get(name), Num) and isinstance(fact, Seq)
                reason = f"this changes `{name}`, and `{other}` may share its memory and is read later"
                into = f"put a copy into `{other}`: `{name}.copy()`"
                raise Refusal(
                    reason, into if held else f"make one of them a copy: `{other} = ....copy()`", statement.node
                )
        check_overlap(statement, self.facts, self.tried)

    def _check_targets(self, statement: Statement) -> None:
        """``r[0], q[0] = q[0], r[0]`` for two names of one memory: what is stored has an adjoint under either name."""
        assert isinstance(statement, Assign)
        names = sorted({t.name for t in statement.targets})
        for name, other in itertools.combinations(names, 2):
            if self.facts.overlap(statement, name, other):
                self._ask_for_parts((name, other))
                raise Refusal(
                    f"this changes `{name}` and `{other}` at once, and they may share memory",
                    f"store by one name alone, or make one of them a copy: `{other} = ....copy()`",
                    statement.node,
                )

    def _check_places(self, statement: Statement) -> None:
        """``n[0], x[n[0]] = 1, 2.0``: the place of the second store is read when the first has been made."""
        assert isinstance(statement, Assign)
        changed: Names = frozenset()
        for target in statement.targets:
            if isinstance(target, StoreTarget):
                for name in [n for index in _indices(target) for n in value_reads(index, self.facts)]:
                    if name in self.facts.before[statement].facts and self._holds(statement, name, changed):
                        raise Refusal(
                            f"where this stores hangs on `{name}`, which an earlier store of the statement changes",
                            "write a statement for each store",
                            target.index.node,
                        )
                changed |= roots_of(self.facts.of[target.base])

    def _holds(self, statement: Statement, name: str, roots: Names) -> bool:
        return bool(roots_of(self.facts.before[statement].facts[name]) & roots)

    def _ask_for_parts(self, names: tuple[str, ...]) -> None:
        """Ask for a rewriting, if one is left to try, that writes a name as the part of an array that it stands for."""
        for rewriting in view_bindings(names, self.facts):
            if rewriting not in self.tried:
                raise Wanted(rewriting)


def _is_scalar(fact: object) -> bool:
    return isinstance(fact, Num) and fact.box in ("py", "np")


def _indices(target: StoreTarget) -> Iterator[Op]:
    """The index of a store, and those of the view into which it is made."""
    yield target.index
    base = target.base
    while base.form != "read" and base.args:
        yield from base.args[1:]
        base = base.args[0]


def _reads(statement: Statement) -> Names:
    return frozenset(str(op.payload) for op in own_ops(statement) if op.form == "read")
