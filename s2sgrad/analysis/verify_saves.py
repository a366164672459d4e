"""Prove that every value that the backward pass reads is the one of the forward part, given the plan of saves.

The plan says what is saved and where it is put back. Here the backward pass is walked once more, independently of how
the plan was made, with the names that no longer hold what they held at that point of the forward part: they are *lost*
when a statement that overwrote them is passed without putting the old value back. A line that reads a lost name would
give a silently wrong gradient, so that the function is refused instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from s2sgrad.analysis.interpret import Facts
from s2sgrad.analysis.ir import Block, If, NameTarget, Statement, children
from s2sgrad.analysis.saves import NONE, Names, Needs, Plan, overwritten_by
from s2sgrad.errors import Refusal

__all__ = ["verify_saves"]

InPlace = Callable[[Statement, str], bool]


def verify_saves(block: Block, facts: Facts, needs: Needs, plan: Plan, in_place: InPlace) -> None:
    """Raise Refusal where a value that is read may not be the right one.

    ``in_place`` tells of a name restored at a statement whether only the part that was overwritten is put back.
    """
    verifier = _Verifier(facts, needs, plan, in_place)
    lost = verifier.block(block, NONE, _Fixed())
    verifier.require(needs.entry, lost, block.statements[0] if block.statements else None)
    verifier.require_reached(block, True)


@dataclass(frozen=True)
class _Fixed:
    """Names put back above a branch, to what they held before it, and which of them were changed up to here."""

    names: Names = NONE
    changed: Names = NONE

    def inside(self, names: Iterable[str]) -> _Fixed:
        """In a branch above which these names are put back, too."""
        return _Fixed(self.names | frozenset(names), self.changed - frozenset(names))

    def behind(self, overwritten: Names) -> _Fixed:
        """Behind a statement that overwrites these names."""
        return _Fixed(self.names, self.changed | (overwritten & self.names))


@dataclass
class _Verifier:
    facts: Facts
    needs: Needs
    plan: Plan
    in_place: InPlace
    known: dict[Statement, Names] = field(default_factory=dict)

    # ---- questions ----

    def overwritten(self, statement: Statement) -> Names:
        """The names that a statement, or anything below it, may change."""
        return overwritten_by(statement, self.facts, self.needs, self.known)

    def all_overwritten(self, statements: Iterable[Statement]) -> Names:
        """The names that any of these statements may change."""
        return NONE.union(*(self.overwritten(s) for s in statements if s in self.facts.before))

    def require(self, names: Names, lost: Names, statement: Statement | None) -> None:
        """Raise Refusal if one of the names that are read is lost."""
        for name in sorted(names & lost):
            raise Refusal(
                f"the gradient reads `{name}` as it was here, and it is changed later in a way that is not undone yet",
                f"give the new value a name of its own, or work on a copy of `{name}`",
                getattr(statement, "node", None),
            )

    def require_reached(self, block: Block, reached: bool) -> None:
        """What is saved somewhere must be put back there: the backward pass has to come by."""
        for statement in block:
            if statement not in self.facts.before:
                continue
            saved = [*self.plan.before.get(statement, ()), *self.plan.after.get(statement, ())]
            if not reached:
                self.require(frozenset(saved), frozenset(saved), statement)
            only = self.facts.only_side(statement)
            again = reached and (only is not None or statement in self.needs.reversed)
            for inner in children(statement) if only is None else [only]:
                self.require_reached(inner, again)

    # ---- the walk ----

    def block(self, block: Block, lost: Names, fixed: _Fixed) -> Names:
        """The names lost at the beginning of a block, from those lost behind it."""
        statements = [s for s in block if s in self.facts.before]
        before: list[_Fixed] = []
        for statement in statements:
            before.append(fixed)
            fixed = fixed.behind(self.overwritten(statement))
        self._check_restored(statements)
        for statement, at in zip(reversed(statements), reversed(before), strict=True):
            lost = lost - frozenset(self.plan.restored.get(statement, ()))
            lost = self._statement(statement, lost, at)
        return lost

    def _check_restored(self, statements: list[Statement]) -> None:
        """A value saved behind one statement is put back at the same or a later one, before it changes again."""
        for name in sorted({n for s in statements for n in self.plan.restored.get(s, ())}):
            saved = [i for i, s in enumerate(statements) if name in self.plan.after.get(s, ())]
            back = [i for i, s in enumerate(statements) if name in self.plan.restored.get(s, ())]
            between = self.all_overwritten(statements[saved[0] + 1 : back[0] + 1]) if saved else frozenset([name])
            in_pairs = len(saved) == len(back) == 1 and saved[0] <= back[0]
            lost = NONE if in_pairs and name not in between else frozenset([name])
            self.require(frozenset([name]), lost, statements[0])

    def _statement(self, statement: Statement, lost: Names, fixed: _Fixed) -> Names:
        only = self.facts.only_side(statement)
        if only is not None:
            return self.block(only, lost, fixed)
        if statement not in self.needs.reversed:
            return self._simple(statement, lost, fixed)
        if isinstance(statement, If):
            return self._branch(statement, lost, fixed)
        return self._loop(statement, lost, fixed)

    def _simple(self, statement: Statement, lost: Names, fixed: _Fixed) -> Names:
        changed = self.overwritten(statement)
        behind = fixed.behind(changed)
        self.require(self.needs.after.get(statement, NONE), (lost - fixed.names) | behind.changed, statement)
        restored = {n for n in self.plan.before.get(statement, ()) if not (n in lost and self.in_place(statement, n))}
        lost = (lost | changed) - restored
        read = self.needs.before.get(statement, NONE) | self.needs.tests.get(statement, NONE)
        self.require(read, (lost - fixed.names) | fixed.changed, statement)
        return lost

    def _branch(self, statement: If, lost: Names, fixed: _Fixed) -> Names:
        changed = self.overwritten(statement)
        behind = fixed.behind(changed)
        self.require(self.needs.after.get(statement, NONE), (lost - fixed.names) | behind.changed, statement)
        early = frozenset(self.plan.before.get(statement, ()))
        asked = (lost | changed) - early - fixed.names
        self.require(self.needs.tests.get(statement, NONE), asked | fixed.changed, statement)
        lost = lost - early
        sides = [self.block(side, lost, fixed.inside(early)) for side in children(statement)]
        return frozenset().union(self.needs.bindings.get(statement, NONE), *sides) - early

    def _loop(self, statement: Statement, lost: Names, fixed: _Fixed) -> Names:
        (body,) = children(statement)
        inside = self.all_overwritten(body)
        behind = fixed.behind(self.overwritten(statement))
        self.require(self.needs.after.get(statement, NONE), (lost - fixed.names) | behind.changed, statement)
        self.require(
            self.needs.before.get(statement, NONE), ((lost | inside) - fixed.names) | behind.changed, statement
        )
        targets = frozenset(t.name for t in getattr(statement, "targets", ()) if isinstance(t, NameTarget))
        head = lost
        # Every iteration may come after any other: what is fixed above and changed inside is changed throughout.
        within = behind
        while True:
            start = self.block(body, head - (targets - inside), within)
            again = head | start
            if again == head:
                break
            head = again
        own = targets | self.needs.bindings.get(statement, NONE)
        return (head | own) - frozenset(self.plan.before.get(statement, ()))
