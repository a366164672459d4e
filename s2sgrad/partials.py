"""A partial application as a function of its own, so that it can be differentiated as any other.

>>> def power(v, k, *, scale=1.0):
...     return scale * v ** k
>>> cube = function_of(functools.partial(power, k=3))
>>> cube(2.0), cube(2.0, k=2, scale=0.5), inspect.signature(cube).parameters["k"].kind.description
(8.0, 2.0, 'keyword-only')
"""

from __future__ import annotations

import functools
import inspect
import types
from typing import Any

from s2sgrad.compile import compile_units
from s2sgrad.errors import ArgumentError
from s2sgrad.request import Generated, Unit

__all__ = ["function_of"]


def function_of(partial: functools.partial[Any]) -> types.FunctionType:
    """The function that a partial application of a Python function is."""
    function, name = partial.func, getattr(partial.func, "__name__", "")
    if not isinstance(function, types.FunctionType) or not name.isidentifier():
        raise ArgumentError("this is a partial application of what is not written in Python", "wrap it in a function")
    parameters = list(inspect.signature(partial).parameters.values())
    if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters):
        raise ArgumentError(f"`{name}` takes any number of arguments", "wrap the partial application in a function")
    own = f"whole_{name}"
    held = [(f"given_{i}", value) for i, value in enumerate(partial.args)]
    passed = [n for n, _ in held] + [_passed(p) for p in parameters]
    text = f"def {name}({_header(parameters)}):\n    return {own}({', '.join(passed)})\n"
    unit = Unit(name, text, None, ((own, function), *held))
    made = compile_units(Generated((unit,), (name,), "s2sgrad_numpy", (), frozenset(), False), "lifted")[0]
    positional = [p for p in parameters if p.kind is not p.KEYWORD_ONLY]
    made.__defaults__ = tuple(p.default for p in positional if p.default is not p.empty) or None
    keywords = {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is not p.empty}
    made.__kwdefaults__ = keywords or None
    made.__doc__ = function.__doc__
    return made


def _passed(parameter: inspect.Parameter) -> str:
    """A parameter as it is handed on."""
    return f"{parameter.name}={parameter.name}" if parameter.kind is parameter.KEYWORD_ONLY else parameter.name


def _header(parameters: list[inspect.Parameter]) -> str:
    """The parameters, each with a default where it has one: the defaults themselves are set on the function."""
    shown = (int, float, str, bool)
    defaults = [p.default if p.default is p.empty or type(p.default) in shown else None for p in parameters]
    bare = [p.replace(default=d, annotation=p.empty) for p, d in zip(parameters, defaults, strict=True)]
    return str(inspect.Signature(bare))[1:-1]
