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

from typing import Any

import gast

from s2sgrad.errors import InPlace, Refusal
from s2sgrad.normalize.copies import copied
from s2sgrad.normalize.leaving import ends, open_block
from s2sgrad.normalize.made import fresh, placed
from s2sgrad.normalize.order import shallow as _copy
from s2sgrad.quote import nodes_in, quote, statements

__all__ = ["nest_returns", "paths_apart"]

MOST_COPIES = 6
"""How often what follows a branch is doubled on one path: 64 copies of the last lines."""


def nest_returns(body: list[gast.stmt], taken: set[str] | None = None) -> list[gast.stmt]:
    """``body`` with every return in tail position. Raises Refusal where one is missing.

    The value returned inside a ``with`` or ``try`` gets a name there, free of those ``taken``, and is returned behind.
    """
    for i, statement in enumerate(body):
        if isinstance(statement, (gast.With, gast.Try)) and _returns(statement):
            _check_goes_on_nowhere(statement)
            return [*body[:i], *_carried_out(statement, set() if taken is None else taken)]
        if ends([statement]) and not isinstance(statement, gast.If):
            return body[: i + 1]
        if isinstance(statement, gast.If) and _returns(statement):
            return [*body[:i], _nested(statement, body[i + 1 :], taken)]
    raise InPlace("this path ends without a return", "return the value on every path", body[-1] if body else None)


def _carried_out(statement: Any, taken: set[str]) -> list[gast.stmt]:
    """A ``with`` or ``try`` that returns on every path, with the value bound inside and returned behind."""
    for part in (*getattr(statement, "handlers", []), *getattr(statement, "finalbody", [])):
        if _returns(part):
            raise Refusal("a return in a handler or in `finally` is not differentiated", "return behind it", part)
    last = [n for n in ("body", "orelse") if _block_returns(getattr(statement, n, []))]
    if len(last) > 1:
        raise Refusal("a return on some paths through `try` is not differentiated", "return behind it", statement)
    inner = nest_returns(getattr(statement, last[0]), taken)
    returned = [n for s in inner for n in nodes_in(s) if isinstance(n, gast.Return)]
    names = {n.value.id if isinstance(n.value, gast.Name) else None for n in returned}
    rebound = {n.id for s in getattr(statement, "finalbody", []) for n in nodes_in(s) if isinstance(n, gast.Name)}
    name = names.pop() if len(names) == 1 else None
    if name is None or name in rebound:
        name = fresh("value", taken)
    new = _copy(statement)
    setattr(new, last[0], [_bound(s, name) for s in inner])
    back = statements(f"return {name}")[0]
    return [new, placed(back, returned[0] if returned else statement)]


def _check_goes_on_nowhere(statement: Any) -> None:
    """What stands behind a ``try`` runs, too, where its handler goes on: the return is not all that may happen."""
    if open_block(statement) is None:
        back = next(n for n in nodes_in(statement) if isinstance(n, gast.Return))
        reason = "a return inside this `try`, whose handlers go on, is not differentiated"
        raise Refusal(reason, "bind the value to a name, and return it behind the `try`", back)


def _block_returns(body: list[gast.stmt]) -> bool:
    return any(map(_returns, body))


def _bound(statement: Any, name: str) -> gast.stmt:
    """The statement with ``name = e`` for ``return e``."""
    if isinstance(statement, gast.Return):
        if isinstance(statement.value, gast.Name) and statement.value.id == name:
            return placed(gast.Pass(), statement)
        return placed(statements(f"{name} = {{e}}", e=statement.value or quote("None"))[0], statement)
    if not _returns(statement):
        return statement
    new = _copy(statement)
    for key in ("body", "orelse"):
        if hasattr(statement, key):
            setattr(new, key, [_bound(s, name) for s in getattr(statement, key)])
    return new


def _nested(statement: gast.If, rest: list[gast.stmt], taken: set[str] | None) -> gast.If:
    new = _with_rest(statement, rest)
    new.body, new.orelse = nest_returns(new.body, taken), nest_returns(new.orelse, taken)
    return new


def _with_rest(statement: gast.If, rest: list[gast.stmt]) -> Any:
    """A branch with what follows it on each side that gets there; on two sides these are two copies."""
    new: Any = _copy(statement)
    twice = not ends(statement.body) and not ends(statement.orelse)
    for key in ("body", "orelse"):
        own = getattr(statement, key)
        more = [] if ends(own) else [copied(s, key) for s in rest] if twice else rest
        setattr(new, key, [*own, *more])
    return new


def paths_apart(body: list[gast.stmt], copies: int = 0) -> list[gast.stmt]:
    """``body`` with what follows a branch, some of whose paths return on both sides, as a copy for each side.

    What is known there is known of each side alone, and so is what must be rewritten. Raises Refusal where one branch
    after the other would double it, ``copies`` of them around this one.

    >>> from s2sgrad.quote import statements, unquote
    >>> text = "if a:\\n    if b:\\n        return x\\nelse:\\n    z = y\\nreturn z"
    >>> print("".join(unquote(s) for s in paths_apart(statements(text))), end="")
    if a:
        if b:
            return x
        return z
    else:
        z = y
        return z
    """
    for i, statement in enumerate(body):
        if not isinstance(statement, gast.If) or not _returns(statement):
            continue
        rest = body[i + 1 :]
        new = _copy(statement)
        if rest and not ends(statement.body) and not ends(statement.orelse):
            new, rest, copies = _with_rest(statement, rest), [], copies + 1
        if copies > MOST_COPIES:
            reason = "too many branches in a row return on some of their paths alone"
            raise Refusal(reason, "bind the value to a name, and return it at the end", statement)
        new.body, new.orelse = paths_apart(new.body, copies), paths_apart(new.orelse, copies)
        return [*body[:i], new, *paths_apart(rest, copies)]
    return body


def _returns(statement: gast.AST) -> bool:
    return any(isinstance(n, gast.Return) for n in nodes_in(statement) if not isinstance(n, gast.FunctionDef))
