"""Give calls that may draw random numbers lines of their own, in Python's order, where a statement has several.

What the gradient needs of a statement is computed above it: no draw may come before another one by that. And a gradient
leaves out what is returned: what is drawn in a ``return`` is drawn above it.

>>> from s2sgrad.quote import statements, unquote
>>> body = statements("y = rng.normal() + f(x, rng.random()) * rng.normal()\\nz = x * rng.normal()")
>>> print("".join(map(unquote, draws_apart(body, {"x", "y", "z", "rng"}, Namespace(draws_apart)))), end="")
normal = rng.normal()
random = rng.random()
f_value = f(x, random)
y = normal + f_value * rng.normal()
z = x * rng.normal()
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any

import gast

from s2sgrad.analysis.infer.randoms import SAMPLERS, SEEDED
from s2sgrad.errors import S2SGradError
from s2sgrad.namespace import Namespace
from s2sgrad.normalize.augmented import read_first
from s2sgrad.normalize.callee import is_calm
from s2sgrad.normalize.made import fresh, placed
from s2sgrad.normalize.order import is_quiet, lazy_parts, shallow, strict_parts
from s2sgrad.normalize.parts import dotted, read
from s2sgrad.parse import parse
from s2sgrad.quote import calls_of, nodes_in, replaced, statements
from s2sgrad.recompute import is_recomputed

__all__ = ["draws_apart"]

_LIBRARIES = ("numpy", "scipy", "s2sgrad")
"""Whose functions written in Python draw nothing but where they are known to."""


def draws_apart(body: list[gast.stmt], taken: set[str], namespace: Namespace) -> list[gast.stmt]:
    """``body`` with these calls named above their statements; ``taken`` grows by the names."""
    return [new for statement in body for new in _statement(statement, taken, namespace)]


def _statement(statement: Any, taken: set[str], namespace: Namespace) -> list[gast.stmt]:
    if not isinstance(statement, (gast.Assign, gast.AugAssign, gast.AnnAssign, gast.Return, gast.Expr)):
        return [_with_blocks(statement, taken, namespace)]
    if statement.value is None:
        return [statement]
    returned = isinstance(statement, gast.Return)
    if len(calls_of(statement)) < 2 - returned:
        return [statement]
    restless = [c for c in _calls(statement) if not _is_quiet(c, namespace)]
    if len(restless) < 2 - returned or not any(_draws(c, namespace, set()) for c in restless):
        return [statement]
    part = isinstance(statement, gast.AugAssign) and not isinstance(statement.target, gast.Name)
    if part and any(not _is_sampler(c) for c in restless[:-1]):
        return draws_apart(read_first(statement, taken, set()), taken, namespace)
    stays = not returned or (restless[-1] is statement.value and _runs_anyway(statement.value, namespace))
    return _named(statement, restless[:-1] if stays else restless, taken)


def _with_blocks(statement: Any, taken: set[str], namespace: Namespace) -> Any:
    new = statement
    for key in ("body", "orelse", "finalbody"):
        block = getattr(statement, key, None)
        if isinstance(block, list) and block:
            found = draws_apart(block, taken, namespace)
            if any(a is not b for a, b in zip(found, block, strict=False)):
                new = shallow(statement) if new is statement else new
                setattr(new, key, found)
    return new


def _named(statement: Any, restless: list[Any], taken: set[str]) -> list[gast.stmt]:
    """The statement with these calls named above it, up to one that may not run at all."""
    above: list[gast.stmt] = []
    table: dict[int, Any] = {}
    wanted = {id(call) for call in restless}
    for part in (part for tree in _trees(statement) for part in _in_order(tree)):
        if part is None:
            break
        if id(part) in wanted:
            name = fresh(_noun(part), taken)
            line = statements(f"{name} = {{e}}", e=replaced(part, table))[0]
            above.append(placed(line, statement))
            table[id(part)] = read(name, part)
    return [*above, replaced(statement, table)] if above else [statement]


def _noun(call: Any) -> str:
    name = (dotted(call.func) or ("value",))[-1]
    return name if isinstance(call.func, gast.Attribute) else f"{name}_value"


def _calls(statement: Any) -> list[Any]:
    """The calls of a statement as Python makes them."""
    every = (part for tree in _trees(statement) for part in _in_order(tree, lazy=True))
    return [part for part in every if isinstance(part, gast.Call)]


def _trees(statement: Any) -> list[Any]:
    """The expressions of a statement in the order of their evaluation: ``x[i] += e`` reads the item first."""
    if isinstance(statement, gast.AugAssign):
        return [statement.target, statement.value]
    return [statement.value, *getattr(statement, "targets", ())]


def _in_order(tree: Any, lazy: bool = False) -> Iterator[Any]:
    """The parts of an expression in the order of their evaluation, and the expression itself.

    In place of calls that may be left out, or made later, there is None, or with ``lazy`` all of them.
    """
    for part in strict_parts(tree):
        yield from _in_order(part, lazy)
    calls = [n for part in lazy_parts(tree) for n in nodes_in(part) if isinstance(n, gast.Call)]
    yield from calls if lazy else [None] * bool(calls)
    yield tree


def _is_quiet(call: Any, namespace: Namespace) -> bool:
    """True for a call that draws nothing, whatever its operands do."""
    path = dotted(call.func)
    value = namespace.found(".".join(path)) if path else None
    if is_quiet(call, namespace) or any(value is maker for maker in SEEDED):
        return True
    return isinstance(value, types.FunctionType) and (_is_calm(value) or _is_of_library(value))


def _is_of_library(function: types.FunctionType) -> bool:
    module = str(function.__module__)
    return module.split(".")[0] in _LIBRARIES and "random" not in module


def _is_calm(function: types.FunctionType) -> bool:
    try:
        return is_calm(function, Namespace(function))
    except S2SGradError:
        return False


def _function(call: Any, namespace: Namespace) -> types.FunctionType | None:
    path = dotted(call.func)
    value = namespace.found(".".join(path)) if path else None
    return value if isinstance(value, types.FunctionType) else None


def _runs_anyway(call: Any, namespace: Namespace) -> bool:
    """True for a call of a helper whose forward half runs for what it saves."""
    function = _function(call, namespace)
    return function is not None and not is_recomputed(function)


def _draws(call: Any, namespace: Namespace, seen: set[types.FunctionType]) -> bool:
    """True for a call that may draw random numbers, as far as its text and that of what it calls tell."""
    if _is_sampler(call):
        return not is_quiet(call, namespace)
    function = _function(call, namespace)
    if function is None or function in seen or _is_of_library(function):
        return False
    seen.add(function)
    try:
        tree = parse(function).tree
    except S2SGradError:
        return False
    home = Namespace(function)
    return any(_draws(n, home, seen) for n in nodes_in(tree) if isinstance(n, gast.Call))


def _is_sampler(call: Any) -> bool:
    """True for a call that is spelled as a draw from a generator, or from NumPy's own."""
    return isinstance(call.func, gast.Attribute) and call.func.attr in SAMPLERS
