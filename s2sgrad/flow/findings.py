"""Where a gradient vanishes, explodes, ends or stops being a number, and by which factor per layer.

A line is looked at along the runs of its loop: of the lines of one loop, those are named whose own factor is to blame.
Lines that follow each other without a loop are looked at as a chain.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from s2sgrad.flow.entries import Entry

__all__ = ["Finding", "findings"]

VANISHED, EXPLODED = 1e-3, 1e3
"""How much smaller or larger a gradient has to become, all layers together, for anything to be said."""
LEAST = 2.0
"""The factor, either way, from which on a line of a chain takes part in it."""
FEWEST = 3
"""Layers below which nothing is said of a loop or a chain."""


@dataclass(frozen=True)
class Finding:
    """One thing to know about a line.

    ``kind`` is ``vanishing`` or ``exploding`` (``factor`` is how many times larger each layer makes the gradient,
    ``total`` what it comes to over all ``layers``), ``zero`` (the gradient ends here: it is exactly zero in front of
    the line), ``value`` (the line gives the first value that is NaN or infinite) or ``gradient`` (the first such
    gradient arises in front of the line).
    """

    kind: str
    entry: Entry
    factor: float = math.nan
    total: float = math.nan
    layers: int = 1


def findings(order: Sequence[Entry]) -> list[Finding]:
    """Everything there is to say, in the order of the lines."""
    found = [*_loops(order), *_chain(order), *_ended(order), *_lost(order)]
    return sorted(found, key=lambda f: (f.entry.filename, f.entry.line))


# ---- loops ----


def _loops(order: Sequence[Entry]) -> Iterable[Finding]:
    """Of the lines of each loop in which the gradient vanishes or explodes, those whose own factor is to blame."""
    loops: dict[tuple[str, str, int], list[Finding]] = {}
    for runs in _runs(order):
        found = _along(runs)
        if found is not None:
            loops.setdefault((found.kind, runs[0].function, len(runs)), []).append(found)
    for together in loops.values():
        worst = max(_strength(f.factor) for f in together)
        same = (f for f in together if _direction(f.factor) == f.kind)
        yield from (f for f in same if _strength(f.factor) >= worst / 2)


def _runs(order: Sequence[Entry]) -> list[list[Entry]]:
    """The entries of each line and name, in the order in which they ran."""
    found: dict[tuple[str, str, int, str], list[Entry]] = {}
    for entry in order:
        if entry.line:
            found.setdefault(entry.place, []).append(entry)
    return list(found.values())


def _along(runs: list[Entry]) -> Finding | None:
    """A finding where the gradient of one line becomes much smaller or larger from its last run to its first."""
    sizes = [e.gradient.norm for e in runs if e.gradient is not None]
    if len(sizes) < max(FEWEST, len(runs)) or sizes[-1] == 0 or not _are_layers(runs):
        return None
    first = runs[0].before
    ahead = first.gradient.norm if first is not None and first.gradient is not None else sizes[0]
    total = ahead / sizes[-1]
    if VANISHED < total < EXPLODED or VANISHED < sizes[0] / sizes[-1] < EXPLODED:
        return None
    return Finding(_direction(total), runs[-1], _mean([e.factor for e in runs]), total, len(runs))


def _are_layers(runs: list[Entry]) -> bool:
    """True where the gradient goes from each run to the one before it, not from all of them to somewhere else."""
    for later, earlier in pairwise(reversed(runs)):
        entry = later.before
        while entry is not None and entry.number > earlier.number:
            entry = entry.before
        if entry is not earlier:
            return False
    return True


# ---- chains ----


def _chain(order: Sequence[Entry]) -> Iterable[Finding]:
    """Of the lines on the way from the result back that run once, those that shrink or blow up the gradient."""
    once = {id(runs[0]) for runs in _runs(order) if len(runs) == 1}
    way = [e for e in _way_back(order) if id(e) in once]
    for kind in ("vanishing", "exploding"):
        own = ((e, e.factor or 1.0) for e in way)
        factors = [(e, f) for e, f in own if _direction(f) == kind and _strength(f) >= math.log(LEAST)]
        total = math.prod(f for _, f in factors)
        if len(factors) >= FEWEST and not VANISHED < total < EXPLODED:
            yield from (Finding(kind, entry, factor, total, len(factors)) for entry, factor in factors)


def _way_back(order: Sequence[Entry]) -> list[Entry]:
    """From the result to an argument, by the largest gradient at each step."""
    entry = order[-1] if order else None
    way: list[Entry] = []
    while entry is not None and len(way) <= len(order):
        way.append(entry)
        entry = entry.before
    return way


# ---- zeros and what is no number ----


def _ended(order: Sequence[Entry]) -> Iterable[Finding]:
    """The lines that turn a gradient into zeros, each once."""
    seen: set[tuple[str, int]] = set()
    for entry in order:
        before = entry.before
        ends = entry.factor == 0 and before is not None and before.gradient is not None
        if ends and before is not None and before.gradient is not None and before.gradient.nonfinite == 0:
            place = entry.filename, entry.line
            # What has shrunk to nothing over many layers is told as such.
            if place not in seen and entry.gradient is not None and entry.gradient.norm > 1e-250:
                seen.add(place)
                yield Finding("zero", entry)


def _lost(order: Sequence[Entry]) -> Iterable[Finding]:
    """The first value that is NaN or infinite; else the first such gradient on the way back."""
    value = next((e for e in order if e.value.nonfinite), None)
    if value is not None:
        return [Finding("value", value)]
    lost = (e for e in reversed(order) if any(r.gradient is not None and r.gradient.nonfinite for r in e.reads))
    line = next(lost, None)
    return [] if line is None else [Finding("gradient", line)]


# ---- factors ----


def _mean(factors: Iterable[float | None]) -> float:
    """The geometric mean of the factors that are positive numbers; 0 where there are none."""
    logs = [math.log(f) for f in factors if f is not None and 0 < f < math.inf]
    return math.exp(sum(logs) / len(logs)) if logs else 0.0


def _direction(factor: float) -> str:
    return "vanishing" if factor < 1 else "exploding"


def _strength(factor: float) -> float:
    return abs(math.log(factor)) if factor > 0 else math.inf
