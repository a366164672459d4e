"""Tell which calls in generated lines do nothing but give a value."""

from __future__ import annotations

import types
from collections.abc import Collection
from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.infer import is_pure
from s2sgrad.namespace import Namespace
from s2sgrad.nested import is_deriving
from s2sgrad.normalize.writing import writes
from s2sgrad.printed import OF_RULES, object_of

__all__ = ["is_pure_call"]


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


def _rooted_in_module(tree: Any, local: Collection[str], namespace: Namespace) -> bool:
    while isinstance(tree, gast.Attribute):
        tree = tree.value
    if not isinstance(tree, gast.Name) or tree.id in local:
        return False
    try:
        return isinstance(namespace.lookup(tree.id), types.ModuleType)
    except LookupError:
        return str(tree.id) == "np"


def _dotted(tree: Any) -> list[str]:
    if isinstance(tree, gast.Name):
        return [tree.id]
    return [*_dotted(tree.value), tree.attr]


def is_pure_call(local: Collection[str], namespace: Namespace, call: gast.Call) -> bool:
    """True for a call that gives a value and does nothing else; of a method as arrays and containers have it."""
    function = call.func
    if isinstance(function, gast.Attribute) and not _rooted_in_module(function, local, namespace):
        method = getattr(np.ndarray, function.attr, None)
        return function.attr in _PURE_METHODS and not writes(call, method, 1)
    try:
        path = _dotted(function)
        if path[0] in local:
            return False
        value = namespace.lookup(path[0])
        for name in path[1:]:
            value = getattr(value, name)
    except (LookupError, AttributeError, TypeError):
        return isinstance(function, gast.Name) and function.id in ("sum_to", "object_of", *OF_RULES)
    return value is object_of or (bool(is_pure(value)) and not writes(call, value, 0)) or is_deriving(value)
