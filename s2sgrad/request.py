"""What the pipeline is asked for and what it hands back: plain values, shared by the wrapper and the generator."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from s2sgrad.analysis.facts import Fact

if TYPE_CHECKING:
    from s2sgrad.recent import Known

__all__ = ["FORWARD", "NOWHERE", "Generated", "GlobalGuard", "Kept", "Origins", "Path", "Request", "Unit"]

Path = tuple[Any, ...]
"""``("W",)`` is a parameter or a local variable; further items are keys, attributes or indices below it."""


FORWARD = frozenset(("jvp", "hvp", "grad_and_hvp"))
"""The modes whose functions take tangents."""


@dataclass(frozen=True)
class Request:
    """One specialisation: which function, which mode, with respect to what, called with what.

    ``known`` are analyses that may be used again.
    """

    function: types.FunctionType
    mode: str
    wrt: tuple[Path, ...]
    single: bool
    has_aux: bool
    checked: bool
    arguments: Mapping[str, Fact]
    guard: str = ""
    known: tuple[Known, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Kept:
    """A value that is kept for the backward part: under which ``name``, from which line of the user's, and why.

    ``why`` is ``"overwritten"`` (the ``variable`` is bound anew in that line), ``"changed"`` (that line stores into a
    part of it), ``"iteration"`` (it is local to an iteration), ``"dear"`` (computing it again costs more than keeping
    it), ``"asked"`` (the answer of a test), ``"helper"`` (what the forward part of a function kept) or ``"counted"``
    (how often a loop ran).
    """

    name: str
    line: int
    why: str
    variable: str = ""

    def renamed(self, names: Mapping[str, str]) -> Kept:
        """The same with other names for what occurs in ``names``."""
        return replace(self, name=names.get(self.name, self.name), variable=names.get(self.variable, self.variable))


@dataclass(frozen=True)
class Origins:
    """The user's line of each statement, in the order of the text; statements from number ``backward`` on go back."""

    lines: tuple[int, ...] = ()
    backward: int = 0
    kept: tuple[Kept, ...] = ()


NOWHERE = Origins()
"""Of a text that was not made of a function of the user's."""


@dataclass(frozen=True)
class Unit:
    """One generated function; ``home`` is the user's function whose globals and closure cells it lives in.

    ``values`` are objects that it finds under names of their own; ``origins`` tells from where in ``home`` it comes.
    """

    name: str
    source: str
    home: types.FunctionType | None
    values: tuple[tuple[str, Any], ...] = ()
    origins: Origins = NOWHERE


@dataclass(frozen=True)
class GlobalGuard:
    """A fact about a global, a closure variable or an attribute of one, on which the generated text relies."""

    home: types.FunctionType
    path: tuple[str, ...]
    fact: Fact


@dataclass(frozen=True)
class Generated:
    """The generated functions (helpers first, entry last) and what must hold for them to be used again.

    ``known`` is the analysis that they were made from.
    """

    units: tuple[Unit, ...]
    entry: tuple[str, ...]
    numpy_name: str
    globals_read: tuple[GlobalGuard, ...]
    attributes_read: frozenset[str]
    complex_check: bool
    result: Fact | None = None
    written: frozenset[str] = frozenset()
    known: Known | None = field(default=None, compare=False)

    @property
    def source(self) -> str:
        """The text of all units."""
        return "\n\n".join(unit.source for unit in self.units)
