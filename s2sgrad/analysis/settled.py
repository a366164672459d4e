"""The variables that are bound once and for all: outside of loops, by one assignment.

>>> import gast
>>> from s2sgrad.analysis.lower import lower
>>> text = "def f(x):\\n    a = x\\n    b = a\\n    b = 2\\n    for v in x:\\n        c = v\\n    return a"
>>> settled_names(lower(gast.parse(text).body[0]))
frozenset({'a'})
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from s2sgrad.analysis.ir import Assign, Block, Enter, For, NameTarget, Statement, While, children

__all__ = ["settled_names"]


def settled_names(block: Block) -> frozenset[str]:
    """Names that hold one object from their only assignment on."""
    bound = list(_bound(block, inside=False))
    often = Counter(name for name, _ in bound)
    return frozenset(name for name, again in bound if often[name] == 1 and not again)


def _bound(block: Block, inside: bool) -> Iterator[tuple[str, bool]]:
    for statement in block:
        again = inside or isinstance(statement, (For, While)) or not isinstance(statement, Assign)
        again |= isinstance(statement, Assign) and statement.augmented
        targets: list[object] = getattr(statement, "targets", []) if _binds(statement) else []
        yield from ((t.name, again) for t in targets if isinstance(t, NameTarget))
        yield from ((name, True) for name in (*getattr(statement, "names", ()), *getattr(statement, "unbinds", ())))
        for inner in children(statement):
            yield from _bound(inner, inside or isinstance(statement, (For, While)))


def _binds(statement: Statement) -> bool:
    return isinstance(statement, (Assign, For, Enter))
