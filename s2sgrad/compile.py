"""Generated text to functions that live where the user's own function lives.

The text is never executed in the user's module: each unit becomes a function object over the user's real
globals and closure cells. NumPy, the sibling units and the builtins that it uses sit in cells of its own,
so that nothing the user rebinds or shadows can change them. ``linecache`` shows the text in tracebacks.
"""

from __future__ import annotations

import ast
import builtins
import itertools
import linecache
import types
import weakref
from collections import defaultdict
from typing import Any

import numpy as np

from s2sgrad.checks import CHECKS_NAME, Checks
from s2sgrad.dispatch import Parameters, parameters
from s2sgrad.request import Generated, Unit

__all__ = ["compile_units", "defaults_of"]

_APART = str.maketrans({c: " " for c in map(chr, range(128)) if not (c.isalnum() or c == "_")})
_CONSTANTS = {"None", "False", "True", "__debug__"}
_counters: dict[str, Any] = defaultdict(lambda: itertools.count(1))


def compile_units(generated: Generated, kind: str = "generated") -> tuple[types.FunctionType, ...]:
    """The entry functions, in the order of ``generated.entry``; ``kind`` is how tracebacks call their text."""
    text = generated.source
    filename = f"<s2sgrad {kind} {generated.entry[0]} {next(_counters[generated.entry[0]])}>"
    trees = {tree.name: tree for tree in ast.parse(text, filename).body if isinstance(tree, ast.FunctionDef)}
    cells = {unit.name: types.CellType() for unit in generated.units}
    cells[generated.numpy_name] = types.CellType(np)
    cells[CHECKS_NAME] = types.CellType(Checks)
    made = {unit.name: _function(unit, trees[unit.name], text, filename, cells) for unit in generated.units}
    for name, function in made.items():
        cells[name].cell_contents = function
    _show_in_tracebacks(filename, text, made[generated.entry[0]])
    return tuple(made[name] for name in generated.entry)


def _function(
    unit: Unit, tree: ast.FunctionDef, text: str, filename: str, cells: dict[str, types.CellType]
) -> types.FunctionType:
    scope = unit.home.__globals__ if unit.home is not None else {"__builtins__": builtins, "__name__": "s2sgrad"}
    available = {**_builtin_cells(text, scope), **_user_cells(unit.home), **cells}
    available |= {name: types.CellType(value) for name, value in unit.values}
    code = _code(tree, tuple(available), filename)
    closure = tuple(available[name] for name in code.co_freevars)
    function = types.FunctionType(code, scope, unit.name, None, closure)
    function.__qualname__ = unit.name
    function.__defaults__, function.__kwdefaults__ = defaults_of(tree, unit.home)
    return function


def _user_cells(home: types.FunctionType | None) -> dict[str, types.CellType]:
    if home is None:
        return {}
    return dict(zip(home.__code__.co_freevars, home.__closure__ or (), strict=True))


def _builtin_cells(text: str, scope: dict[str, Any]) -> dict[str, types.CellType]:
    """One cell for each builtin whose name occurs; a name that the user's module defines stays the user's.

    A word that is no name (in a comment, behind a dot) only makes a cell that no unit takes.
    """
    words = set(text.translate(_APART).split())
    names = sorted((vars(builtins).keys() & words) - _CONSTANTS - scope.keys())
    return {name: types.CellType(getattr(builtins, name)) for name in names}


def _code(tree: ast.FunctionDef, cells: tuple[str, ...], filename: str) -> types.CodeType:
    """The code of a unit whose names in ``cells`` come from a closure; lines are those of the whole text."""
    factory = ast.parse(f"def factory({', '.join(cells)}): pass")
    outer = factory.body[0]
    assert isinstance(outer, ast.FunctionDef)
    outer.body = [_without_defaults(tree)]
    module = compile(factory, filename, "exec", dont_inherit=True)
    return _inner_code(_inner_code(module, "factory"), tree.name)


def _without_defaults(tree: ast.FunctionDef) -> ast.FunctionDef:
    """The same function; defaults and annotations are never evaluated, so they must not bind names either."""
    plain = ast.arguments(**{**vars(tree.args), "defaults": [], "kw_defaults": [None] * len(tree.args.kwonlyargs)})
    return ast.copy_location(ast.FunctionDef(**{**vars(tree), "args": plain}), tree)


def _inner_code(code: types.CodeType, name: str) -> types.CodeType:
    return next(const for const in code.co_consts if isinstance(const, types.CodeType) and const.co_name == name)


def defaults_of(
    tree: ast.FunctionDef, home: types.FunctionType | None
) -> tuple[tuple[Any, ...] | None, dict[str, Any] | None]:
    """The defaults of a unit: those of the user's function, the very objects, where it has the same parameters.

    Those that a unit has besides come last, and have no default.
    """
    if home is not None and _begins_with(_parameter_names(tree.args), parameters(home)):
        return home.__defaults__, home.__kwdefaults__
    pairs = zip(tree.args.kwonlyargs, tree.args.kw_defaults, strict=True)
    keyword = {argument.arg: ast.literal_eval(default) for argument, default in pairs if default is not None}
    return tuple(map(ast.literal_eval, tree.args.defaults)) or None, keyword or None


def _begins_with(own: Parameters, given: Parameters) -> bool:
    """True for the parameters of the user's function, with others behind them by keyword at most."""
    (positional, keyword, *starred), (names, keywords, *rest) = own, given
    return positional == names and keyword[: len(keywords)] == keywords and starred == rest


def _parameter_names(arguments: ast.arguments) -> Parameters:
    positional = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    keyword = [argument.arg for argument in arguments.kwonlyargs]
    starred, double = arguments.vararg, arguments.kwarg
    return positional, keyword, starred.arg if starred else None, double.arg if double else None


def _show_in_tracebacks(filename: str, text: str, owner: types.FunctionType) -> None:
    """Keep the text for tracebacks and debuggers for as long as the function lives."""
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    weakref.finalize(owner, linecache.cache.pop, filename, None).atexit = False
