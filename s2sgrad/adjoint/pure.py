"""Tell which calls in generated lines do nothing but give a value."""

from __future__ import annotations

import types
from typing import Any

import gast

from s2sgrad.adjoint.analysed import Analysed
from s2sgrad.analysis.infer import is_pure

__all__ = ["pure_call"]


_PURE_METHODS = frozenset(
    (
        "sum",
        "mean",
        "max",
        "min",
        "prod",
        "std",
        "var",
        "dot",
        "copy",
        "reshape",
        "ravel",
        "flatten",
        "transpose",
        "swapaxes",
        "squeeze",
        "astype",
        "argmax",
        "argmin",
        "cumsum",
        "any",
        "all",
        "clip",
        "round",
        "conj",
        "trace",
        "diagonal",
        "take",
        "keys",
        "values",
        "items",
        "get",
        "index",
        "count",
    )
)


def _rooted_in_module(tree: Any, root: Analysed) -> bool:
    while isinstance(tree, gast.Attribute):
        tree = tree.value
    if not isinstance(tree, gast.Name) or tree.id in root.local:
        return False
    try:
        return isinstance(root.namespace.lookup(tree.id), types.ModuleType)
    except LookupError:
        return str(tree.id) == "np"


def _dotted(tree: Any) -> list[str]:
    if isinstance(tree, gast.Name):
        return [tree.id]
    return [*_dotted(tree.value), tree.attr]


def pure_call(root: Analysed, call: gast.Call) -> bool:
    """True for a call that gives a value and does nothing else."""
    function = call.func
    if isinstance(function, gast.Attribute) and not _rooted_in_module(function, root):
        return function.attr in _PURE_METHODS
    try:
        path = _dotted(function)
        value = root.namespace.lookup(path[0])
        for name in path[1:]:
            value = getattr(value, name)
    except (LookupError, AttributeError, TypeError):
        return isinstance(function, gast.Name) and function.id == "sum_to"
    return bool(is_pure(value))
