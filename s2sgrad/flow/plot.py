"""The plot of a report: for each line the size of its gradient, run by run, on a logarithmic scale."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from s2sgrad.errors import ArgumentError
from s2sgrad.flow.text import grouped

if TYPE_CHECKING:
    from s2sgrad.flow.entries import Entry
    from s2sgrad.flow.result import Report

__all__ = ["plot"]

STYLES = ("-", "--", "-.", ":")
MOST = 12
"""Lines that are drawn; more could not be told apart."""


def plot(report: Report, path: str | Path) -> None:
    """Write the picture; its kind follows from the ending of ``path``."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise ArgumentError(
            "a plot needs Matplotlib, which is not installed",
            "python -m pip install s2sgrad[plot], or use .table() or .listing()",
        ) from None
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes: Any = figure.add_subplot()
    _draw(axes, report)
    figure.savefig(path, dpi=150)


def _draw(axes: Any, report: Report) -> None:
    carried = _carried(report)
    loops, once = ([runs for runs in carried if (len(runs) > 1) is several] for several in (True, False))
    if loops:
        for i, runs in enumerate(loops[:MOST]):
            label = f"{runs[0].name} (line {runs[0].line})"
            rounds = [e.round for e in runs]
            axes.plot(rounds, _sizes(runs), STYLES[i % len(STYLES)], marker=".", label=label)
        axes.set_xlabel("run of the line, in the order of the forward pass")
    else:
        labels = [f"{runs[0].name}\n{runs[0].line or 'argument'}" for runs in once]
        sizes = [(i, _sizes(runs)[0], bool(runs[0].line)) for i, runs in enumerate(once)]
        for inner, style, label in ((False, "s", "arguments"), (True, "o-", "lines")):
            own = [(i, size) for i, size, line in sizes if line is inner]
            axes.plot([i for i, _ in own], [size for _, size in own], style, label=label)
        axes.set_xticks(range(len(once)), labels, fontsize=8)
    axes.set_yscale("log")
    axes.set_ylabel("size of the gradient")
    axes.set_title(report.function.__name__)
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)


def _carried(report: Report) -> list[list[Entry]]:
    """The runs of each line that carry a gradient."""
    found = ([e for e in runs if e.gradient is not None] for runs in grouped(report.entries))
    return [runs for runs in found if runs]


def _sizes(runs: list[Entry]) -> list[float]:
    """Norms; a zero has no place on a logarithmic scale and leaves a gap."""
    return [e.gradient.norm or float("nan") for e in runs if e.gradient is not None]
