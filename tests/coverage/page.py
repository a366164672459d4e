"""The page ``docs/coverage.md``: what becomes of every name, by area, as the gate has it."""

from __future__ import annotations

import textwrap
from pathlib import Path

from tests.coverage.gate import AREAS, CLASSES, MISSING

__all__ = ["PAGE", "page"]

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"

HEAD = """\
# What becomes of every name of NumPy's

Each name is called in sample functions, with its keywords, and compared with differences. **Differentiated** names are
right in both modes for the keywords that the samples use; a keyword that a rule does not take is refused by its name.
What has **gradient zero** may be called anywhere. What is **refused** raises before anything runs, with the line, the
reason and what to write instead; so is what is **not differentiated yet**. Names that a version of NumPy does not have
are left out there; SciPy is optional.

A list or a tuple of numbers may stand wherever NumPy takes an array.
"""

KINDS = {
    "differentiable": "Differentiated",
    "constant": "Gradient zero",
    "refused": "Refused",
    "missing": "Not differentiated yet, and refused",
}


def page() -> str:
    """The text of the page; ``python -m tests.coverage --page`` writes it."""
    parts = [HEAD, _table()]
    for area in sorted(AREAS, key=lambda name: (name == "scipy", name)):
        title = (AREAS[area].__doc__ or area).strip().rstrip(".")
        parts.append(f"## {title}\n")
        names = sorted({*AREAS[area].SAMPLES})
        for kind, label in KINDS.items():
            found = [name for name in names if _kind(name) == kind]
            if found:
                parts.append(_list(label, found))
    return "\n".join(parts)


def _kind(name: str) -> str:
    return "missing" if name in MISSING else CLASSES[name]


def _table() -> str:
    rows = ["| | names |", "|---|---|"]
    rows += [f"| {label} | {sum(_kind(name) == kind for name in CLASSES)} |" for kind, label in KINDS.items()]
    return "\n".join(rows) + "\n"


def _list(label: str, names: list[str]) -> str:
    text = f"{label}: " + ", ".join(f"`{name}`" for name in names) + "."
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False) + "\n"
