"""Set the blocks of ``with grad_of(h) as dh:`` aside, where no pass takes them for a part of the forward pass.

>>> body = gast.parse("h = x * 2\\nwith grad_of(h) as dh:\\n    dh *= 0.5").body
>>> _, block = set_aside(body, lambda call: True)
>>> type(block).__name__, block.name, block.target
('GradientBlock', 'h', 'dh')
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from s2sgrad.errors import Refusal
from s2sgrad.normalize.leaving import with_blocks
from s2sgrad.quote import names_in, nodes_in

__all__ = ["KEEPING", "GradientBlock", "holders", "set_aside"]

KEEPING = frozenset(("append", "appendleft", "extend", "insert", "add", "update", "setdefault", "__setitem__"))
"""Methods by which something is put into a list, a set or a dict."""

_FORM = "write `with grad_of(h) as dh:`, with a variable and a name of your own"
_SIMPLE = (gast.Assign, gast.AugAssign, gast.Expr, gast.Pass, gast.Assert, gast.Raise)


class GradientBlock(gast.stmt):  # type: ignore[misc]
    """What is done with the gradient of ``name``, which is called ``target`` there; walks over trees pass it by."""

    _fields = ()
    name: str
    target: str
    body: list[Any]
    own: frozenset[str]


def set_aside(body: list[gast.stmt], is_ours: Callable[[gast.expr], bool]) -> list[gast.stmt]:
    """``body`` with a :class:`GradientBlock` for each ``with`` whose manager ``is_ours``.

    Raises Refusal for a block that does more than look at the gradient and change it.
    """
    found: list[GradientBlock] = []
    new = _set_aside(body, is_ours, found)
    if found:
        outside = {n for s in new for n in names_in(s)}
        for block in found:
            _check_names(block, outside)
    return new


def _set_aside(body: list[gast.stmt], is_ours: Callable[[gast.expr], bool], found: list[Any]) -> list[gast.stmt]:
    out: list[gast.stmt] = []
    for statement in body:
        if isinstance(statement, gast.With) and any(is_ours(i.context_expr) for i in statement.items):
            found.append(_block(statement))
            out.append(found[-1])
        elif isinstance(statement, gast.Try) and statement.handlers and _holds(statement, is_ours):
            reason = "a block about a gradient stands in a `try` here, whose handlers run in the forward pass"
            raise Refusal(reason, "put it behind the `try`", statement)
        elif isinstance(statement, (gast.If, gast.For, gast.While, gast.With, gast.Try)):
            out.append(with_blocks(statement, lambda inner: _set_aside(inner, is_ours, found)))
        else:
            out.append(statement)
    return out


def _holds(statement: gast.Try, is_ours: Callable[[gast.expr], bool]) -> bool:
    inner = (n for n in nodes_in(statement) if isinstance(n, gast.With))
    return any(is_ours(i.context_expr) for w in inner for i in w.items)


def _block(statement: gast.With) -> GradientBlock:
    (item, *others), call = statement.items, statement.items[0].context_expr
    plain = isinstance(call, gast.Call) and len(call.args) == 1 and not call.keywords and not others
    if not plain or not isinstance(call.args[0], gast.Name) or not isinstance(item.optional_vars, gast.Name):
        raise Refusal("this is not how the gradient of a variable is asked for", _FORM, statement)
    block = GradientBlock()
    for key in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
        setattr(block, key, getattr(statement, key))
    block.name, block.target, block.body = call.args[0].id, item.optional_vars.id, statement.body
    names = [n for s in block.body for n in nodes_in(s) if isinstance(n, gast.Name)]
    block.own = frozenset([block.target, *(n.id for n in names if not isinstance(n.ctx, gast.Load))])
    for inner in block.body:
        _check(inner, block)
    return block


def _check(statement: Any, block: GradientBlock) -> None:
    """Refuse what is no plain look at the gradient, and no plain change of it."""
    if isinstance(statement, gast.If):
        for inner in (*statement.body, *statement.orelse):
            _check(inner, block)
        return
    if not isinstance(statement, _SIMPLE):
        raise Refusal("this cannot stand in a block about a gradient", "use assignments, `if` and calls", statement)
    targets = getattr(statement, "targets", [statement.target] if isinstance(statement, gast.AugAssign) else [])
    for target in targets:
        part = isinstance(target, gast.Subscript) and getattr(target.value, "id", "") == block.target
        if not part and not isinstance(target, gast.Name):
            reason = f"a block about the gradient of `{block.name}` may change `{block.target}` alone"
            raise Refusal(reason, "assign to names of the block's own", target)


def holders(body: list[gast.stmt]) -> set[str]:
    """The names of what a block puts something into: ``norms`` of ``norms.append(...)``."""
    called = (n.func for s in body for n in nodes_in(s) if isinstance(n, gast.Call))
    kept = (f.value for f in called if isinstance(f, gast.Attribute) and f.attr in KEEPING)
    return {n for base in kept for n in names_in(base)[:1]}


def _check_names(block: GradientBlock, outside: set[str]) -> None:
    """The names of a block are its own: the statements around it run in the forward pass, the block later."""
    clash = next((n for n in sorted(block.own) if n in outside), None)
    if clash is not None:
        reason = f"`{clash}` is assigned in a block about a gradient, and is a variable around it, too"
        raise Refusal(reason, "use another name in the block", block)
    read = next((n for n in sorted(holders(block.body)) if n in outside), None)
    if read is not None:
        reason = f"`{read}` is changed in a block about a gradient, and the function reads it, too"
        raise Refusal(reason, "keep what the block sees elsewhere", block)
