"""Python text to trees and back: no node is built by hand anywhere else.

>>> unquote(quote("{a} * (1 - {y} ** 2)", a=quote("dh"), y=quote("h")))
'dh * (1 - h ** 2)'
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any, TypeVar

import gast

__all__ = ["clone", "names_in", "quote", "statements", "substitute", "unquote"]

N = TypeVar("N", bound=gast.AST)
_HOLE = "hole_"


def quote(template: str, /, **holes: gast.AST | str) -> gast.expr:
    """The expression that ``template`` spells, each ``{hole}`` filled with a tree, or with the name a string gives."""
    tree = _parsed_expression(template)
    return substitute(tree, {_HOLE + k: _as_tree(v) for k, v in holes.items()})


def statements(template: str, /, **holes: gast.AST | str) -> list[gast.stmt]:
    """The statements that ``template`` spells, holes filled as in :func:`quote`."""
    filled = {_HOLE + k: _as_tree(v) for k, v in holes.items()}
    return [substitute(stmt, filled) for stmt in _parsed_statements(template)]


def unquote(node: gast.AST) -> str:
    """The text of a tree."""
    from s2sgrad.printer import to_text

    return to_text(node)


def _as_tree(value: gast.AST | str) -> gast.AST:
    return quote(value) if isinstance(value, str) else value


@functools.cache
def _parsed_expression(template: str) -> gast.expr:
    return gast.parse(re.sub(r"\{(\w+)\}", rf"{_HOLE}\1", template), mode="eval").body


@functools.cache
def _parsed_statements(template: str) -> tuple[gast.stmt, ...]:
    return tuple(gast.parse(re.sub(r"\{(\w+)\}", rf"{_HOLE}\1", template)).body)


def substitute(node: N, replacements: Mapping[str, gast.AST]) -> N:
    """A copy of ``node`` in which every read or written name found in ``replacements`` is that tree."""
    if isinstance(node, gast.Name):
        found = replacements.get(node.id)
        return _recontext(found, node.ctx) if found is not None else _rebuild(node, replacements)  # type: ignore[return-value]
    return _rebuild(node, replacements)


def clone(node: N) -> N:
    """A copy of ``node`` that shares no node with it."""
    return substitute(node, {})


def _recontext(node: gast.AST, ctx: Any) -> gast.AST:
    copied = clone(node)
    if isinstance(ctx, gast.Store | gast.Del) and hasattr(copied, "ctx"):
        copied.ctx = ctx
    return copied


def _rebuild(node: N, replacements: Mapping[str, gast.AST]) -> N:
    new = node.__class__.__new__(node.__class__)
    for key, value in node.__dict__.items():
        if isinstance(value, gast.AST):
            value = value if isinstance(value, gast.expr_context) else substitute(value, replacements)
        elif isinstance(value, list):
            value = [substitute(v, replacements) if isinstance(v, gast.AST) else v for v in value]
        new.__dict__[key] = value
    return new


def names_in(node: gast.AST) -> list[str]:
    """Every name that occurs in ``node``, in order of appearance, without repetition."""
    found: dict[str, None] = {}
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, gast.Name):
            found[current.id] = None
        stack.extend(reversed(list(gast.iter_child_nodes(current))))
    return list(found)
