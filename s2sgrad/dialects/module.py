"""The module that Numba compiles: what a saved file holds, in Numba's dialect, with plain parameters.

In a file the functions carry ``@njit`` and constants of the user's module are written down. In memory (``live``) the
entry function gets numbers of the user's module as parameters, and what else was written down is remembered with its
value: Numba would never look at it again.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Mapping
from typing import Any, NamedTuple

from s2sgrad.compile import defaults_of
from s2sgrad.dialects.helpers import Helpers
from s2sgrad.dialects.numba import to_numba
from s2sgrad.embed import Data, Embedded, literal, replaced_header
from s2sgrad.errors import Refusal
from s2sgrad.namespace import Namespace
from s2sgrad.quote import names_in
from s2sgrad.request import Generated, Unit
from s2sgrad.save import NOTHING, Module, names_read

__all__ = ["NJIT", "Held", "NumbaModule"]

NJIT = 'njit(cache=True, error_model="numpy", boundscheck=True)'
"""How a saved function is compiled: NumPy's division, and an error where an index is out of range."""
_SAME_EVERYWHERE = frozenset(["numpy", "math", "cmath"])


class Held(NamedTuple):
    """A name of a function of the user's that was written down, and what it stood for."""

    home: types.FunctionType
    name: str
    value: Any


class NumbaModule(Module):
    """Gathers the functions of one specialisation."""

    def __init__(self, generated: Generated, live: bool) -> None:
        super().__init__(generated)
        self.live = live
        self.given: dict[str, types.FunctionType] = {}
        self.held: list[Held] = []
        self.own = Helpers({n for unit in generated.units if unit.home for n in _names(unit.source)})
        for unit in generated.units:
            if unit.home is not None:  # helpers of the printed text have stand-ins of their own
                self.add_unit(unit)
        if self.own.names:
            self._import_numpy()
        if not live:
            self.imports["from numba import njit"] = None

    @property
    def functions(self) -> list[str]:
        """The texts of all functions, in the order in which they call each other."""
        texts = [*self.own.texts(self.generated.numpy_name), *self.helpers, *self.units]
        return texts if self.live else list(map(_decorated, texts))

    def signed(self, unit: Unit, tree: ast.FunctionDef, data: list[str]) -> str:
        """The unit in Numba's dialect, every parameter of it positional."""
        self.given |= {name: unit.home for name in data if unit.home is not None}
        text = to_numba(unit.source, self.generated.numpy_name, self.own)
        if tree.args.kwarg is not None:
            raise Refusal(f"Numba has no `**{tree.args.kwarg.arg}`", "name the parameters")
        given_all = self.live and unit.name in self.generated.entry
        defaults = {} if given_all else _defaults(unit, tree)
        bare = [name for name in _parameters(tree.args) if name not in defaults]
        return replaced_header(text, tree, ", ".join([*bare, *data, *(f"{n}={d}" for n, d in defaults.items())]))

    def helper_text(self, text: str) -> str:
        """A function of the user's in Numba's dialect."""
        return to_numba(text, self.generated.numpy_name, self.own)

    def _add_name(
        self, name: str, home: types.FunctionType | None, entry: bool = False, values: Mapping[str, Any] = NOTHING
    ) -> Embedded | None:
        if name not in values and home is not None and Namespace(home).where(name) in ("closure", "global"):
            value = Namespace(home).lookup(name)
            _check_module(name, value)
            if self.live and entry and _is_number(value):
                return Data
            if self.live and not isinstance(value, types.ModuleType):
                self.held.append(Held(home, name, value))
        return super()._add_name(name, home, values=values)


def _parameters(arguments: ast.arguments) -> list[str]:
    """Their names in the order of ``Calls.names``."""
    star = [arguments.vararg] if arguments.vararg else []
    return [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *star)]


def _defaults(unit: Unit, tree: ast.FunctionDef) -> dict[str, str]:
    """The defaults of a unit as text."""
    positional, keyword = defaults_of(tree, unit.home)
    names = [a.arg for a in (*tree.args.posonlyargs, *tree.args.args)]
    values = dict(zip(reversed(names), reversed(positional or ()), strict=False))
    found = {name: literal(value) for name, value in {**dict(reversed(values.items())), **(keyword or {})}.items()}
    return {name: text for name, text in found.items() if text is not None}


def _is_number(value: Any) -> bool:
    return literal(value) is not None and not isinstance(value, bool | str | bytes | type(None) | type(...))


def _check_module(name: str, value: Any) -> None:
    """Numba looks at a module's attributes once; those of these never change."""
    if isinstance(value, types.ModuleType) and value.__name__.partition(".")[0] not in _SAME_EVERYWHERE:
        raise Refusal(f"Numba would read the attributes of the module `{name}` once and for all", "import them by name")


def _names(text: str) -> set[str]:
    import gast

    return {*names_read(text), *names_in(gast.parse(text))}


def _decorated(text: str) -> str:
    lines = text.split("\n")
    at = next(node.lineno for node in ast.parse(text).body if isinstance(node, ast.FunctionDef))
    return "\n".join([*lines[: at - 1], f"@{NJIT}", *lines[at - 1 :]])
