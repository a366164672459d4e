"""What the abstract run of a function found out: a fact for each operation, and what is called where."""

from __future__ import annotations

import itertools
import operator
from dataclasses import dataclass, field
from typing import Any

from s2sgrad.analysis.aliases import Aliases, share
from s2sgrad.analysis.environment import Env
from s2sgrad.analysis.facts import (
    Fact,
    Opaque,
    roots_of,
)
from s2sgrad.analysis.ir import Block, If, Op, Statement
from s2sgrad.printed import OF_RULES, copy_generator
from s2sgrad.request import GlobalGuard

__all__ = ["Bound", "Facts"]


@dataclass(frozen=True)
class Bound:
    """What a call calls: the function, and its operands with a method's own object put first."""

    function: Any
    args: tuple[Op, ...]
    keywords: tuple[tuple[str, Op], ...] = ()


@dataclass
class Facts:
    """All that the abstract run found out about one function."""

    of: dict[Op, Fact] = field(default_factory=dict)
    calls: dict[Op, Bound] = field(default_factory=dict)
    before: dict[Statement, Env] = field(default_factory=dict)
    after: dict[Statement, Env] = field(default_factory=dict)
    writes: dict[Statement, frozenset[str]] = field(default_factory=dict)
    decided: dict[Statement, bool] = field(default_factory=dict)
    survivor: dict[If, bool] = field(default_factory=dict)
    callees: dict[Op, Any] = field(default_factory=dict)
    parts: dict[Op, tuple[tuple[Any, Op], ...]] = field(default_factory=dict)
    result: Fact = field(default_factory=Opaque)
    guards: list[GlobalGuard] = field(default_factory=list)
    attributes: set[str] = field(default_factory=set)
    entry: dict[str, Fact] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    aliases: dict[Statement, Aliases] = field(default_factory=dict)
    holes: bool = False
    """True where a list starts as one of None, so that an item may be None although its fact says otherwise."""

    flat: set[Op] = field(default_factory=set)
    """Calls that flatten an array whose elements lie in memory row by row: their results are views."""
    noted: set[tuple[Any, str]] = field(default_factory=set)
    """Classes, and the attributes that are stored into their objects and that nothing is to read."""
    held: frozenset[str] = frozenset()
    """Attributes whose reads behind a store were replaced: no function that is called may store into them."""
    reads: frozenset[str] = frozenset()
    """Attributes that the text reads anywhere, also where an expression is not followed."""
    leaked: frozenset[str] = frozenset()
    """The memory of what is stored there."""
    objects: bool = False
    """True where the text puts objects together by ``object_of``."""

    @property
    def helpers(self) -> set[str]:
        """The printed helpers that the text itself calls."""
        called = {id(bound.function) for bound in self.calls.values()}
        known = {"copy_generator": copy_generator, **OF_RULES}
        found = {name for name, helper in known.items() if id(helper) in called}
        return found | {"object_of"} if self.objects else found

    def first(self, block: Block) -> Statement | None:
        """The statement of a block that is run first; None where nothing is."""
        for statement in block:
            only = self.only_side(statement) if statement in self.before else None
            inner = statement if only is None else self.first(only)
            if statement in self.before and inner is not None:
                return inner
        return None

    def only_side(self, statement: Statement) -> Block | None:
        """The one side of a branch that is ever left at its end: the other is never taken, or raises."""
        if not isinstance(statement, If):
            return None
        taken = self.decided.get(statement, self.survivor.get(statement))
        return None if taken is None else (statement.body if taken else statement.orelse)

    def before_entry(self) -> dict[str, Fact]:
        """The facts of the arguments, by parameter name."""
        return self.entry

    def behind(self) -> list[tuple[str, Fact]]:
        """What each name holds behind the statements; most hold the same behind many, which is told once or twice."""
        found: list[tuple[str, Fact]] = []
        before: dict[str, Fact] = {}
        for env in self.after.values():
            facts = env.facts
            found += itertools.compress(facts.items(), map(operator.is_not, map(before.get, facts), facts.values()))
            before = facts
        return found

    def may_be_written(self, fact: Fact | None) -> bool:
        """True where the function writes to the memory of a value, at any time.

        What an earlier iteration allocated is primed for the later ones.
        """
        roots = roots_of(fact) if fact is not None else frozenset()
        later = frozenset(r if r.endswith("'") else r + "'" for r in roots)
        return bool((roots | later) & frozenset().union(*self.writes.values()))

    def shares(self, statement: Statement, name: str) -> bool:
        """True where ``statement`` may change an array that ``name`` holds."""
        fact = self.after[statement].facts.get(name) or self.before[statement].facts.get(name)
        written = self.writes.get(statement, frozenset())
        if fact is None or not roots_of(fact) & written:
            return False
        own = [t.name for t in getattr(statement, "targets", ())]
        return not own or any(share(self.aliases.get(statement), name, target) for target in own)

    def overlap(self, statement: Statement, name: str, other: str) -> bool:
        """True where two names may hold the same memory, and ``statement`` may change that."""
        before, written = self.before[statement].facts, self.writes.get(statement, frozenset())
        held = [roots_of(before[n]) if n in before else frozenset() for n in (name, other)]
        return bool(held[0] & held[1] & written) and share(self.aliases.get(statement), name, other)
