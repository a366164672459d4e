"""Put what follows a branch that leaves the loop body under its ``else``, so that every exit is the last that happens.

>>> from s2sgrad.quote import statements, unquote
>>> from s2sgrad.tidy.flatten import flatten
>>> body = statements("for x in xs:\\n    if x < 0:\\n        break\\n    s += x")
>>> nested = nest_exits(body, set())
>>> [type(s).__name__ for s in nested[0].body[0].orelse]
['AugAssign']
>>> print("".join(unquote(s) for s in flatten(nested)), end="")
for x in xs:
    if x < 0:
        break
    s += x
"""

from __future__ import annotations

from typing import Any

import gast

from s2sgrad.errors import Refusal
from s2sgrad.normalize.leaving import Exit, Guard, at, ends, exits_of, open_block, shallow, with_blocks
from s2sgrad.normalize.made import fresh
from s2sgrad.quote import statements

__all__ = ["nest_exits"]


def nest_exits(body: list[gast.stmt], taken: set[str]) -> list[gast.stmt]:
    """``body`` with every ``break`` and ``continue`` in tail position of its loop; ``taken`` names grow."""
    return [new for statement in body for new in _statement(statement, taken)]


def _statement(statement: Any, taken: set[str]) -> list[gast.stmt]:
    if isinstance(statement, (gast.For, gast.While)):
        new = shallow(statement)
        new.body = _tail(nest_exits(statement.body, taken), taken)
        return [new]
    if isinstance(statement, (gast.If, gast.With, gast.Try)):
        return [with_blocks(statement, lambda body: nest_exits(body, taken))]
    return [statement]


def _tail(body: list[gast.stmt], taken: set[str]) -> list[gast.stmt]:
    """Statements at the end of a loop body, nothing behind an exit."""
    for i, statement in enumerate(body):
        if isinstance(statement, (Exit, gast.Raise, gast.Return)):
            return body[: i + 1]
        if isinstance(statement, gast.If) and any(exits_of([statement])):
            return [*body[:i], *_nested(statement, body[i + 1 :], taken)]
        inside = next(exits_of([statement]), None)
        if inside is not None and open_block(statement) is None:
            raise Refusal("leaving a loop from in here is not differentiated yet", "leave it behind this block", inside)
        if inside is not None:
            return [*body[:i], *_flagged(statement, body[i + 1 :], taken)]
    return body


def _nested(statement: gast.If, rest: list[gast.stmt], taken: set[str]) -> list[gast.stmt]:
    if rest and not ends(statement.body) and not ends(statement.orelse):
        return _flagged(statement, rest, taken)
    plain = ends(statement.body) and not statement.orelse
    new = shallow(statement, Guard if plain else None)
    new.body = _tail([*statement.body, *([] if ends(statement.body) else rest)], taken)
    new.orelse = _tail([*statement.orelse, *([] if ends(statement.orelse) else rest)], taken)
    new.body, new.orelse = (side or [at(statements("pass")[0], statement)] for side in (new.body, new.orelse))
    return [new]


def _flagged(statement: Any, rest: list[gast.stmt], taken: set[str]) -> list[gast.stmt]:
    """A statement that leaves on some of its paths: these note that they do, and the loop is left behind it."""
    inside: Any
    if isinstance(statement, gast.If):
        (inside,) = _nested(statement, [], taken)
    else:
        inside, key = shallow(statement), open_block(statement)
        setattr(inside, str(key), _tail(getattr(statement, str(key)), taken))
    above: list[gast.stmt] = []
    for kind, wanted in ((gast.Break, "stopped"), (gast.Continue, "skipped")):
        exits = [e for e in exits_of([inside]) if isinstance(e, kind)]
        if exits:
            name = fresh(wanted, taken)
            inside = _noting(inside, kind, name)
            above.append(at(statements(f"{name} = False")[0], statement))
            leaving = at(statements(f"if {name}:\n    pass")[0], exits[0])
            leaving.body = [exits[0]]
            rest = _nested(leaving, rest, taken)
    return [*above, inside, *rest]


def _noting(statement: Any, kind: type, name: str) -> Any:
    """``statement`` in which the exits of a kind, each the last that happens in it, set ``name`` instead."""
    if isinstance(statement, kind):
        return at(statements(f"{name} = True")[0], statement)
    if not isinstance(statement, (gast.If, gast.With, gast.Try)):
        return statement
    new = with_blocks(statement, lambda body: [_noting(s, kind, name) for s in body])
    return shallow(new, gast.If) if isinstance(statement, gast.If) else new
