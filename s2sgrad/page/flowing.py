"""The section on gradient flow: how large each value and its gradient are, line by line and run by run.

>>> columns([1.0, 0.1, 0.0], -2.0, 0.0)
[1.0, 0.5, 0.0]
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from typing import Any

from s2sgrad.flow import Entry, Report
from s2sgrad.flow.run import reported
from s2sgrad.flow.text import grouped, number
from s2sgrad.page.correspondence import Group, Pages
from s2sgrad.page.elements import code, element, escape, left_id, line_link
from s2sgrad.wrapper import Derivative

__all__ = ["columns", "flow_section"]

MOST, WIDE, HIGH = 40, 160, 28
"""Columns of a chart, and its size."""
_HEADS = ("Line", "Value of", "Runs", "Size", "of the value", "Size", "of the gradient")
_HELP = (
    "The function ran once with these arguments. A column is one run of the line; its height is the size of the value "
    "or of the gradient with respect to it, all on one logarithmic scale."
)


def flow_section(derivative: Derivative, pages: Pages, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """The table, with what was found above it. The arguments are copied: the function may change what it is given."""
    heading = element("h2", "Gradient flow", id="flow-heading")
    try:
        report = reported(derivative, *copy.deepcopy((args, kwargs)), None)
    except Exception as error:  # whatever the user's function raises at these arguments, the rest can be shown
        shown = element("p", f"The function did not run to its end with these arguments: {code(type(error).__name__)}.")
    else:
        shown = element("p", escape(_HELP)) + element("pre", escape(report.summary())) + _table(report, pages)
    return element("section", heading + shown, aria_labelledby="flow-heading")


def _table(report: Report, pages: Pages) -> str:
    rows = grouped(report.entries)
    sizes = [size for runs in rows for size in (*_values(runs), *_gradients(runs)) if _is_positive(size)]
    logs = [math.log10(size) for size in sizes] or [0.0]
    low, high = math.floor(min(logs)), math.ceil(max(logs))
    head = element("thead", element("tr", "".join(element("th", text, scope="col") for text in _HEADS)))
    body = element("tbody", "".join(_row(runs, pages, low - 1, high) for runs in rows))
    table = element("table", head + body, class_="sizes")
    return element("div", table, class_="scroll", tabindex="0", role="region", aria_label="Sizes")


def _row(runs: list[Entry], pages: Pages, low: float, high: float) -> str:
    entry = runs[0]
    group = _group(entry, pages)
    line = str(entry.line) if entry.line else "argument"
    name = code(entry.name) if entry.name != "return" else "the result"
    cells = [
        element("td", line if group is None else line_link(left_id(*group), line, group)),
        element("th", name + _where(entry, pages), scope="row"),
        element("td", str(len(runs)), class_="figure"),
    ]
    for kind, found in (("value", _values(runs)), ("gradient", _gradients(runs))):
        chart = _chart(columns(found, low, high), kind) if found else ""
        cells += [element("td", _range(found) if found else "none", class_="figure"), element("td", chart)]
    return element("tr", "".join(cells))


def _where(entry: Entry, pages: Pages) -> str:
    """In which function it is, where there are several."""
    return f" in {code(entry.function)}" if len(pages.sources) > 1 else ""


def _group(entry: Entry, pages: Pages) -> Group | None:
    """The group of the line of an entry; for an argument that of the ``def`` line."""
    for i, source in enumerate(pages.sources):
        start, end = source.tree.lineno, source.tree.end_lineno
        if source.filename == entry.filename and start <= entry.line <= end:
            return Group(i, entry.line)
        if not entry.line and source.filename == entry.filename and entry.function == source.name:
            return Group(i, start)
    return None


def _values(runs: list[Entry]) -> list[float]:
    return [entry.value.norm for entry in runs]


def _gradients(runs: list[Entry]) -> list[float]:
    return [entry.gradient.norm for entry in runs if entry.gradient is not None]


def _is_positive(size: float) -> bool:
    return 0 < size < math.inf


def _range(sizes: Sequence[float]) -> str:
    """From the first run to the last."""
    first, last = number(sizes[0]), number(sizes[-1])
    return first if first == last else f"{first} … {last}"


def columns(sizes: Sequence[float], low: float, high: float) -> list[float]:
    """The heights of the columns, from 0 to 1: the logarithms between two powers of ten; 0 for what is zero."""
    step = max(1, math.ceil(len(sizes) / MOST))
    shown = sizes[::step]
    return [(math.log10(size) - low) / (high - low) if _is_positive(size) else 0.0 for size in shown]


def _chart(heights: Sequence[float], kind: str) -> str:
    width = WIDE / MOST
    bars = (
        element(
            "rect", "", x=f"{i * width:g}", y=f"{HIGH * (1 - h):.1f}", width=f"{width - 1:g}", height=f"{HIGH * h:.1f}",
            class_=kind,
        )
        for i, h in enumerate(heights)
    )  # fmt: skip
    inner = "".join(bars)
    inner += element("rect", "", x="0", y=str(HIGH), width=f"{len(heights) * width - 1:g}", height="1", class_="base")
    size = {"viewBox": f"0 0 {WIDE} {HIGH + 1}", "width": WIDE, "height": HIGH + 1}
    return element("svg", inner, class_="chart", aria_hidden="true", **size)  # type: ignore[arg-type]
