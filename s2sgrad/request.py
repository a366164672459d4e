"""What the pipeline is asked for and what it hands back: plain values, shared by the wrapper and the generator."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from s2sgrad.analysis.facts import Fact
from s2sgrad.origins import NOWHERE, Origins

__all__ = ["FORWARD", "Generated", "GlobalGuard", "Path", "Request", "Unit"]

Path = tuple[Any, ...]
"""``("W",)`` is a parameter or a local variable; further items are keys, attributes or indices below it."""


FORWARD = frozenset(("jvp", "hvp", "grad_and_hvp"))
"""The modes whose functions take tangents."""


@dataclass(frozen=True)
class Request:
    """One specialisation: which function, which mode, with respect to what, called with what."""

    function: types.FunctionType
    mode: str
    wrt: tuple[Path, ...]
    single: bool
    has_aux: bool
    checked: bool
    arguments: Mapping[str, Fact]
    guard: str = ""


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
    """The generated functions (helpers first, entry last) and what must hold for them to be used again."""

    units: tuple[Unit, ...]
    entry: tuple[str, ...]
    numpy_name: str
    globals_read: tuple[GlobalGuard, ...]
    attributes_read: frozenset[str]
    complex_check: bool
    result: Fact | None = None
    written: frozenset[str] = frozenset()

    @property
    def source(self) -> str:
        """The text of all units."""
        return "\n\n".join(unit.source for unit in self.units)
