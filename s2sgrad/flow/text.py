"""Reports as text: a table, an annotated listing, and sentences."""

from __future__ import annotations

import linecache
import os
import types
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from s2sgrad.flow.entries import Entry, Size
from s2sgrad.flow.findings import Finding
from s2sgrad.parse import parse

if TYPE_CHECKING:
    from s2sgrad.flow.result import Report

__all__ = ["grouped", "listing", "number", "summary", "table"]

HEAD = ("line", "value of", "run", "|value|", "|gradient|", "largest", "zeros", "factor")
WIDEST = 60
"""Columns of text beside which sizes are aligned."""
KINDS = {
    "vanishing": "vanishing",
    "exploding": "exploding",
    "zero": "the gradient ends",
    "value": "not finite",
    "gradient": "the gradient is not finite",
}


def table(report: Report, rounds: int) -> str:
    """All rows, in the order in which lines ran first."""
    rows: list[tuple[str, ...]] = [HEAD]
    for runs in grouped(report.entries):
        for previous, entry in _shown(runs, rounds):
            rows += [(*["", "", "..."], *[""] * (len(HEAD) - 3))] if entry.round > previous + 1 else []
            rows.append(_row(entry, len(runs), entry is runs[0]))
    return "\n".join(_aligned(rows))


def grouped(entries: Iterable[Entry]) -> list[list[Entry]]:
    """The runs of each line and variable."""
    found: dict[tuple[str, str, int, str], list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.place, []).append(entry)
    return list(found.values())


def _shown(runs: list[Entry], rounds: int) -> list[tuple[int, Entry]]:
    """The first and the last runs of many, each with the number of the one above it."""
    first = (rounds + 1) // 2
    kept = runs if len(runs) <= rounds else [*runs[:first], *runs[len(runs) - (rounds - first) :]]
    return list(zip([0, *(e.round for e in kept)], kept, strict=False))


def _row(entry: Entry, runs: int, first: bool) -> tuple[str, ...]:
    place = f"{entry.function}:{entry.line}" if entry.line else entry.function
    shown = [place if first else "", entry.name if first else "", f"{entry.round}/{runs}" if runs > 1 else ""]
    gradient = entry.gradient
    factor = entry.factor
    shown += [_norm(entry.value), _norm(gradient), "" if gradient is None else number(gradient.largest)]
    return (*shown, "" if gradient is None else f"{gradient.zeros:.0%}", "" if factor is None else number(factor))


def _norm(size: Size | None) -> str:
    if size is None:
        return "-"
    return number(size.norm) + (f" ({size.nonfinite:.0%} not finite)" if size.nonfinite else "")


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join(_cell(row, widths, i) for i in range(len(row))).rstrip() for row in rows]


def _cell(row: tuple[str, ...], widths: list[int], i: int) -> str:
    return row[i].ljust(widths[i]) if i < 2 else row[i].rjust(widths[i])


def number(value: float) -> str:
    """Four digits, and all of those in front of the point where there are five.

    >>> number(13780.6), number(1e-20), number(0.01), number(0.0), number(123456.0)
    ('13781', '1e-20', '0.01', '0', '1.235e+05')
    """
    return f"{value:.5g}" if 1e4 <= value < 99999.5 else f"{value:.4g}"


# ---- sentences ----


def summary(report: Report) -> str:
    """One sentence for each finding."""
    found = [_sentence(f) for f in report.findings]
    return "\n".join(found) if found else "nothing vanishes or explodes, and all numbers are finite"


def _sentence(finding: Finding) -> str:
    entry = finding.entry
    place = f"{os.path.basename(entry.filename)}:{entry.line}: {_text(entry)}"
    if finding.kind in ("vanishing", "exploding"):
        over = f"over {finding.layers} {'layers' if entry.round > 1 else 'lines like this one'}"
        comes = f"the factor per layer is {number(finding.factor)}, {over} it comes to {number(finding.total)}"
        return f"{finding.kind} gradient: {place}\n    {comes}"
    told = {
        "zero": "the gradient ends here: it is exactly zero in front of this line",
        "value": f"the first value that is NaN or infinite: {entry.name}",
        "gradient": "the first gradient that is NaN or infinite arises in front of this line",
    }
    return f"{told[finding.kind]}\n    {place}"


def _text(entry: Entry) -> str:
    """The user's line."""
    if not entry.line:
        return f"argument {entry.name}"
    return linecache.getline(entry.filename, entry.line).strip()


# ---- listing ----


def listing(report: Report) -> str:
    """The text of each function with sizes of what its lines give, the range of them where a line ran several times."""
    return "\n\n".join(_listed(function, report) for function in report.functions)


def _listed(function: types.FunctionType, report: Report) -> str:
    source = parse(function)
    lines = range(source.tree.lineno, source.tree.end_lineno + 1)
    texts = {n: source.lines[n - 1].rstrip() for n in lines}
    beside = {n: _beside(function, n, report) for n in lines}
    width = min(WIDEST, max(len(text) for n, text in texts.items() if beside[n] or n == lines[0]))
    wide = {n: f"{text.ljust(width)}  # {beside[n]}" if beside[n] else text for n, text in texts.items()}
    return "\n".join(f"{n:{len(str(lines[-1]))}d}  {text}".rstrip() for n, text in wide.items())


def _beside(function: types.FunctionType, line: int, report: Report) -> str:
    """What stands beside a line: sizes of what it gives, of the arguments beside the first one, and what was found."""
    code = function.__code__
    place = code.co_filename, code.co_name
    numbers = (0, line) if line == parse(function).tree.lineno else (line,)
    own = [e for e in report.entries if (e.filename, e.function) == place and e.line in numbers]
    found = (f.kind for f in report.findings if (f.entry.filename, f.entry.function, f.entry.line) == (*place, line))
    return "; ".join([*map(_note, grouped(own)), *dict.fromkeys(f"<- {KINDS[kind]}" for kind in found)])


def _note(runs: list[Entry]) -> str:
    """``h: 0.99, gradient 1e-20 .. 0.01``: from the first run to the last."""
    values = _range([e.value.norm for e in runs])
    carried = [e.gradient.norm for e in runs if e.gradient is not None]
    gradient = f", gradient {_range(carried)}" if carried else ""
    many = f" ({len(runs)} runs)" if len(runs) > 1 else ""
    return f"{runs[0].name}{many}: {values}{gradient}"


def _range(sizes: list[float]) -> str:
    first, last = number(sizes[0]), number(sizes[-1])
    return first if first == last else f"{first} .. {last}"
