"""What rewritings make besides trees: a name that nothing has yet, and a position in the user's file.

>>> taken = {"item"}
>>> fresh("item", taken), fresh("item", taken), unused("item", taken)
('item2', 'item3', 'item4')
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

__all__ = ["fresh", "placed", "unused"]


def unused(wanted: str, taken: Collection[str]) -> str:
    """``wanted``, or ``wanted2``, ``wanted3``, ... if that is among ``taken``."""
    name, n = wanted, 2
    while name in taken:
        name, n = f"{wanted}{n}", n + 1
    return name


def fresh(wanted: str, taken: set[str]) -> str:
    """The same, and the name is taken from now on."""
    name = unused(wanted, taken)
    taken.add(name)
    return name


def placed(node: Any, place: Any) -> Any:
    """The node at the position of ``place``; those below it keep theirs."""
    for key in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
        setattr(node, key, getattr(place, key, None))
    return node
