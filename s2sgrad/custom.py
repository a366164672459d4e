"""Rules by users: derivatives of functions that are not to be differentiated by their text, or that have none.

>>> def softplus(x):
...     return np.logaddexp(0, x)
>>> @elementwise(softplus)
... def softplus_rule(dy, y, x):
...     return dy * (1 - np.exp(-y))
>>> custom_of(softplus).elementwise.__name__
'softplus_rule'
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from s2sgrad.errors import ArgumentError
from s2sgrad.rules import registry

__all__ = ["Custom", "adjoint", "custom_of", "elementwise", "has_rule", "nondifferentiable", "stop_gradient", "tangent"]

Rule = TypeVar("Rule", bound=Callable[..., Any])


@dataclass
class Custom:
    """What users said of a function; ``like`` is the parameter that its result is like, in shape and dtype."""

    function: Any
    signature: inspect.Signature
    adjoint: Callable[..., Any] | None = None
    forward: Callable[..., Any] | None = None
    tangent: Callable[..., Any] | None = None
    elementwise: Callable[..., Any] | None = None
    like: str | None = None

    @property
    def name(self) -> str:
        """What the function is called."""
        return str(getattr(self.function, "__name__", "function"))

    @property
    def parameters(self) -> list[str]:
        """The names of its parameters."""
        return list(self.signature.parameters)


_CUSTOM: dict[Any, Custom] = {}


def custom_of(function: Any) -> Custom | None:
    """The rules of users for a function, None where there are none."""
    try:
        return _CUSTOM.get(function)
    except TypeError:
        return None


def has_rule(function: Any) -> bool:
    """True where a user said how a function is differentiated, or that it is not."""
    return custom_of(function) is not None or function in registry.NONDIFFERENTIABLE


def adjoint(f: Any, *, forward: Callable[..., Any] | None = None, like: str | None = None) -> Callable[[Rule], Rule]:
    """Register the decorated function as the reverse mode of ``f``; its text is then not looked into.

    The rule takes ``(dy, y, ...)``: the adjoint of the result, the result, and the arguments of ``f`` under the names
    of its parameters. It returns one adjoint for each parameter without a default, each of the shape of its argument;
    bare if there is one such parameter.

    ``forward`` may take the place of ``f`` in the forward pass: it takes the arguments of ``f`` and returns
    ``(y, residuals)``; the rule is then called with ``(dy, y, residuals, ...)``. ``like`` names the parameter that has
    the shape and the dtype of the result, where ``f`` has no text that tells.

    Raises ArgumentError where the parameters do not fit those of ``f``, or where there is a rule for ``f`` already.
    """

    def register(rule: Rule) -> Rule:
        custom = _entry(f, rule, 2 if forward is None else 3)
        if like is not None and like not in custom.parameters:
            raise ArgumentError(f"{custom.name} has no parameter {like!r}", f"it has {', '.join(custom.parameters)}")
        custom.adjoint, custom.forward, custom.like = rule, forward, like or custom.like
        return rule

    return register


def tangent(f: Any, *, like: str | None = None) -> Callable[[Rule], Rule]:
    """Register the decorated function as the forward mode of ``f``.

    The rule takes ``(y, ...)``, the result and the arguments of ``f``, and by keyword the tangents of arguments as
    ``d`` + name of the parameter (zeros for those that do not vary). It returns the tangent of the result.
    """

    def register(rule: Rule) -> Rule:
        custom = _entry(f, rule, 1)
        custom.tangent, custom.like = rule, like or custom.like
        return rule

    return register


def elementwise(f: Any) -> Callable[[Rule], Rule]:
    """Register the decorated function as both modes of ``f``, which works element by element with broadcasting.

    The rule takes ``(dy, y, ...)`` and returns ``dy`` times the derivative for each parameter without a default (bare
    if there is one). In forward mode it is called with the tangent of an argument in place of ``dy``.
    """

    def register(rule: Rule) -> Rule:
        _entry(f, rule, 2).elementwise = rule
        return rule

    return register


def nondifferentiable(*functions: Any) -> None:
    """Declare functions whose results are constants, whatever they are called with: their gradient is zero."""
    registry.nondifferentiable(*functions)
    registry.changed()


def stop_gradient(x: Any) -> Any:
    """``x`` itself, as a constant: nothing is pulled back through it."""
    return x


nondifferentiable(stop_gradient)


def _entry(f: Any, rule: Any, own: int) -> Custom:
    """The entry of ``f``, made if there is none, for a rule with ``own`` parameters before those of ``f``."""
    if not callable(f) or isinstance(f, type):
        raise ArgumentError(f"{f!r} is no function, and rules are for functions", "write it as @adjoint(f)")
    if f in registry.ADJOINTS or f in registry.NONDIFFERENTIABLE:
        name = getattr(f, "__name__", f)
        raise ArgumentError(f"there is a rule for {name} already", f"call {name} in a function of your own")
    signature = _signature(f, rule, own)
    custom = _CUSTOM.setdefault(f, Custom(f, signature))
    _check(custom, rule, own)
    registry.changed()
    return custom


def _signature(f: Any, rule: Any, own: int) -> inspect.Signature:
    """The parameters of ``f``; where it does not tell, those of the rule."""
    try:
        if not isinstance(f, np.ufunc):  # newer ones tell of x1, x2 and their own keywords
            return inspect.signature(f)
        raise ValueError
    except ValueError:
        parameters = list(inspect.signature(rule).parameters.values())[own:]
        return inspect.Signature([p for p in parameters if p.kind is not p.KEYWORD_ONLY])


def _check(custom: Custom, rule: Any, own: int) -> None:
    kinds = [p.kind for p in custom.signature.parameters.values()]
    if inspect.Parameter.VAR_POSITIONAL in kinds or inspect.Parameter.VAR_KEYWORD in kinds:
        raise ArgumentError(f"{custom.name} has starred parameters", "give the rule to a function that names them")
    names = list(inspect.signature(rule).parameters)[own:]
    wanted = custom.parameters
    if names[: len(wanted)] != wanted:
        before = {1: "y", 2: "dy, y", 3: "dy, y, residuals"}[own]
        reason = f"the rule {rule.__name__} takes ({', '.join(names)}) behind {before}"
        raise ArgumentError(reason, f"it must take ({', '.join(wanted)})")
