"""Functions that the user's function makes for itself: nested ``def``, ``lambda``, partial applications.

>>> LocalFunction((3, 4), "act", None, False) == LocalFunction((3, 4), "act", None, False)
True
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["LOST", "LocalFunction"]


@dataclass(frozen=True, eq=False)
class LocalFunction:
    """A function made where the tree says.

    ``key`` tells it apart from all others, also in the next analysis. ``single`` holds where it remembers values of the
    moment when it was made (defaults, variables of a function written in place), so that two of it differ. ``node`` is
    its definition; ``partial`` the call that a call of it stands for, if it is a partial application.
    """

    key: tuple[Any, ...]
    name: str
    node: Any
    single: bool
    partial: Any = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LocalFunction) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        # What is printed in its place in a display: nothing calls it there when the text runs.
        return "None"


LOST = LocalFunction(("lost",), "", None, False)
"""Stands for one of several functions, where it is not known which."""
