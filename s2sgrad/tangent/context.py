"""What the walk of forward mode knows: the names of tangents, and the facts of each where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import gast

from s2sgrad.adjoint.context import Context, place_fact
from s2sgrad.analysis.facts import Fact, Opaque
from s2sgrad.analysis.ir import Statement
from s2sgrad.names import TangentScope, place_name
from s2sgrad.quote import names_in
from s2sgrad.request import Path

__all__ = ["TangentContext"]


@dataclass
class TangentContext(Context):
    """The state shared by all steps of one generated function.

    ``temporary`` are the names of tangents of unnamed values; ``lent`` tells for the name of a tangent in which others
    its arrays may lie, ``given`` are the names of those that the caller passed in, ``kept`` the names of each that was
    returned as it is. ``chosen`` are the places whose
    tangent may be an exact zero because they hold something constant on some path, or in some part; ``boxed`` the names
    of tangents that may be arrays without axes where the value is a number, and are then not changed in place;
    ``walked`` the variables whose items are taken by the loops around.
    """

    names: dict[Path, str] = field(default_factory=dict)
    place_of_name: dict[str, Path] = field(default_factory=dict)
    known_tangents: dict[tuple[int, str], Fact] = field(default_factory=dict)
    lent: dict[str, set[str]] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    kept: list[list[str]] = field(default_factory=list)
    temporary: set[str] = field(default_factory=set)
    chosen: set[Path] = field(default_factory=set)
    boxed: set[str] = field(default_factory=set)
    walked: set[str] = field(default_factory=set)

    @property
    def suffix(self) -> str:
        """What a tangent's name ends with."""
        assert isinstance(self.scope, TangentScope)
        return self.scope.suffix

    def is_tangent(self, name: str) -> bool:
        """True for the name of the tangent of a variable, or of an unnamed value."""
        return name in self.place_of_name or name in self.temporary

    def reached(self, names: Iterable[str]) -> set[str]:
        """The names, and all those in whose arrays theirs may lie."""
        seen: set[str] = set()
        pending = list(names)
        while pending:
            name = pending.pop()
            if name not in seen:
                seen.add(name)
                pending += self.lent.get(name, ())
        return seen

    def named_part(self, noun: str, part: gast.expr) -> str:
        """A new name for a part of a line that is too long: that of a tangent, if it reads one."""
        reads = any(self.is_tangent(name) for name in names_in(part))
        name = self.scope.new(noun + self.suffix if reads else noun)
        if reads:
            self.temporary.add(name)
        return name

    def tangent(self, place: Path) -> str:
        """The name of the tangent of a place."""
        if place not in self.names:
            noun = place_name(place, self.places)
            name = self.scope.adjoint(noun)
            if name in self.place_of_name:  # of a place that ends in the same word, and is not active itself
                name = self.scope.new(noun + self.suffix)
            self.names[place], self.place_of_name[name] = name, place
        return self.names[place]

    def fact_of_name(self, name: str, statement: Statement) -> Fact | None:
        """What is known of a name in a line that belongs to ``statement``: of a tangent, before that."""
        place = self.place_of_name.get(name)
        if place is None:
            return super().fact_of_name(name, statement)
        key = id(statement), name
        if key not in self.known_tangents:
            self.known_tangents[key] = self.adjoint_fact(self._fact_of_place(statement, place))
        return self.known_tangents[key]

    def _fact_of_place(self, statement: Statement, place: Path) -> Fact:
        for after in (False, True):
            try:
                found = place_fact(self.facts, statement, place, after)
            except KeyError:
                continue
            if not isinstance(found, Opaque):
                return found
        return Opaque()
