"""Print what follows a branch that leaves as the user wrote it: behind the branch, without an ``else``.

>>> from s2sgrad.normalize.leaving import Guard, shallow
>>> from s2sgrad.quote import statements, unquote
>>> branch = shallow(statements("if x < 0:\\n    break\\nelse:\\n    s += x")[0], Guard)
>>> print("".join(unquote(s) for s in flatten([branch])), end="")
if x < 0:
    break
s += x
"""

from __future__ import annotations

from typing import Any

import gast

from s2sgrad.normalize.leaving import Guard, ends, shallow, with_blocks

__all__ = ["flatten"]


def flatten(body: list[gast.stmt]) -> list[gast.stmt]:
    """``body`` with plain branches; what follows one that leaves stands behind it."""
    return [new for statement in body for new in _statement(statement)]


def _statement(statement: Any) -> list[gast.stmt]:
    if not isinstance(statement, (gast.If, gast.For, gast.While, gast.With, gast.Try)):
        return [statement]
    new = with_blocks(statement, flatten)
    if not isinstance(statement, Guard):
        return [new]
    new = shallow(new, gast.If)
    if not ends(new.body):
        return [new]
    rest, new.orelse = new.orelse, []
    return [new, *rest]
