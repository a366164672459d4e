"""Write the ``else`` of a loop behind it: always run, or run unless the loop was left by ``break``.

>>> from s2sgrad.quote import statements, unquote
>>> body = statements("for x in xs:\\n    if x < 0:\\n        break\\nelse:\\n    y = x")
>>> print("".join(unquote(s) for s in else_behind_loops(body, set())), end="")
stopped = False
for x in xs:
    if x < 0:
        stopped = True
        break
if not stopped:
    y = x
"""

from __future__ import annotations

from typing import Any

import gast

from s2sgrad.normalize.leaving import at, exits_of, is_endless, with_blocks
from s2sgrad.normalize.made import fresh
from s2sgrad.quote import statements

__all__ = ["else_behind_loops"]

Compound = gast.If | gast.For | gast.While | gast.With | gast.Try


def else_behind_loops(body: list[gast.stmt], taken: set[str]) -> list[gast.stmt]:
    """``body`` with loops that have no ``else``; ``taken`` names grow."""
    return [new for statement in body for new in _statement(statement, taken)]


def _statement(statement: Any, taken: set[str]) -> list[gast.stmt]:
    if not isinstance(statement, Compound):
        return [statement]
    new = with_blocks(statement, lambda body: else_behind_loops(body, taken))
    return _parted(new, taken) if isinstance(statement, (gast.For, gast.While)) and statement.orelse else [new]


def _parted(loop: Any, taken: set[str]) -> list[gast.stmt]:
    orelse, loop.orelse = loop.orelse, []
    if is_endless(loop):
        return [loop]
    if not any(isinstance(e, gast.Break) for e in exits_of(loop.body)):
        return [loop, *orelse]
    name = fresh("stopped", taken)
    loop.body = _noting(loop.body, name)
    start = at(statements(f"{name} = False")[0], loop)
    branch = at(statements(f"if not {name}:\n    pass")[0], orelse[0])
    branch.body = orelse
    return [start, loop, branch]


def _noting(body: list[gast.stmt], name: str) -> list[gast.stmt]:
    """Statements of the loop's own, with ``name`` set ahead of each ``break``."""
    out: list[gast.stmt] = []
    for statement in body:
        if isinstance(statement, gast.Break):
            out += [at(statements(f"{name} = True")[0], statement), statement]
        elif isinstance(statement, (gast.If, gast.With, gast.Try)):
            out.append(with_blocks(statement, lambda inner: _noting(inner, name)))
        else:
            out.append(statement)
    return out
