"""Facts without a call: what annotations and defaults tell about the parameters of a function."""

from __future__ import annotations

import contextlib
import inspect
import types
import typing
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, Opaque, Record, Seq, Symbol, array, python
from s2sgrad.errors import ArgumentError, S2SGradError
from s2sgrad.request import Generated
from s2sgrad.signature import describe
from s2sgrad.specialise import Plan, generate, generating

__all__ = ["expected", "preview", "previewed"]


def preview(plan: Plan) -> Generated:
    """The code for the arguments that the function announces: a parameter that tells nothing is a Python float."""
    return previewed(plan)[1]


def previewed(plan: Plan) -> tuple[dict[str, Fact], Generated]:
    """What the function announces of its arguments, and the code for it."""
    with generating:
        try:
            return generate(plan, lambda by_value: expected(plan.function, by_value))
        except S2SGradError as error:
            raise ArgumentError(
                f"{plan.function.__name__} does not tell what its arguments are, and as guessed it is refused: {error}",
                "ask for real arguments: .source_for(*args)",
            ) from error


def expected(function: types.FunctionType, by_value: frozenset[str] = frozenset()) -> dict[str, Fact]:
    """The fact of each parameter, from its default, else from its annotation."""
    hints = _hints(function)
    parameters = inspect.signature(function, follow_wrapped=False).parameters.values()
    return {p.name: _expected_one(p, hints.get(p.name), by_value) for p in parameters}


def _expected_one(parameter: inspect.Parameter, hint: Any, by_value: frozenset[str]) -> Fact:
    name = parameter.name
    if parameter.kind is parameter.VAR_POSITIONAL:
        return Seq("tuple", (), describe((), name).element, Dim.of(0))  # type: ignore[union-attr]
    if parameter.kind is parameter.VAR_KEYWORD:
        return Record("dict", dict, (), frozenset({name}))
    if hint is None or hint is inspect.Parameter.empty:
        known = parameter.default is not parameter.empty
        return describe(parameter.default, name, by_value) if known else python(float)
    return _of_hint(hint, parameter, by_value)


def _of_hint(hint: Any, parameter: inspect.Parameter, by_value: frozenset[str]) -> Fact:
    name = parameter.name
    if hint in (float, complex):
        return python(hint)
    if parameter.default is not parameter.empty:
        return describe(parameter.default, name, by_value)
    if hint is int:
        return python(int, length=Dim(Symbol(name)), origin=name)
    if (typing.get_origin(hint) or hint) is np.ndarray:
        return array(_dtype(hint), None, roots=frozenset({name}))
    return Opaque(frozenset({name}))


def _dtype(hint: Any) -> np.dtype[Any]:
    """The dtype in ``NDArray[np.float32]``; float64 where the annotation names none."""
    for argument in typing.get_args(hint):
        for scalar in typing.get_args(argument):
            if isinstance(scalar, type) and issubclass(scalar, np.floating | np.integer | np.bool_):
                return np.dtype(scalar)
    return np.dtype(float)


def _hints(function: types.FunctionType) -> dict[str, Any]:
    """The annotations that can be evaluated; one may be any expression, and may name what was never imported."""
    found: dict[str, Any] = {}
    for name, hint in function.__annotations__.items():
        with contextlib.suppress(Exception):
            found |= typing.get_type_hints(types.SimpleNamespace(__annotations__={name: hint}), function.__globals__)
    return found
