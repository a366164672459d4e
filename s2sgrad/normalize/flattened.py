"""Write a store into an array's elements in a row as one into the array: ``A.flat[i]`` is ``A[unravel(i)]``.

>>> from s2sgrad.quote import statements, unquote
>>> body = statements("A.flat[::n] += x")
>>> print("".join(map(unquote, unravelled(body, {rewriting_at("flat", body[0].target.value)}, "np"))), end="")
A[np.unravel_index(np.arange(A.size)[::n], A.shape)] += x
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import gast

from s2sgrad.normalize.parts import moved, shallow
from s2sgrad.normalize.wanted import Rewriting, rewriting_at
from s2sgrad.quote import clone, nodes_in, quote

__all__ = ["unravelled"]


def unravelled(body: list[gast.stmt], rewritings: Collection[Rewriting], numpy: str) -> list[gast.stmt]:
    """``body`` with the stores that were asked for written by the indices of the array."""
    places = {r for r in rewritings if r.kind == "flat"}
    return [_written(s, places, numpy) for s in body] if places else body


def _written(tree: Any, places: Collection[Rewriting], numpy: str) -> Any:
    if not any(isinstance(n, gast.Subscript) and _is_asked(n, places, numpy) for n in nodes_in(tree)):
        return tree
    if isinstance(tree, gast.Subscript) and _is_asked(tree, places, numpy):
        return _by_index(tree, numpy)
    new = shallow(tree)
    for key, value in tree.__dict__.items():
        if isinstance(value, list):
            new.__dict__[key] = [_written(v, places, numpy) if isinstance(v, gast.AST) else v for v in value]
        elif isinstance(value, gast.AST) and not isinstance(value, gast.expr_context):
            new.__dict__[key] = _written(value, places, numpy)
    return new


def _is_asked(target: gast.Subscript, places: Collection[Rewriting], numpy: str) -> bool:
    stored = not isinstance(target.ctx, gast.Load) and hasattr(target.value, "lineno")
    return stored and _array(target.value, numpy) is not None and rewriting_at("flat", target.value) in places


def _array(tree: Any, numpy: str) -> Any:
    """The array whose elements ``A.flat``, ``A.ravel()``, ``A.reshape(-1)`` and NumPy's functions put in a row."""
    if isinstance(tree, gast.Attribute):
        return tree.value if tree.attr == "flat" else None
    if not isinstance(tree, gast.Call) or not isinstance(tree.func, gast.Attribute):
        return None
    named = tree.args[0] if getattr(tree.func.value, "id", "") == numpy else tree.func.value
    return named if isinstance(named, gast.Name) else None


def _by_index(target: Any, numpy: str) -> Any:
    array = _array(target.value, numpy)
    places = quote(f"{numpy}.unravel_index({numpy}.arange({{x}}.size)[i], {{x}}.shape)", x=clone(array))
    places = moved(places, target.value)
    places.args[0].slice = target.slice
    new = shallow(target)
    new.value, new.slice = array, places
    return new
