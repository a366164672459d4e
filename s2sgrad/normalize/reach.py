"""Where in a function a name is bound, and whether a binding may arrive at reads outside of the lines that follow it.

>>> from s2sgrad.quote import statements
>>> body = statements("v = x[1:]\\nv[0] = 2.0\\nv = y\\nprint(v)")
>>> reaches_elsewhere(body, body, 0, 2, "v"), binds(body[0])
(False, ['v'])
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import gast

from s2sgrad.quote import nodes_in

__all__ = ["binds", "reaches_elsewhere", "rebinds"]


def binds(statement: gast.stmt, arrays: Collection[str] = ()) -> list[str]:
    """The names that a statement, or anything below it, binds anew; ``arrays`` are not rebound by ``x += e``."""
    changed = [n.target for n in nodes_in(statement) if isinstance(n, gast.AugAssign)]
    kept = {id(t) for t in changed if getattr(t, "id", "") in arrays}
    found = [n for n in nodes_in(statement) if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)]
    return [n.id for n in found if id(n) not in kept]


def rebinds(statement: Any, name: str) -> bool:
    """True for an assignment that surely gives ``name`` another value."""
    if not isinstance(statement, gast.Assign):
        return False
    return any(
        isinstance(n, gast.Name) and n.id == name and isinstance(n.ctx, gast.Store)
        for target in statement.targets
        for n in nodes_in(target)
    )


def reaches_elsewhere(
    whole: list[gast.stmt], block: list[gast.stmt], start: int, end: int, name: str, inside: bool = False
) -> bool:
    """True where a read of ``name`` outside of ``block[start + 1 : end + 1]`` may see what ``block[start]`` binds.

    ``inside`` is for a loop: its own body is not outside.
    """
    skipped = {id(n) for s in block[start if inside else start + 1 : end + 1] for n in nodes_in(s)}
    return _exposed(whole, name, skipped, covered=True)


def _exposed(body: list[gast.stmt], name: str, skipped: set[int], covered: bool) -> bool:
    """True where a read that is not ``skipped`` is not preceded, in its own block, by a sure binding of ``name``.

    At the start of a function nothing is bound yet: a read there cannot see a later binding.
    """
    for statement in body:
        blocks = [v for v in statement.__dict__.values() if _is_block(v)]
        header = [v for v in statement.__dict__.values() if not _is_block(v)]
        if not covered and any(_reads(v, name, skipped) for v in header):
            return True
        loops = isinstance(statement, (gast.For, gast.While))
        inner = covered and not (loops and name in binds(statement))
        inner = inner or (isinstance(statement, gast.For) and _is_target(statement, name))
        if any(_exposed(v, name, skipped, inner) for v in blocks):
            return True
        if rebinds(statement, name):
            covered = True
        elif name in binds(statement):
            covered = False
    return False


def _is_target(loop: gast.For, name: str) -> bool:
    """True for a loop that binds ``name`` anew at the start of each iteration."""
    return any(isinstance(n, gast.Name) and n.id == name for n in nodes_in(loop.target))


def _reads(tree: Any, name: str, skipped: set[int]) -> bool:
    if isinstance(tree, list):
        return any(_reads(v, name, skipped) for v in tree)
    if not isinstance(tree, gast.AST):
        return False
    named = [n for n in nodes_in(tree) if isinstance(n, gast.Name) and n.id == name and _is_read(n)]
    return any(id(n) not in skipped for n in named)


def _is_read(node: Any) -> bool:
    return isinstance(getattr(node, "ctx", None), gast.Load)


def _is_block(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], gast.stmt)
