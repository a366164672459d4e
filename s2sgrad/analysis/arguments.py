"""The facts of a call's arguments, by the parameters of the function that is called."""

from __future__ import annotations

import inspect
import types
from typing import Any

from s2sgrad.analysis.facts import Dim, Fact, Opaque, Record, Seq, join
from s2sgrad.errors import Refusal

__all__ = ["bind_facts", "facts_by_parameter"]


def bind_facts(
    function: types.FunctionType, args: tuple[Fact, ...], keywords: dict[str, Fact], op: Any
) -> dict[str, Fact]:
    """Facts by parameter for a call, defaults filled in."""
    return facts_by_parameter(inspect.signature(function), function.__name__, args, keywords, op)


def facts_by_parameter(
    signature: inspect.Signature, called: str, args: tuple[Fact, ...], keywords: dict[str, Fact], op: Any
) -> dict[str, Fact]:
    """Facts by parameter for a call of what is ``called`` so and has these parameters."""
    from s2sgrad.signature import describe

    try:
        bound = signature.bind(*args, **keywords)
    except TypeError as error:
        raise Refusal(f"this call does not fit `{called}`: {error}", "", op.node) from None
    found: dict[str, Fact] = {}
    for name, parameter in signature.parameters.items():
        if parameter.kind is parameter.VAR_POSITIONAL:
            items = tuple(bound.arguments.get(name, ()))
            found[name] = Seq("tuple", items, _joined(items), Dim.of(len(items)))
        elif parameter.kind is parameter.VAR_KEYWORD:
            found[name] = Record("dict", dict, tuple(bound.arguments.get(name, {}).items()))
        elif name in bound.arguments:
            found[name] = bound.arguments[name]
        else:
            path = f"default {called}.{name}"
            found[name] = describe(parameter.default, path, frozenset([path]))
    return found


def _joined(items: tuple[Fact, ...]) -> Fact:
    fact: Fact = items[0] if items else Opaque()
    for item in items[1:]:
        fact = join(fact, item)
    return fact
