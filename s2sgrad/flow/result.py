"""The report: entries and findings, as a table, as the user's text with sizes beside it, and as a plot."""

from __future__ import annotations

import types
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from s2sgrad.flow.entries import Entry, Size
from s2sgrad.flow.findings import Finding, findings

__all__ = ["Report"]


@dataclass(frozen=True)
class Report:
    """What :func:`s2sgrad.report` gives; printed, it is the table and what was found.

    ``entries`` are in the order in which the lines ran; those of arguments have line 0, and the result is called
    ``return``. ``wrt`` are the paths of what was differentiated, ``functions`` those whose lines were followed.
    """

    function: types.FunctionType
    wrt: tuple[tuple[Any, ...], ...]
    entries: tuple[Entry, ...]
    functions: tuple[types.FunctionType, ...]

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Where the gradient vanishes, explodes, ends, or is no number."""
        return tuple(findings(self.entries))

    def runs(self, name: str, line: int | None = None) -> list[Entry]:
        """The entries of a variable (``return`` is the result), of one line only where that is given."""
        return [e for e in self.entries if e.name == name and line in (None, e.line)]

    def gradient(self, name: str) -> Size:
        """The size of the gradient with respect to an argument. Raises ArgumentError where it has none."""
        from s2sgrad.errors import ArgumentError

        own = self.function.__code__.co_name
        entry = next((e for e in self.runs(name, line=0) if e.function == own), None)
        if entry is None or entry.gradient is None:
            names = ", ".join(dict.fromkeys(str(path[0]) for path in self.wrt))
            raise ArgumentError(f"the report has no gradient of {name!r}", f"it is with respect to {names}")
        return entry.gradient

    def table(self, rounds: int = 6) -> str:
        """A row for each line and each of its runs; of more than ``rounds`` runs the first and the last ones."""
        from s2sgrad.flow.text import table

        return table(self, rounds)

    def listing(self) -> str:
        """The text of the function, and of the helpers that were followed, with sizes beside the lines."""
        from s2sgrad.flow.text import listing

        return listing(self)

    def summary(self) -> str:
        """What was found, one line each."""
        from s2sgrad.flow.text import summary

        return summary(self)

    def plot(self, path: str | Path) -> None:
        """Write a picture of the gradients, run by run. Raises ArgumentError where Matplotlib is not installed."""
        from s2sgrad.flow.plot import plot

        plot(self, path)

    def __str__(self) -> str:
        return f"{self.table()}\n\n{self.summary()}"
