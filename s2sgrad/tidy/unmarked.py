"""Print the function itself for ``checkpoint(function)``: what is computed again is seen in the backward pass.

>>> from s2sgrad.quote import statements, unquote
>>> body = statements("y = checkpoint(block)(x)")
>>> is_mark = lambda call: getattr(call.func, "id", "") == "checkpoint"
>>> print("".join(unquote(s) for s in unmarked(body, is_mark)), end="")
y = block(x)
"""

from __future__ import annotations

from collections.abc import Callable

import gast

from s2sgrad.normalize.leaving import with_blocks
from s2sgrad.quote import calls_of, replaced

__all__ = ["unmarked"]

_COMPOUND = (gast.If, gast.For, gast.While, gast.With, gast.Try)


def unmarked(body: list[gast.stmt], is_mark: Callable[[gast.Call], bool]) -> list[gast.stmt]:
    """``body`` with its only argument in place of each call that ``is_mark``."""
    return [_statement(statement, is_mark) for statement in body]


def _statement(statement: gast.stmt, is_mark: Callable[[gast.Call], bool]) -> gast.stmt:
    calls = [call for call in calls_of(statement) if is_mark(call)]
    if not calls:
        return statement
    if isinstance(statement, _COMPOUND):
        statement = with_blocks(statement, lambda inner: unmarked(inner, is_mark))
    return replaced(statement, {id(call): call.args[0] for call in calls})
