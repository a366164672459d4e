"""With respect to what: positions, names and dotted paths, resolved against a function and checked against a call.

>>> parse_path("params['W1'].b[0]")
('params', 'W1', 'b', 0)
"""

from __future__ import annotations

import ast
import dataclasses
import operator
import re
import types
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from s2sgrad.dispatch import parameters
from s2sgrad.errors import ArgumentError
from s2sgrad.objects import attributes, is_object
from s2sgrad.request import Path

__all__ = ["check_differentiable", "parse_path", "path_text", "resolve", "value_at"]

_STEP = re.compile(r"\.(?P<attribute>[^\W\d]\w*)|\[(?P<item>-?\d+|'[^']*'|\"[^\"]*\")\]")
_ROOT = re.compile(r"[^\W\d]\w*")


def resolve(function: types.FunctionType, wrt: Any, bound: int) -> tuple[tuple[Path, ...], bool]:
    """The paths that ``wrt`` names, and whether it is a single one; the first ``bound`` parameters have no position."""
    single = not isinstance(wrt, list | tuple)
    paths = tuple(_resolve_one(function, one, bound) for one in ((wrt,) if single else wrt))
    if not paths:
        raise ArgumentError("wrt is empty", "name at least one argument, such as wrt=0")
    _check_distinct(paths)
    return paths, single


def _resolve_one(function: types.FunctionType, one: Any, bound: int) -> Path:
    if isinstance(one, str):
        return _named(function, one, bound)
    if isinstance(one, bool) or not hasattr(one, "__index__"):
        raise ArgumentError(
            f"wrt is {one!r}, but must be the position or the name of an argument", _choices(function, bound)
        )
    return _positioned(function, operator.index(one), bound)


def _positioned(function: types.FunctionType, position: int, bound: int) -> Path:
    names, _, starred, _ = parameters(function)
    names = names[bound:]
    if -len(names) <= position < len(names) and (position >= 0 or starred is None):
        return (names[position],)
    if starred is not None and position >= 0:
        return (starred, position - len(names))
    raise ArgumentError(f"{function.__name__} has no argument {position} to differentiate", _choices(function, bound))


def _named(function: types.FunctionType, text: str, bound: int) -> Path:
    path = parse_path(text)
    code = function.__code__
    if path[0] not in {*code.co_varnames, *code.co_cellvars}:
        import difflib

        close = difflib.get_close_matches(path[0], code.co_varnames, 1)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise ArgumentError(
            f"{function.__name__} has no argument and no local variable named {path[0]!r}",
            hint + _choices(function, bound),
        )
    return path


def _choices(function: types.FunctionType, bound: int) -> str:
    positional, keyword, starred, double = parameters(function)
    numbered = [f"{name} ({i})" for i, name in enumerate(positional[bound:])]
    names = [*positional[:bound], *numbered, *([f"*{starred}"] if starred else []), *keyword]
    return "the parameters are " + ", ".join([*names, *([f"**{double}"] if double else [])] or ["none"])


def parse_path(text: str) -> Path:
    """A dotted path as a tuple: the name first, then attributes, keys and indices."""
    root = _ROOT.match(text)
    steps: list[Any] = []
    end = root.end() if root else 0
    while root and end < len(text):
        step = _STEP.match(text, end)
        if step is None:
            break
        steps.append(step["attribute"] or ast.literal_eval(step["item"]))
        end = step.end()
    if root is None or end < len(text):
        raise ArgumentError(f"wrt is {text!r}, which is no path", "write it like 'W', 'params.W1' or 'layers[0].b'")
    return (root.group(), *steps)


def path_text(path: Path) -> str:
    """A path as the user writes it."""
    steps = (f".{s}" if isinstance(s, str) and s.isidentifier() else f"[{s!r}]" for s in path[1:])
    return str(path[0]) + "".join(steps)


def _check_distinct(paths: tuple[Path, ...]) -> None:
    for i, path in enumerate(paths):
        for other in paths[:i]:
            short, long = sorted((path, other), key=len)
            if long[: len(short)] == short:
                overlap = f"wrt names {path_text(short)} and {path_text(long)}, which overlap"
                raise ArgumentError(overlap, "name each once")


def check_differentiable(function: types.FunctionType, values: Mapping[str, Any], paths: Sequence[Path]) -> None:
    """Raise unless every argument that ``paths`` name is a float, a float array or a nesting of these."""
    for path in paths:
        if path[0] in values:
            value = value_at(values, path)
            if problem := _problem(value, path_text(path), set()):
                place, why, instead = problem
                raise ArgumentError(f"{function.__name__}: argument {place} {why}", instead)


def value_at(values: Mapping[str, Any], path: Path) -> Any:
    """The argument, or the part of one, that a path names."""
    if path[0] not in values:
        reason = f"`{path[0]}` is a local variable, and no argument: there is no value of it ahead of the call"
        raise ArgumentError(reason, "name an argument, or use grad or value_and_grad")
    value = values[path[0]]
    for i, step in enumerate(path[1:], 1):
        try:
            value = _step(value, step)
        except (AttributeError, KeyError, IndexError, TypeError):
            raise ArgumentError(f"{path_text(path[:i])} has no {step!r} to differentiate", _held(value)) from None
    return value


def _step(value: Any, step: Any) -> Any:
    if isinstance(step, int) or isinstance(value, dict):
        if not isinstance(value, dict | list | tuple):
            raise TypeError
        return value[step]
    return getattr(value, step)


def _held(value: Any) -> str:
    parts = _parts(value)
    return "it has " + ", ".join(name.strip(".[]") for name, _ in parts) if parts else ""


def _parts(value: Any) -> list[tuple[str, Any]] | None:
    """The items of a container, each with the end of its path; None where it is no container."""
    kind = type(value)
    if kind is list or kind is tuple:
        return [(f"[{i}]", item) for i, item in enumerate(value)]
    if kind is dict:
        return [(f"[{key!r}]", item) for key, item in value.items()]
    if isinstance(value, tuple) and hasattr(kind, "_fields"):
        return [(f".{name}", item) for name, item in zip(kind._fields, value, strict=True)]
    if is_object(value):
        return [(f".{name}", item) for name, item in attributes(value).items()]
    return None


_Problem = tuple[str, str, str]


def _problem(value: Any, place: str, seen: set[int]) -> _Problem | None:
    """Where and why a value cannot be differentiated, and what to pass instead; None where it can."""
    kind = type(value)
    if kind in (float, complex) or (kind is np.ndarray and value.dtype.kind in "fc"):
        return None
    if isinstance(value, np.inexact) and kind.__module__ == "numpy":
        return None
    if id(value) in seen:
        return place, "holds itself", "pass a tree of lists, tuples, dicts and objects"
    parts = _parts(value)
    if parts is None:
        return (place, *_leaf_problem(value))
    if is_object(value) and not dataclasses.is_dataclass(kind):
        parts = [(name, item) for name, item in parts if _has_floats(item, seen | {id(value)})]
    inside = (_problem(item, place + name, seen | {id(value)}) for name, item in parts)
    return next(filter(None, inside), None)


def _has_floats(value: Any, seen: set[int]) -> bool:
    """True for what an object must be differentiated with respect to: what is no float anywhere is left out."""
    if id(value) in seen or _problem(value, "", seen) is None:
        return True
    return any(_has_floats(item, seen | {id(value)}) for _, item in _parts(value) or ())


def _leaf_problem(value: Any) -> tuple[str, str]:
    if isinstance(value, np.ndarray) and type(value) is not np.ndarray:
        return f"is a {_class_name(value)}, which computes by other rules", "pass np.asarray of it"
    dtype = getattr(value, "dtype", None)
    if isinstance(value, np.ndarray):
        return f"is an array of {dtype}: only floats can be differentiated", "pass floats: x.astype(float)"
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return f"is the integer {value!r}: only floats can be differentiated", f"pass {int(value)}.0"
    if isinstance(value, type):
        return f"is the class {value.__qualname__}", "write grad above @classmethod, or name the argument in wrt"
    shown = repr(value) if value is None or isinstance(value, bool | np.bool_ | str) else f"a {_class_name(value)}"
    return f"is {shown}: only floats can be differentiated", "name the float arguments in wrt"


def _class_name(value: Any) -> str:
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
