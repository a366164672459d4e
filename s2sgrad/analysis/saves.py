"""What must be kept from the forward part: a value that the backward pass reads and that was overwritten since.

Two disciplines. A value that is overwritten while still needed is saved just before and restored in the group of the
statement that overwrote it. A value that lives within one iteration of a loop is saved just after it was computed and
restored before the first group that reads it. Both push and pop in the same block, so that stacks stay balanced on
every path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import gast

from s2sgrad.analysis.grown import grown_by
from s2sgrad.analysis.interpret import Facts
from s2sgrad.analysis.ir import (
    Assign,
    Block,
    Effect,
    For,
    If,
    Loop,
    NameTarget,
    Statement,
    StoreTarget,
    While,
    breaks_of,
    children,
)
from s2sgrad.analysis.together import presence_where
from s2sgrad.errors import Refusal

__all__ = ["NONE", "Names", "Needs", "Plan", "overwritten_by", "plan_saves"]

Names = frozenset[str]
NONE: Names = frozenset()


@dataclass
class Needs:
    """What the backward lines of each statement read: values from before it, and values from after it.

    ``tests`` holds the names that a branch's test reads when it is asked again; ``bindings`` the names that each
    statement assigns, hoisted ones included; ``entry`` those whose first value the last lines read; ``reversed`` the
    loops and branches that the backward pass goes through again.
    """

    before: Mapping[Statement, Names]
    after: Mapping[Statement, Names]
    tests: Mapping[Statement, Names]
    bindings: Mapping[Statement, Names]
    entry: Names = NONE
    reversed: frozenset[Statement] = frozenset()


@dataclass
class Plan:
    """The saves: before which statement, after which statement (with the one before whose group to restore)."""

    before: dict[Statement, list[str]] = field(default_factory=dict)
    after: dict[Statement, list[str]] = field(default_factory=dict)
    restored: dict[Statement, list[str]] = field(default_factory=dict)
    remembered: set[Statement] = field(default_factory=set)

    def __str__(self) -> str:
        """The saved names, one line per statement in order of the decision."""
        rows = [f"before line {s.node.lineno}: {' '.join(n)}" for s, n in self.before.items() if n]
        return "\n".join(rows + [f"after line {s.node.lineno}: {' '.join(n)}" for s, n in self.after.items() if n])


def plan_saves(block: Block, facts: Facts, needs: Needs) -> Plan:
    """Decide what is saved where. Raises Refusal where a value that must be saved may not exist."""
    planner = _Planner(block, facts, needs)
    planner.block(block, needs.entry, NONE)
    return planner.plan


def overwritten_by(statement: Statement, facts: Facts, needs: Needs, known: dict[Statement, Names]) -> Names:
    """Names whose value a statement, or anything below it, may change: rebound, or sharing memory written to.

    ``known`` remembers what was found.
    """
    if statement not in known:
        known[statement] = _overwritten_by(statement, facts, needs, known)
    return known[statement]


def _overwritten_by(statement: Statement, facts: Facts, needs: Needs, known: dict[Statement, Names]) -> Names:
    found = set(needs.bindings.get(statement, NONE))
    if facts.writes.get(statement):
        found |= {name for name in facts.before[statement].facts if facts.shares(statement, name)}
    if isinstance(statement, For):
        found |= {t.name for t in statement.targets}
    if isinstance(statement, Effect):
        # A deleted name keeps its value in the text, but what changes the array by another name is seen no more.
        found |= {n for n in statement.unbinds if facts.may_be_written(facts.before[statement].facts.get(n))}
    only = facts.only_side(statement)
    for block in children(statement) if only is None else [only]:
        for inner in block:
            if inner in facts.before:
                found |= overwritten_by(inner, facts, needs, known)
    return frozenset(found)


class _Planner:
    """Walks forward with the names whose present value the backward pass still needs."""

    def __init__(self, whole: Block, facts: Facts, needs: Needs) -> None:
        self.whole, self.facts, self.needs = whole, facts, needs
        self.plan = Plan()
        self.changes: dict[Statement, Names] = {}
        self.inner: dict[Statement, Names] = {}

    # ---- what statements do ----

    def overwritten(self, statement: Statement) -> Names:
        """Names whose value a statement, or anything below it, may change."""
        return overwritten_by(statement, self.facts, self.needs, self.changes)

    def _children(self, statement: Statement) -> list[Block]:
        only = self.facts.only_side(statement)
        return children(statement) if only is None else [only]

    def inner_needs(self, statement: Statement, name: str) -> bool:
        """True where any group below ``statement`` reads ``name``."""
        return name in self._inner_reads(statement)

    def _inner_reads(self, statement: Statement) -> Names:
        """All that any group below ``statement`` reads."""
        known = self.inner.get(statement)
        if known is None:
            below = [s for block in self._children(statement) for s in block]
            known = NONE.union(*map(self._inner_reads, below), *(n for s in below for n in self._own_reads(s)))
            self.inner[statement] = known
        return known

    def _own_reads(self, statement: Statement) -> tuple[Names, ...]:
        needs = self.needs
        return needs.before.get(statement, NONE), needs.after.get(statement, NONE), needs.tests.get(statement, NONE)

    # ---- the walk ----

    def block(self, block: Block, needed: Names, settled: Names) -> Names:
        """The names needed behind a block, from those needed before it; ``settled`` ones are restored elsewhere."""
        for statement in block:
            if statement not in self.facts.before:
                continue
            only = self.facts.only_side(statement)
            if only is not None:
                needed = self.block(only, needed, settled)
            elif statement not in self.needs.reversed:
                # The backward pass steps over it, whatever it is made of: nothing below it can be put back there.
                needed = self._simple(statement, needed, settled)
            elif isinstance(statement, If):
                needed = self._branch(statement, needed, settled)
            elif isinstance(statement, (For, While)):
                needed = self._loop(statement, needed, settled)
            else:
                needed = self._simple(statement, needed, settled)
        return needed

    def _simple(self, statement: Statement, needed: Names, settled: Names) -> Names:
        needed |= (self.needs.before.get(statement, NONE) | self.needs.tests.get(statement, NONE)) - settled
        overwritten = self.overwritten(statement)
        for name in sorted(overwritten & needed):
            self._check_not_header(statement, name)
            self._save_before(statement, name)
        # Putting back the part that a store overwrites leaves the rest of the array needed as it is; so does taking off
        # what was appended to a list.
        kept = needed & (_stored(statement) | {n for n in overwritten if grown_by(statement, n) is not None})
        return (needed - overwritten) | kept | (self.needs.after.get(statement, NONE) - settled)

    def _check_not_header(self, statement: Statement, name: str) -> None:
        """Refuse to save in front of what the header of a loop does: nothing can stand there."""
        if isinstance(statement, Assign) and isinstance(statement.node, gast.For):
            raise Refusal(
                f"the loop variable `{name}` takes the place of a value that the gradient needs",
                f"use a name of its own for the loop variable `{name}`",
                statement.node,
            )

    def _save_before(self, statement: Statement, name: str) -> None:
        known = name in self.facts.before[statement].facts
        if known and presence_where(self.whole, self.facts, name, statement) != "bound":
            raise Refusal(
                f"`{name}` may have no value yet when this overwrites it, and the gradient needs the old one",
                f"give `{name}` a value before the loop or branch",
                statement.node,
            )
        saved = self.plan.before.setdefault(statement, [])
        if name not in saved:
            saved.append(name)

    def _branch(self, statement: If, needed: Names, settled: Names) -> Names:
        tests = self.needs.tests.get(statement, NONE) - settled
        overwritten = self.overwritten(statement)
        changed = tests & overwritten
        if any(self._reads_changed(statement, name) for name in changed):
            self.plan.remembered.add(statement)
            tests = changed = NONE
        everywhere = self._overwritten_on_all_sides(statement)
        early = {
            n
            for n in (needed | tests) & overwritten
            if (n in tests or n in everywhere) and not self._reads_changed(statement, n)
        }
        inside_needs = {n for n in overwritten & everywhere if self._reads_old(statement, n)}
        early |= {n for n in inside_needs if not self._reads_changed(statement, n) and n in changed}
        for name in sorted(early):
            self._save_before(statement, name)
        needed = (needed | tests) - early
        after = [self.block(b, needed, settled | early) for b in (statement.body, statement.orelse)]
        return after[0] | after[1] | (self.needs.after.get(statement, NONE) - settled)

    def _overwritten_on_all_sides(self, statement: If) -> Names:
        sides = [
            frozenset().union(*(self.overwritten(s) for s in block if s in self.facts.before))
            for block in (statement.body, statement.orelse)
        ]
        return sides[0] & sides[1]

    def _reads_old(self, statement: Statement, name: str) -> bool:
        return self.inner_needs(statement, name)

    def _reads_changed(self, statement: Statement, name: str) -> bool:
        """True where a group below reads a value of ``name`` that was assigned below ``statement``."""
        return any(self._changed_then_read(block, name)[1] for block in self._children(statement))

    def _changed_then_read(self, block: Block, name: str) -> tuple[bool, bool]:
        changed = read = False
        for s in block:
            if s not in self.facts.before:
                continue
            compound = bool(self._children(s))
            reads = name in self.needs.before.get(s, NONE) | self.needs.tests.get(s, NONE)
            read = read or (changed and (reads or self.inner_needs(s, name)))
            if compound:
                read = read or self._reads_changed(s, name)
            changes = name in self.overwritten(s)
            if isinstance(s, (For, While)) and changes:
                read = read or self.inner_needs(s, name)
            changed = changed or changes
            read = read or (changed and name in self.needs.after.get(s, NONE))
        return changed, read

    def _loop(self, statement: Loop, needed: Names, settled: Names) -> Names:
        header = self.needs.before.get(statement, NONE)
        inside = frozenset().union(*(self.overwritten(s) for s in statement.body if s in self.facts.before))
        targets = frozenset(t.name for t in statement.targets)
        for name in sorted(targets & inside):
            raise Refusal(
                f"the loop variable `{name}` is assigned inside the loop",
                f"use a name of its own for the new value of `{name}`",
                statement.node,
            )
        for name in sorted(header & (inside | targets)):
            raise Refusal(
                f"`{name}` decides how often this loop runs and is assigned in it",
                f"keep the number of iterations in a variable of its own instead of `{name}`",
                statement.node,
            )
        needed |= header - settled
        bound = needed & _bound_by_header(statement)
        for name in sorted(bound):
            self._save_before(statement, name)
        needed = needed - bound
        whole = {n for n in needed & (inside | targets) if n in targets or not self.inner_needs(statement, n)}
        provided = targets - inside
        local, snapshot = self._locals(statement, needed - whole, settled, inside, provided)
        whole |= {n for n in snapshot & inside if not self.inner_needs(statement, n)}
        for name in sorted(whole):
            self._save_before(statement, name)
        hidden = settled | whole | provided
        head = self._steady(statement, needed - whole - provided, hidden, local)
        self.block(statement.body, head, hidden)
        for name in sorted(local):
            self._save_after(statement.body, name)
        return head | (self.needs.after.get(statement, NONE) - settled)

    def _steady(self, statement: Loop, head: Names, hidden: Names, local: Names) -> Names:
        """The names needed at the head of every iteration; what the rounds before the last would save is forgotten."""
        kept = self.plan
        while True:
            self.plan = Plan()
            again = head | (self.block(statement.body, head, hidden) - local)
            if again == head:
                self.plan = kept
                return head
            head = again

    def _locals(
        self, statement: Loop, needed: Names, settled: Names, inside: Names, provided: Names
    ) -> tuple[Names, Names]:
        """Names that live within one iteration, and all names that the next iteration would find changed."""
        kept, self.plan = self.plan, Plan()
        end = self.block(statement.body, NONE, settled | provided)
        self.plan = kept
        carried = end & inside
        local = frozenset(n for n in carried - needed if not self._exposed(statement.body, n)[0])
        return local, carried

    def _exposed(self, block: Block, name: str) -> tuple[bool, bool]:
        """Whether a group may read what ``name`` held before the block, and whether the block surely assigns."""
        assigned = False
        for s in block:
            if s not in self.facts.before:
                continue
            if not assigned and name in self.needs.before.get(s, NONE) | self.needs.tests.get(s, NONE):
                return True, assigned
            given = isinstance(s, For) and name in {t.name for t in s.targets}  # each round begins with a new one
            sides = [] if given else [self._exposed(b, name) for b in self._children(s)]
            if not assigned and any(exposed for exposed, _ in sides):
                return True, assigned
            surely = len(sides) == 2 and all(done for _, done in sides)
            only = self.facts.only_side(s) is not None and sides[0][1]
            binds = name in self.needs.bindings.get(s, NONE) and grown_by(s, name) is None
            assigned = assigned or binds or surely or only
            if not assigned and name in self.needs.after.get(s, NONE):
                return True, assigned
        return False, assigned

    def _is_entered(self, statement: If) -> bool:
        """True for a branch whose lines go back, and for one of which a single side is ever run: that stands alone."""
        return statement in self.needs.reversed or self.facts.only_side(statement) is not None

    def _save_after(self, block: Block, name: str) -> None:
        statements = [s for s in block if s in self.facts.before]
        touching = [s for s in statements if name in self.overwritten(s) or self._reads(s, name)]
        if len(touching) == 1 and isinstance(touching[0], If) and self._is_entered(touching[0]):
            sides = [
                b
                for b in self._children(touching[0])
                if any(name in self.overwritten(s) or self._reads(s, name) for s in b if s in self.facts.before)
            ]
            if len(sides) == 1:
                return self._save_after(sides[0], name)
        last = [s for s in touching if name in self.overwritten(s)][-1]
        if isinstance(last, If) and any(map(_ends_a_round, self._children(last))):
            early = any(self._reads(s, name) for s in statements[: statements.index(last)])
            again = last in self.needs.reversed
            if not again:
                self.plan.restored.setdefault(last, []).append(name)
            everywhere = early or not again or name in self.needs.tests.get(last, NONE)
            return self._save_on_each_side(last, name, everywhere, again)
        readers = [s for s in statements[statements.index(last) :] if self._reads(s, name)]
        self._check_bound(last, name)
        self.plan.after.setdefault(last, []).append(name)
        # Where only earlier groups read it, it comes back whole before the parts that `last` overwrote are put back.
        self.plan.restored.setdefault(readers[-1] if readers else last, []).append(name)
        return None

    def _check_bound(self, statement: Statement, name: str) -> None:
        after = self.facts.after[statement]
        if name in after.facts and name not in after.bound:
            raise Refusal(
                f"`{name}` may have no value here, and the gradient needs it",
                f"give `{name}` a value on every path",
                statement.node,
            )

    def _save_on_each_side(self, statement: If, name: str, everywhere: bool, again: bool) -> None:
        """Save at the end of each side of a branch that may leave the loop: nothing behind it is sure to run.

        Where the backward pass goes through the branch ``again``, each side puts back what it saved.
        """
        for side in self._children(statement):
            inside = [s for s in side if s in self.facts.before]
            if not everywhere and not any(self._reads(s, name) for s in inside):
                continue
            last = inside[-1]
            if not self.facts.after[last].reached and not any(breaks_of(side)):
                continue  # an exception: no backward pass comes from here
            if isinstance(last, If) and any(map(_ends_a_round, self._children(last))):
                inner = again and last in self.needs.reversed
                if again and not inner:
                    self.plan.restored.setdefault(last, []).append(name)
                self._save_on_each_side(last, name, True, inner)
                continue
            self._check_bound(last, name)
            self.plan.after.setdefault(last, []).append(name)
            if again:
                self.plan.restored.setdefault(last, []).append(name)

    def _reads(self, statement: Statement, name: str) -> bool:
        return any(name in own for own in self._own_reads(statement)) or self.inner_needs(statement, name)


def _ends_a_round(side: Block) -> bool:
    """True where a side of a branch says ``break`` or ``continue``: nothing behind the branch is sure to run."""
    if any(breaks_of(side)):
        return True
    inner = (block for s in side if isinstance(s, If) for block in children(s))
    return any(isinstance(s.node, gast.Continue) for s in side) or any(map(_ends_a_round, inner))


def _bound_by_header(loop: Loop) -> Names:
    """The targets that stand as assignments in front of the body, where the body binds them anew."""
    first = (s for s in loop.body if isinstance(s.node, gast.For) and s.node is loop.node)
    return frozenset(t.name for s in first for t in getattr(s, "targets", ()) if isinstance(t, NameTarget))


def _stored(statement: Statement) -> Names:
    """Names of the arrays that a statement stores items or slices of."""
    targets = getattr(statement, "targets", ())
    return frozenset(t.name for t in targets if isinstance(t, StoreTarget))
