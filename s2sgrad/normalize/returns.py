"""Put what follows a branch that returns under its ``else``, so that every return is the last thing that happens.

>>> import gast
>>> from s2sgrad.normalize.returns import nest_returns
>>> from s2sgrad.quote import statements, unquote
>>> body = statements("if x < 0:\\n    return -x\\ny = x\\nreturn y")
>>> print("".join(unquote(s) for s in nest_returns(body)))
if x < 0:
    return -x
else:
    y = x
    return y
<BLANKLINE>
"""

from __future__ import annotations

import gast

from s2sgrad.errors import Refusal
from s2sgrad.quote import nodes_in

__all__ = ["nest_returns"]


def nest_returns(body: list[gast.stmt]) -> list[gast.stmt]:
    """``body`` with every return in tail position. Raises Refusal for a return inside a loop or a missing one."""
    for i, statement in enumerate(body):
        if isinstance(statement, gast.For | gast.While | gast.With | gast.Try):
            _refuse_inside(statement)
        if isinstance(statement, gast.Return):
            return body[: i + 1]
        if isinstance(statement, gast.If) and _returns(statement):
            return [*body[:i], _nested(statement, body[i + 1 :])]
    raise Refusal("this path ends without a return", "return the value on every path", body[-1] if body else None)


def _nested(statement: gast.If, rest: list[gast.stmt]) -> gast.If:
    new = gast.If.__new__(gast.If)
    new.__dict__.update(statement.__dict__)
    new.body = nest_returns([*statement.body, *([] if _ends(statement.body) else rest)])
    new.orelse = nest_returns([*statement.orelse, *([] if _ends(statement.orelse) else rest)])
    return new


def _ends(body: list[gast.stmt]) -> bool:
    if not body:
        return False
    last = body[-1]
    if isinstance(last, gast.If):
        return _ends(last.body) and _ends(last.orelse)
    return isinstance(last, gast.Return | gast.Raise)


def _returns(statement: gast.stmt) -> bool:
    return any(isinstance(n, gast.Return) for n in nodes_in(statement) if not isinstance(n, gast.FunctionDef))


def _refuse_inside(statement: gast.stmt) -> None:
    for node in nodes_in(statement):
        if isinstance(node, gast.Return):
            raise Refusal(
                "a return inside a loop is not differentiated yet", "set a variable and return it behind", node
            )
