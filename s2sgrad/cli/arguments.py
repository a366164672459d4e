"""The arguments of the function on a command line: given as Python, by shapes, by defaults, or at random.

``--args`` is what stands between the brackets of a call. Otherwise each parameter is taken from ``--set``, from
``--shape`` (random numbers), from its default, or, where its annotation says that it is a float, at random.
"""

from __future__ import annotations

import argparse
import inspect
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Num
from s2sgrad.cli.target import Failed, Usage, where
from s2sgrad.preview import expected

__all__ = ["Call", "add_options", "call", "is_given"]

Call = tuple[tuple[Any, ...], dict[str, Any]]


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that say what the function is called with."""
    group = parser.add_argument_group("what the function is called with")
    group.add_argument("--args", metavar="PYTHON", help='all arguments, evaluated in the file: "np.ones(3), n=2"')
    group.add_argument("--set", metavar="NAME=PYTHON", action="append", default=[], help="one argument, likewise")
    group.add_argument(
        "--shape", metavar="NAME=3,4", action="append", default=[], help="a random array; without numbers, a float"
    )
    group.add_argument("--seed", type=int, default=0, help="of the random numbers (default 0)")


def is_given(options: argparse.Namespace) -> bool:
    """True where the command line says anything about arguments."""
    return bool(options.args is not None or options.set or options.shape)


def call(function: Callable[..., Any], options: argparse.Namespace, scope: dict[str, Any]) -> Call:
    """The arguments to call ``function`` with. Raises Usage that names the parameters of which nothing is known."""
    if options.args is not None:
        if options.set or options.shape:
            raise Usage("--args gives all arguments: leave out --set and --shape")
        args, kwargs = _evaluated(f"_given({options.args})", options.args, {**scope, "_given": _given})
        return _checked(function, args, kwargs)
    return _spread(function, _values(function, options, scope))


def _given(*args: Any, **kwargs: Any) -> Call:
    return args, kwargs


def _evaluated(expression: str, text: str, scope: dict[str, Any]) -> Any:
    try:
        return eval(expression, {"np": np, **scope})
    except SyntaxError as error:
        raise Usage(f"{text!r} is not Python: {error.msg}") from None
    except Exception as error:
        raise Failed(f"{text!r} raised {where(error, '')}") from None


def _checked(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
    try:
        inspect.signature(function, follow_wrapped=False).bind(*args, **kwargs)
    except TypeError as error:
        raise Usage(f"{function.__name__}{inspect.signature(function, follow_wrapped=False)}: {error}") from None
    return args, kwargs


def _values(function: Callable[..., Any], options: argparse.Namespace, scope: dict[str, Any]) -> dict[str, Any]:
    """A value for each parameter."""
    parameters = inspect.signature(function, follow_wrapped=False).parameters
    pairs = [_pair(text, parameters, option) for option in ("set", "shape") for text in getattr(options, option)]
    texts = {name: (option, text) for name, text, option in pairs}
    rng, bare = np.random.default_rng(options.seed), getattr(function, "__func__", function)
    facts = expected(bare) if isinstance(bare, types.FunctionType) else {}
    found: dict[str, Any] = {}
    missing: list[str] = []
    for name, parameter in parameters.items():
        fact, (option, text) = facts.get(name), texts.get(name, ("", ""))
        if option == "set":
            found[name] = _evaluated(text, text, scope)
        elif option == "shape":
            found[name] = _random(rng, _shape(text), fact)
        elif parameter.default is parameter.empty and parameter.kind in _NAMED:
            if parameter.annotation is float or parameter.annotation == "float":
                found[name] = float(rng.normal())
            else:
                missing.append(_told(parameter))
    if missing:
        raise Usage(_missing(function.__name__, missing))
    return found


_NAMED = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
    inspect.Parameter.KEYWORD_ONLY,
)


def _pair(text: str, parameters: Any, option: str) -> tuple[str, str, str]:
    name, equals, value = text.partition("=")
    name = name.strip()
    if not equals or name not in parameters:
        names = ", ".join(parameters)
        raise Usage(f"--{option} {text}: write --{option} NAME=..., where NAME is one of {names}")
    return name, value.strip(), option


def _shape(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(n) for n in text.strip("()").split(",") if n.strip())
    except ValueError:
        raise Usage(f"--shape: {text!r} is no shape, such as 3,4") from None


def _random(rng: np.random.Generator, shape: tuple[int, ...], fact: Any) -> Any:
    """Normal numbers; of the dtype that an annotation names."""
    if not shape:
        return float(rng.normal())
    dtype = fact.dtype if isinstance(fact, Num) and fact.box == "array" and fact.kind == "f" else np.dtype(float)
    return rng.normal(size=shape).astype(dtype)


def _told(parameter: inspect.Parameter) -> str:
    """A parameter and what is known of it."""
    if parameter.annotation is parameter.empty:
        return f"{parameter.name} (no annotation, no default)"
    kind = parameter.annotation if isinstance(parameter.annotation, str) else None
    return f"{parameter.name} ({kind or getattr(parameter.annotation, '__name__', parameter.annotation)})"


def _missing(name: str, missing: list[str]) -> str:
    first = missing[0].split(" ")[0]
    return (
        f"{name}: cannot guess {', '.join(missing)}\n"
        f'Instead: say what they are: --shape {first}=3,4 or --set {first}="np.ones(3)" for one, --args "..." for all'
    )


def _spread(function: Callable[..., Any], values: dict[str, Any]) -> Call:
    """The values as a call has them; parameters left out have their defaults."""
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    skipped = False
    for name, parameter in inspect.signature(function, follow_wrapped=False).parameters.items():
        positional = parameter.kind in _NAMED[:2] and not skipped
        if name not in values:
            skipped = True
        elif positional:
            args.append(values[name])
        else:
            kwargs[name] = values[name]
    return tuple(args), kwargs
