"""The same call spelled otherwise: operands by their names, keywords in their places; and less of it that varies.

>>> import numpy as np
>>> sorted({respelled("np.sum(x, axis=0)", np.random.default_rng(seed)) for seed in range(20)})
['np.sum(a=x, axis=0)', 'np.sum(axis=0, a=x)', 'np.sum(x, 0)']
"""

from __future__ import annotations

import ast
import functools
import inspect
from typing import Any

import numpy as np

from tests.coverage import inputs

__all__ = ["met", "respelled", "set_aside"]

OTHERS = ("{n}[None]", "np.ravel({n})[0]", "2.5", "3", "[{n}, {n}]", "({n},)", "np.array({n}, dtype=int)", "None")
"""What an operand ``{n}`` may be on another path: of another rank, a number, a list, rounded, or nothing at all."""


def respelled(text: str, rng: np.random.Generator) -> str:
    """The last line with one of its calls spelled otherwise, where a function of a library has names to do so."""
    *lines, last = text.splitlines()
    tree = ast.parse(last, mode="eval")
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and _names(n)]
    if not calls:
        return text
    call = calls[int(rng.integers(len(calls)))]
    if call.keywords and rng.random() < 0.5:
        _in_places(call, _names(call))
    else:
        _by_names(call, _names(call), rng)
    return "\n".join([*lines, ast.unparse(tree)])


def _names(call: ast.Call) -> list[inspect.Parameter]:
    """The parameters of what is called that may be given in order and by name; none where any number may be."""
    path = ast.unparse(call.func).split(".")
    value: Any = np if path[0] == "np" else inputs.scipy_module(path[0]) if path[0] in inputs.SCIPY else None
    for name in path[1:]:
        value = getattr(value, name, None)
    if value is None or isinstance(value, type) or any(isinstance(a, ast.Starred) for a in call.args):
        return []
    try:
        parameters = list(inspect.signature(value).parameters.values())
    except (TypeError, ValueError):
        return []
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return []
    named = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    return named if named == parameters[: len(named)] and len(call.args) <= len(named) else []


def _by_names(call: ast.Call, parameters: list[inspect.Parameter], rng: np.random.Generator) -> None:
    """Some of the last operands, or all, by their names, in front of the keywords or behind."""
    if not call.args:
        return
    cut = int(rng.integers(len(call.args)))
    named = [ast.keyword(p.name, a) for p, a in zip(parameters[cut:], call.args[cut:], strict=False)]
    del call.args[cut:]
    call.keywords = [*named, *call.keywords] if rng.random() < 0.5 else [*call.keywords, *named[::-1]]


def _in_places(call: ast.Call, parameters: list[inspect.Parameter]) -> None:
    """As many keywords as can be in their places, with the defaults of what stands before them."""
    given = {k.arg: k.value for k in call.keywords}
    rest = parameters[len(call.args) :]
    last = max((i for i, p in enumerate(rest) if p.name in given), default=-1)
    placed: list[ast.expr] = []
    for parameter in rest[: last + 1]:
        default = parameter.default
        if parameter.name not in given and not isinstance(default, type(None) | bool | int | float | str | tuple):
            return
        placed.append(given.get(parameter.name) or ast.parse(repr(default), mode="eval").body)
    call.args += placed
    call.keywords = [k for k in call.keywords if k.arg not in {p.name for p in rest[: last + 1]}]


def set_aside(operands: dict[str, Any], rng: np.random.Generator) -> tuple[str, dict[str, Any]]:
    """One operand that varies, and all with the others as they are, as lists, or as whole numbers of 64 or 8 bits."""
    active = [n for n in operands if n in inputs.ACTIVE]
    chosen = str(rng.choice(active))
    kind = str(rng.choice(["as it is", "list", "int64", "int8", "uint8"]))
    made = {"as it is": lambda value: value, "list": _listed}.get(kind, functools.partial(_whole, dtype=kind))
    return chosen, {n: made(v) if n in active and n != chosen else v for n, v in operands.items()}


def _listed(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value


def _whole(value: Any, dtype: str) -> Any:
    """Whole numbers, no two of them equal; where they have no more than a byte, the squares of most have no room."""
    if not isinstance(value, np.ndarray):
        return 2 if dtype == "int64" else np.dtype(dtype).type(9)
    start = 1 if dtype == "int64" else 12
    return (np.ceil(np.abs(value) * 3) + start + np.arange(value.size).reshape(value.shape)).astype(dtype)


def met(text: str, operands: dict[str, Any], rng: np.random.Generator) -> str:
    """The call behind a branch, not taken, in which one of the operands is something else."""
    name = str(rng.choice(list(operands)))
    other = str(rng.choice(OTHERS)).format(n=name)
    return f"if np.size({name}) > 1000000:\n    {name} = {other}\n{text}"
