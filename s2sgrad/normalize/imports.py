"""Take the imports out of a function's body: what they bind is found once, as a global is.

>>> import gast
>>> body, imports = without_imports(gast.parse("import math\\nfrom numpy import exp as e\\ny = math.cos(e(x))").body)
>>> len(body), list(imports)
(1, ['math', 'e'])
>>> imports["math"].value.__name__
'math'
"""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from typing import Any

import gast

from s2sgrad.errors import Refusal
from s2sgrad.normalize.order import shallow
from s2sgrad.quote import kinds_of, nodes_of

__all__ = ["Import", "without_imports"]

_HARMLESS = ("math", "numpy", "scipy", "functools", "itertools", "operator", "collections", "dataclasses", "types")


@dataclass(frozen=True)
class Import:
    """A statement that imports one name, and what it binds."""

    statement: gast.stmt
    value: Any


def without_imports(body: list[gast.stmt]) -> tuple[list[gast.stmt], dict[str, Import]]:
    """``body`` without its imports, and these by the name that each binds. Refuses those on some paths only."""
    found: dict[str, Import] = {}
    rest: list[gast.stmt] = []
    for statement in body:
        if isinstance(statement, (gast.Import, gast.ImportFrom)):
            found.update(_imports(statement))
        else:
            rest.append(statement)
    if not found:
        _check(body, found)
        return body, found
    _check(rest, found)
    return rest, found


def _check(body: list[gast.stmt], found: dict[str, Import]) -> None:
    kinds = (gast.Import, gast.ImportFrom, *([gast.Name] if found else []))
    body = body if found else [s for s in body if not isinstance(s, _SIMPLE)]
    for statement in (s for s in body if not kinds_of(s).isdisjoint(kinds)):
        for node in nodes_of(statement):
            if isinstance(node, (gast.Import, gast.ImportFrom)):
                raise Refusal("an import on some paths only is not differentiated", "import at the top", node)
            if isinstance(node, gast.Name) and node.id in found and not isinstance(node.ctx, gast.Load):
                raise Refusal(f"`{node.id}` is imported and assigned", "use two names", node)


_SIMPLE = (gast.Assign, gast.AugAssign, gast.AnnAssign, gast.Expr, gast.Return)
"""Statements with no others in them."""


def _imports(statement: Any) -> dict[str, Import]:
    found = {}
    for alias in statement.names:
        single = shallow(statement)
        single.names = [alias]
        if isinstance(statement, gast.Import):
            module = _module(alias.name, statement)
            name = alias.asname or alias.name.split(".")[0]
            found[name] = Import(single, module if alias.asname else sys.modules[name])
        else:
            found[alias.asname or alias.name] = Import(single, _member(statement, alias.name))
    return found


def _member(statement: Any, name: str) -> Any:
    if statement.level or name == "*":
        raise Refusal("this import is not differentiated", "import at the top of the file", statement)
    module = _module(statement.module, statement)
    if hasattr(module, name):
        return getattr(module, name)
    return _module(f"{statement.module}.{name}", statement)


def _module(name: str, statement: Any) -> Any:
    """A module that is there already, or one that may be imported without a second thought."""
    try:
        if name not in sys.modules and name.split(".")[0] in _HARMLESS:
            importlib.import_module(name)
        return sys.modules[name]
    except (ImportError, KeyError):
        raise Refusal(f"`{name}` is not imported yet", "import it at the top of the file", statement) from None
