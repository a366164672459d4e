"""Assign to a part of an adjoint what is added to it right after it was set to zero.

>>> from s2sgrad.quote import statements, unquote
>>> body = statements("dprod = dy[0]\\ndy[0] = 0\\ndy[0] += 2 * dprod\\nreturn dy")
>>> print("".join(unquote(s) for s in refilled(body, {"dy", "dprod"})), end="")
dy[0] = 2 * dy[0]
return dy
>>> body = statements("dprod = dy[1:].copy()\\ndy[1:] = 0\\ndy[1:] += w * dprod\\ndw += dprod\\nreturn dy, dw")
>>> print("".join(unquote(s) for s in refilled(body, {"dy", "dprod"})), end="")
dprod = dy[1:].copy()
dy[1:] = w * dprod
dw += dprod
return dy, dw
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Collection
from typing import Any

import gast

from s2sgrad.normalize.leaving import with_blocks
from s2sgrad.quote import nodes_in, occurrences, occurring, statements, structure, substitute

__all__ = ["refilled"]

_PURE = (gast.Name, gast.Constant, gast.Slice, gast.Tuple, gast.BinOp, gast.UnaryOp, gast.operator, gast.unaryop)


def refilled(body: list[gast.stmt], adjoints: Collection[str]) -> list[gast.stmt]:
    """``body`` with each zero and the sum behind it as one line, where the array is one of ``adjoints``."""
    return _block(body, adjoints, functools.cache(lambda: Counter(n for s in body for n in occurring(s))))


def _block(body: list[gast.stmt], adjoints: Collection[str], uses: Callable[[], Counter[str]]) -> list[gast.stmt]:
    out: list[gast.stmt] = []
    for statement in body:
        new = statement
        if isinstance(statement, (gast.If, gast.For, gast.While, gast.With, gast.Try)):
            new = with_blocks(statement, lambda inner: _block(inner, adjoints, uses))
        filled = _filled(out[-1], new, adjoints) if out else None
        if filled is None:
            out.append(new)
            continue
        out[-1] = filled
        direct = _direct(out[-2], filled, uses) if len(out) > 1 else None
        if direct is not None:
            out[-2:] = [direct]
    return out


def _filled(zero: Any, more: Any, adjoints: Collection[str]) -> gast.stmt | None:
    """``w = e`` for ``w = 0`` and ``w += e``."""
    if not isinstance(zero, gast.Assign) or not isinstance(more, gast.AugAssign) or not isinstance(more.op, gast.Add):
        return None
    (window,) = zero.targets if len(zero.targets) == 1 else (None,)
    if not isinstance(window, gast.Subscript) or not _is_zero(zero.value) or not _is_part(window, adjoints):
        return None
    if structure(window) != structure(more.target) or window.value.id in occurrences(more.value):
        return None
    return statements("{w} = {e}", w=window, e=more.value)[0]


def _is_zero(value: Any) -> bool:
    return isinstance(value, gast.Constant) and value.value == 0 and type(value.value) in (int, float)


def _is_part(window: Any, adjoints: Collection[str]) -> bool:
    """True for an item or a slice of one of the adjoints, at a place that is the same each time it is asked for."""
    named = isinstance(window.value, gast.Name) and window.value.id in adjoints
    return named and all(isinstance(n, _PURE) for n in nodes_in(window.slice))


def _direct(kept: Any, filled: Any, uses: Callable[[], Counter[str]]) -> gast.stmt | None:
    """``w = e`` with ``w`` itself for the name that held its value, where it is read once and nowhere else."""
    (window,), value = filled.targets, filled.value
    if not isinstance(kept, gast.Assign) or not isinstance(kept.targets[0], gast.Name) or len(kept.targets) > 1:
        return None
    name = kept.targets[0].id
    held = kept.value.func.value if _is_copy(kept.value) else kept.value
    if not isinstance(value, gast.BinOp) or structure(held) != structure(window):
        return None
    if uses()[name] != 2 or occurrences(value).count(name) != 1:
        return None
    return statements("{w} = {e}", w=window, e=substitute(value, {name: held}))[0]


def _is_copy(value: Any) -> bool:
    called = isinstance(value, gast.Call) and isinstance(value.func, gast.Attribute) and not value.args
    return called and value.func.attr == "copy"
