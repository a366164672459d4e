"""Derivatives to bytes: by reference where a module has them, else by the text of the primal."""

from __future__ import annotations

import importlib
import inspect
import itertools
import linecache
import pickle
import sys
import types
from typing import TYPE_CHECKING, Any

from s2sgrad.namespace import Namespace

if TYPE_CHECKING:
    from s2sgrad.wrapper import Derivative

__all__ = ["reduce_derivative"]

_numbers = itertools.count(1)


def reduce_derivative(derivative: Derivative) -> tuple[Any, ...]:
    """What ``pickle`` needs to make the derivative anew, here or in another process."""
    primal = derivative.primal
    options = (*derivative._options, derivative._bound, derivative._binding)
    held = _held_by_module(primal.__module__, primal.__qualname__)
    if held is derivative:
        return _by_name, (primal.__module__, primal.__qualname__)
    if held is primal or not isinstance(primal, types.FunctionType):
        return _rebuilt, (primal, *options)
    if getattr(held, "primal", None) is primal:
        return _sibling, (primal.__module__, primal.__qualname__, *options)
    return _from_text, (*_as_text(primal), *options)


def _held_by_module(module: str, qualname: str) -> Any:
    """What is found under a qualified name, None if nothing is; static and class methods are not unwrapped."""
    owner: Any = sys.modules.get(module)
    for name in qualname.split("."):
        owner = inspect.getattr_static(owner, name, None)
    return owner


def _by_name(module: str, qualname: str) -> Any:
    importlib.import_module(module)
    return _held_by_module(module, qualname)


def _sibling(module: str, qualname: str, *options: Any) -> Any:
    """Another derivative of the primal that a decorated name holds."""
    return _rebuilt(_by_name(module, qualname).primal, *options)


def _rebuilt(primal: types.FunctionType, *options: Any) -> Any:
    from s2sgrad.wrapper import derivative

    return derivative(primal, *options)


def _as_text(primal: types.FunctionType) -> tuple[Any, ...]:
    """The text of a function, and the values of what it takes from outside."""
    from s2sgrad.parse import parse

    source = parse(primal)
    indentation = "" if source.is_lambda else source.lines[source.tree.lineno - 1][: source.tree.col_offset]
    text = indentation + source.text(source.tree)
    names = Namespace(primal)
    used = sorted({*primal.__code__.co_freevars, *_global_names(primal.__code__)})
    outside = {name: names.lookup(name) for name in used if names.where(name) in ("closure", "global")}
    recursive = [name for name, value in outside.items() if getattr(value, "primal", value) is primal]
    packed = {name: _packed(name, value) for name, value in outside.items() if name not in recursive}
    closed = primal.__code__.co_freevars
    about = (primal.__module__, primal.__name__, primal.__qualname__, primal.__defaults__, primal.__kwdefaults__)
    return text, indentation, packed, closed, recursive, about


def _global_names(code: types.CodeType) -> set[str]:
    inner = (const for const in code.co_consts if isinstance(const, types.CodeType))
    return set(code.co_names).union(*map(_global_names, inner))


def _packed(name: str, value: Any) -> tuple[str, Any]:
    if isinstance(value, types.ModuleType):
        return "module", value.__name__
    try:
        return "value", pickle.dumps(value)
    except Exception as error:
        raise pickle.PicklingError(f"the function uses {name!r}, which cannot be pickled: {error}") from error


def _unpacked(kind: str, held: Any) -> Any:
    return importlib.import_module(held) if kind == "module" else pickle.loads(held)


def _from_text(
    text: str,
    indentation: str,
    packed: dict[str, tuple[str, Any]],
    closed: tuple[str, ...],
    recursive: list[str],
    about: tuple[Any, ...],
    *options: Any,
) -> Any:
    module, name, qualname, defaults, keyword_defaults = about
    outside = {key: _unpacked(*value) for key, value in packed.items()}
    scope = {"__name__": module} | {key: value for key, value in outside.items() if key not in closed}
    nested = name == "<lambda>" or bool(indentation)
    text = _around(text, name, closed) if nested else text + "\n"
    code = _code(text, f"<s2sgrad unpickled {name} {next(_numbers)}>", name, nested)
    cells = {key: types.CellType(outside[key]) if key in outside else types.CellType() for key in closed}
    primal = types.FunctionType(code, scope, name, defaults, tuple(cells[key] for key in code.co_freevars))
    primal.__qualname__, primal.__kwdefaults__ = qualname, keyword_defaults
    derivative = _rebuilt(primal, *options)
    for key in recursive:
        _bind(key, derivative, cells, scope)
    return derivative


def _bind(name: str, value: Any, cells: dict[str, types.CellType], scope: dict[str, Any]) -> None:
    if name in cells:
        cells[name].cell_contents = value
    else:
        scope[name] = value


def _around(text: str, name: str, closed: tuple[str, ...]) -> str:
    """A function around the function; the text keeps its indentation, for the sake of strings over many lines."""
    return f"def make({', '.join(closed)}):\n" + (f"    return ({text})\n" if name == "<lambda>" else f"{text}\n")


def _code(text: str, filename: str, name: str, nested: bool) -> types.CodeType:
    """The code of the function in ``text``, which is never run; ``linecache`` keeps it, so that it can be parsed."""
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    found = [compile(text, filename, "exec", dont_inherit=True)]
    if nested:
        found = _inner(found[0], "make")
    # The functions among its defaults come before the function itself.
    return _inner(found[-1], name)[-1]


def _inner(code: types.CodeType, name: str) -> list[types.CodeType]:
    return [const for const in code.co_consts if isinstance(const, types.CodeType) and const.co_name == name]
