"""Which two names may hold the same memory at the same time.

Roots say which allocations a name may hold; after ``u, v = v, u`` in a loop that is either of two for both names. Here
the pairs themselves are followed: an exchange of two arrays leaves them two arrays.

>>> import gast
>>> from s2sgrad.analysis.facts import Dim, array
>>> from s2sgrad.analysis.interpret import Interpreter
>>> from s2sgrad.analysis.lower import lower
>>> text = "def f(x):\\n    u = x.copy()\\n    v = x.copy()\\n    w = v[1:]\\n    u, v = v, u\\n    return u"
>>> block = lower(gast.parse(text).body[0])
>>> facts = Interpreter(None, None, {"x": array(float, (Dim.of(4),))}, None).run(block)
>>> aliases = find_aliases(block, facts)
>>> [share(aliases[block.statements[3]], *names) for names in ("uv", "uw", "vw")]
[False, True, False]
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, TypeAlias

from s2sgrad.analysis.facts import FunctionFact, Num, roots_of
from s2sgrad.analysis.ir import (
    Assign,
    Block,
    Effect,
    Enter,
    For,
    If,
    Leave,
    NameTarget,
    Op,
    Return,
    Statement,
    children,
    own_ops,
)
from s2sgrad.analysis.pieces import targets_apart

if TYPE_CHECKING:
    from s2sgrad.analysis.interpret import Facts

__all__ = ["Aliases", "find_aliases", "share"]

Pairs = frozenset[frozenset[str]]
Aliases: TypeAlias = "Pairs | None"
"""Pairs of names that may share memory; None where any two may."""


def find_aliases(block: Block, facts: Facts) -> dict[Statement, Aliases]:
    """The pairs of names that may share memory after each statement."""
    held = [(name, roots_of(fact)) for name, fact in facts.entry.items()]
    pairs = itertools.combinations(held, 2)
    start = frozenset(frozenset((a, b)) for (a, own), (b, other) in pairs if not own.isdisjoint(other))
    finder = _Finder(facts)
    finder.block(block, start)
    return finder.after


def share(aliases: Aliases, a: str, b: str) -> bool:
    """True where two names may hold the same memory."""
    return a == b or aliases is None or frozenset((a, b)) in aliases


class _Finder:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.entry = {root for fact in facts.entry.values() for root in roots_of(fact)}
        self.after: dict[Statement, Aliases] = {}
        self.left: list[Aliases] = []

    def block(self, block: Block, aliases: Aliases) -> Aliases:
        for statement in block:
            if statement in self.facts.before:
                aliases = self._statement(statement, aliases)
                self.after[statement] = _union(self.after.get(statement, frozenset()), aliases)
        return aliases

    def _statement(self, statement: Statement, aliases: Aliases) -> Aliases:
        if isinstance(statement, If):
            return self._if(statement, aliases)
        if isinstance(statement, Assign):
            apart = targets_apart(statement.targets, self.facts)
            return self._bound(statement, self._assigned(statement), aliases, apart)
        if isinstance(statement, (Effect, Return)):
            return self._bound(statement, self._filled(statement), aliases)
        if isinstance(statement, Enter):
            return self._bound(statement, {t.name: self._sources(t.value) for t in statement.targets}, aliases)
        if isinstance(statement, Leave):
            return aliases
        if type(statement).__name__ == "Break":
            self.left[-1] = _union(self.left[-1], aliases)
            return frozenset()  # nothing goes on from here
        return self._loop(statement, aliases) if children(statement) else None

    def _if(self, statement: If, aliases: Aliases) -> Aliases:
        decided = self.facts.decided.get(statement)
        if decided is not None:
            return self.block(statement.body if decided else statement.orelse, aliases)
        return _union(self.block(statement.body, aliases), self.block(statement.orelse, aliases))

    def _loop(self, statement: Statement, aliases: Aliases) -> Aliases:
        """Any compound statement that may run what is below it any number of times."""
        self.left.append(frozenset())
        while True:
            again = aliases
            head = aliases
            if isinstance(statement, For):
                origins = self._sources(statement.iterable)
                head = self._bound(statement, {t.name: origins for t in statement.targets}, aliases)
            for block in children(statement):
                again = _union(again, self.block(block, head))
            if again == aliases:
                return _union(_union(aliases, head), self.left.pop())
            aliases = again

    # ---- where values come from ----

    def _assigned(self, statement: Assign) -> dict[str, frozenset[str]]:
        """For each name that a statement rebinds, the names with whose memory its new value may share memory."""
        found: dict[str, frozenset[str]] = {}
        for target in statement.targets:
            origins = self._sources(target.value)
            if isinstance(target, NameTarget):
                old = self.facts.before[statement].facts[target.name] if statement.augmented else None
                same = isinstance(old, Num) and old.box == "array"  # `y += e` leaves `y` the array that it was
                kept = old is not None and roots_of(old)
                found[target.name] = (frozenset() if same else origins) | ({target.name} if kept else frozenset())
            elif not isinstance(self.facts.of[target.base], Num):
                found[target.name] = found.get(target.name, frozenset([target.name])) | origins
        return found

    def _filled(self, statement: Statement) -> dict[str, frozenset[str]]:
        """Containers that a call may put its operands into."""
        found: dict[str, frozenset[str]] = {}
        for op in own_ops(statement):
            if op.form != "call":
                continue
            origins = frozenset().union(*map(self._sources, (*op.args, *(v for _, v in op.keywords))))
            found.update({n: origins | {n} for n in origins if not self._is_array(statement, n)})
        return found

    def _is_array(self, statement: Statement, name: str) -> bool:
        return isinstance(self.facts.before[statement].facts.get(name), Num)

    def _sources(self, op: Op) -> frozenset[str]:
        fact = self.facts.of.get(op)
        if op.form == "read":
            return frozenset([str(op.payload)])
        if isinstance(fact, Num) and (not fact.roots or fact.box in ("py", "np")):
            return frozenset()
        if op.form == "attribute" or fact is None or isinstance(fact, FunctionFact):
            return frozenset().union(*map(self._sources, op.args))  # a method may give what its object holds
        if not roots_of(fact):
            return frozenset()
        lasting = {r for r in roots_of(fact) if ":" not in r} - self.entry
        own = frozenset([f"#{op.number}", *lasting])
        if op.form == "global":
            return own
        if isinstance(fact, Num) and all(root.endswith(f":{op.number}") for root in roots_of(fact)):
            return own
        return own.union(*map(self._sources, (*op.args, *(v for _, v in op.keywords))))

    # ---- pairs ----

    def _bound(
        self, statement: Statement, origins: dict[str, frozenset[str]], aliases: Aliases, apart: Pairs = frozenset()
    ) -> Aliases:
        """The pairs once names have been bound, all at the same time, to values with these origins.

        Two names that are ``apart`` hold disjoint pieces of what they come from.
        """
        if aliases is None or not origins:
            return aliases
        kept = {pair for pair in aliases if pair.isdisjoint(origins)}
        for name, own in origins.items():
            if not own:
                continue  # memory of its own, as most values have
            near = own.union(*(pair for pair in aliases if pair & own))  # what may hold memory of its origins
            met = (near - origins.keys()).union(other for other, theirs in origins.items() if near & theirs)
            kept.update(frozenset((name, other)) for other in met if other != name)
        return frozenset(kept - apart)


def _union(a: Aliases, b: Aliases) -> Aliases:
    return None if a is None or b is None else a | b
