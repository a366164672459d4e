"""A formula applied to every number and array of nested parameters.

>>> mapped(lambda w, g: w - 0.5 * g, {"W": np.ones(2), "b": 3.0}, {"W": np.ones(2), "b": 2.0})
{'W': array([0.5, 0.5]), 'b': 2.0}
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import numpy as np

from s2sgrad.errors import ArgumentError
from s2sgrad.flat import leaves
from s2sgrad.pullback import Outline, conform, outline, parts_of, rebuilt
from s2sgrad.wrt import check_differentiable

__all__ = ["fitting", "mapped", "structure"]


def structure(method: Any, params: Any) -> Outline:
    """The outline of the parameters of ``method``; raises ArgumentError where a part holds anything but floats."""
    check_differentiable(method, {"params": params}, [("params",)])
    found = outline(params)
    if any(leaf is not None and leaf.dtype.kind == "c" for leaf in leaves(found)):
        raise ArgumentError("a parameter is complex", "give real and imaginary parts as two parameters")
    return found


def fitting(value: Any, like: Outline, name: str) -> Any:
    """``value`` in the dtypes of the parameters; raises ArgumentError where structure or shapes are not theirs."""
    try:
        return conform(value, like, name)
    except ArgumentError as error:
        reason = error.reason.replace("the result is", "the parameter is")
        raise ArgumentError(reason, f"{name} must have the structure and the shapes of the parameters") from None


def mapped(formula: Callable[..., Any], params: Any, *others: Any) -> Any:
    """``formula(p, *o)`` of every part, in the structure, classes and dtypes of ``params``: float32 stays float32.

    ``others`` have the structure of ``params``, as :func:`fitting` makes it.
    """
    if isinstance(params, np.ndarray):
        return np.asarray(formula(params, *others), params.dtype)
    if isinstance(params, float | np.generic):
        return type(params)(formula(params, *others))
    held = [parts_of(one) or {} for one in (params, *others)]
    parts = {key: mapped(formula, *[part[key] for part in held]) for key in held[0]}
    return _filled(type(params), parts)


def _filled(kind: type, parts: dict[Any, Any]) -> Any:
    """A container of this class; an object is made without ``__init__``, which may do more than hold its parts."""
    if issubclass(kind, dict | list | tuple | types.SimpleNamespace):
        return rebuilt(kind, parts)
    made: Any = object.__new__(kind)
    for name, part in parts.items():
        object.__setattr__(made, name, part)
    return made
