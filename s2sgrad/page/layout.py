"""Where the nodes of a small graph stand: rows from top to bottom, and each loop or branch a box in a row of its own.

Every node stands in a row below all that it comes from; within a row nodes stand in the order of what is above them.
Arrows from one iteration to the next are not among the edges: these lead nowhere in a circle.

>>> found = layout([Item("a", 10, 10), Item("b", 10, 10), Item("c", 10, 10)], [("a", "c"), ("b", "c")])
>>> [(name, round(box.x), round(box.y)) for name, box in found.boxes.items()]
[('a', 16, 16), ('b', 42, 16), ('c', 29, 62)]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["Box", "Item", "Layout", "layout"]

ACROSS, DOWN, MARGIN, HEAD = 16, 36, 16, 22
"""Room between neighbours, between rows, around the whole, and above what stands in a box."""


class Item(NamedTuple):
    """A node, or a box around others, which is at least so wide; ``inside`` is the box in which it stands."""

    name: str
    width: float
    height: float
    inside: str = ""
    is_box: bool = False


@dataclass(frozen=True)
class Box:
    """Where something stands: its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float

    def moved(self, x: float, y: float) -> Box:
        """The same elsewhere."""
        return Box(self.x + x, self.y + y, self.width, self.height)


@dataclass(frozen=True)
class Layout:
    """Where everything stands, and how large it all is."""

    boxes: Mapping[str, Box]
    width: float
    height: float


def layout(items: Sequence[Item], edges: Iterable[tuple[str, str]]) -> Layout:
    """Places for all items; what comes first among ``items`` comes first in the picture."""
    return _Levels(items, list(edges)).level("", MARGIN)


@dataclass
class _Levels:
    """The items level by level, outermost last."""

    items: Sequence[Item]
    edges: list[tuple[str, str]]
    around: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.around = {item.name: item.inside for item in self.items}

    def level(self, name: str, head: float, least: float = 0) -> Layout:
        """What stands directly in one box, each box in it laid out first."""
        own = [item for item in self.items if item.inside == name]
        inner = {item.name: self.level(item.name, MARGIN + HEAD, item.width) for item in own if item.is_box}
        sizes = {i.name: (inner[i.name].width, inner[i.name].height) if i.is_box else i[1:3] for i in own}
        rows = _ordered(_rows(own, self._lifted(name)), self._lifted(name))
        placed, width, height = _placed(rows, sizes, head, least)
        boxes: dict[str, Box] = {}
        for item in own:
            box = boxes[item.name] = placed[item.name]
            if item.is_box:
                boxes |= {key: held.moved(box.x, box.y) for key, held in inner[item.name].boxes.items()}
        return Layout(boxes, width, height)

    def _lifted(self, name: str) -> list[tuple[str, str]]:
        """The edges between what stands directly in a box: those of inner items are those of the box they stand in."""
        lifted = ((self._outermost(a, name), self._outermost(b, name)) for a, b in self.edges)
        return list(dict.fromkeys((a, b) for a, b in lifted if a and b and a != b))

    def _outermost(self, item: str, name: str) -> str:
        while item and self.around[item] != name:
            item = self.around[item]
        return item


def _rows(own: Sequence[Item], edges: list[tuple[str, str]]) -> list[list[str]]:
    """The names row by row: each below all that lead to it and come before it."""
    depth: dict[str, int] = {}
    for name in _sorted([item.name for item in own], edges):
        depth[name] = max([depth[a] + 1 for a, b in edges if b == name and a in depth], default=0)
    for name in reversed(depth):  # what comes from nothing stands right above what reads it
        below = [depth[b] for a, b in edges if a == name]
        if below and not any(b == name for _, b in edges):
            depth[name] = max(0, min(below) - 1)
    rows: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for item in own:
        rows[depth[item.name]].append(item.name)
    return [row for row in rows if row]


def _sorted(names: list[str], edges: list[tuple[str, str]]) -> list[str]:
    """The names, each behind all that lead to it; where edges lead in a circle, the first one begins it."""
    found: list[str] = []
    waiting = list(names)
    while waiting:
        ready = (n for n in waiting if not any(b == n and a in waiting for a, b in edges))
        name = next(ready, waiting[0])
        waiting.remove(name)
        found.append(name)
    return found


def _ordered(rows: list[list[str]], edges: list[tuple[str, str]]) -> list[list[str]]:
    """Each row in the order of the places of what leads to it."""
    place: dict[str, float] = {}
    for row in rows:
        found = {b: [place[a] for a, other in edges if other == b and a in place] for b in row}
        means = {b: sum(places) / len(places) if places else float(row.index(b)) for b, places in found.items()}
        row.sort(key=lambda b: means[b])
        place |= {b: (i + 0.5) / len(row) for i, b in enumerate(row)}
    return rows


def _placed(
    rows: list[list[str]], sizes: Mapping[str, tuple[float, float]], head: float, least: float
) -> tuple[dict[str, Box], float, float]:
    """The boxes of rows that are centred above each other."""
    widths = [sum(sizes[name][0] for name in row) + ACROSS * (len(row) - 1) for row in rows]
    width = max(least, max(widths, default=0.0) + 2 * MARGIN)
    boxes: dict[str, Box] = {}
    y = head
    for row, own in zip(rows, widths, strict=True):
        x, tallest = (width - own) / 2, max(sizes[name][1] for name in row)
        for name in row:
            boxes[name] = Box(x, y + (tallest - sizes[name][1]) / 2, *sizes[name])
            x += sizes[name][0] + ACROSS
        y += tallest + DOWN
    return boxes, width, y - (DOWN if rows else 0) + MARGIN
