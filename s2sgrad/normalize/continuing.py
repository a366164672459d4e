"""Write a body that says ``continue`` as branches, so that it can be the body of a function.

>>> from s2sgrad.quote import statements, unquote
>>> body = statements("a = 1\\nif t:\\n    b = 2\\n    continue\\nc = 3")
>>> print("".join(map(unquote, without_continue(body, "left early", ""))), end="")
a = 1
if t:
    b = 2
else:
    c = 3
"""

from __future__ import annotations

from typing import Any

import gast

from s2sgrad.errors import Refusal
from s2sgrad.normalize.leaving import ends, exits_of, shallow
from s2sgrad.quote import statements

__all__ = ["without_continue"]


def without_continue(body: list[gast.stmt], reason: str, hint: str) -> list[gast.stmt]:
    """The statements without a ``continue`` of the loop around them; what stands behind one goes to the other side.

    Raises Refusal with this reason where that is both sides, or where the loop is left in another way.
    """
    for place, statement in enumerate(body):
        if isinstance(statement, gast.Continue):
            return body[:place]
        if next(exits_of([statement]), None) is not None:
            return [*body[:place], _branch(statement, body[place + 1 :], reason, hint)]
    return body


def _branch(statement: Any, behind: list[gast.stmt], reason: str, hint: str) -> gast.stmt:
    left = next(exits_of([statement]))
    sides = [statement.body, statement.orelse] if isinstance(statement, gast.If) else []
    if not any(map(ends, sides)) or any(isinstance(e, gast.Break) for e in exits_of([statement])):
        raise Refusal(reason, hint, left)
    new = shallow(statement)
    new.body, new.orelse = (
        without_continue([*side, *([] if ends(side) else behind)], reason, hint) for side in sides
    )
    new.body = new.body or statements("pass")
    return new

