"""Write ``reversed(xs)`` as ``xs[::-1]`` where a loop walks it in step with other sequences.

>>> from s2sgrad.quote import statements, unquote
>>> body = statements("for a, b in zip(reversed(xs), ys):\\n    s += a * b")
>>> print("".join(map(unquote, sliced(body, {(1, 16)}))), end="")
for a, b in zip(xs[::-1], ys):
    s += a * b
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import gast

from s2sgrad.normalize.parts import moved, shallow
from s2sgrad.quote import nodes_in, quote

__all__ = ["sliced"]


def sliced(body: list[gast.stmt], places: Collection[tuple[int, int]]) -> list[gast.stmt]:
    """``body`` with the calls of ``reversed`` at ``places`` as slices."""
    if not places:
        return body
    return [_sliced(s, places) if any(_is_asked(n, places) for n in nodes_in(s)) else s for s in body]


def _is_asked(node: Any, places: Collection[tuple[int, int]]) -> bool:
    called = isinstance(node, gast.Call) and getattr(node.func, "id", "") == "reversed" and len(node.args) == 1
    return called and (node.lineno, node.col_offset) in places


def _sliced(tree: Any, places: Collection[tuple[int, int]]) -> Any:
    if _is_asked(tree, places):
        new = moved(quote("x[::-1]"), tree)
        new.value = tree.args[0]
        return new
    new = shallow(tree)
    for key, value in tree.__dict__.items():
        if isinstance(value, list):
            new.__dict__[key] = [_sliced(v, places) if isinstance(v, gast.AST) else v for v in value]
        elif isinstance(value, gast.AST) and not isinstance(value, gast.expr_context):
            new.__dict__[key] = _sliced(value, places)
    return new
