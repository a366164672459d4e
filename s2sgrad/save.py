"""Generated code as a module of its own, which needs NumPy and what the user's function itself imports.

Constants of the user's module are written into the file; arrays and other data that may change become keyword
parameters of the entry function; small helper functions come along as they are. Anything else is refused.
"""

from __future__ import annotations

import ast
import contextlib
import os
import symtable
import tempfile
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from s2sgrad.analysis.facts import Fact, Num, Record, Seq, Static
from s2sgrad.compile import defaults_of
from s2sgrad.embed import Data, Embedded, Helper, embed, literal, with_signature
from s2sgrad.errors import Refusal
from s2sgrad.namespace import Namespace
from s2sgrad.request import Generated, Unit
from s2sgrad.specialise import Plan, Specialisation

__all__ = ["Module", "module_text", "names_read", "save", "told", "write"]


def save(plan: Plan, made: Specialisation, path: str | Path, dialect: str | None = None) -> None:
    """Write a module with the code of one specialisation; an existing file is replaced in one step."""
    write(Path(path), module_text(plan, made, dialect))


def module_text(plan: Plan, made: Specialisation, dialect: str | None = None) -> str:
    """The text of the module."""
    if dialect is None:
        module = Module(made.generated)
        for unit in made.generated.units:
            module.add_unit(unit)
    else:
        from s2sgrad.dialects.saved import checked_module

        module = checked_module(plan, made, dialect)
    parts = [_heading(plan, made), module.future, module.top, *module.functions]
    return "\n\n".join(part.strip("\n") + "\n" for part in parts if part)


NOTHING: Mapping[str, Any] = types.MappingProxyType({})


class Module:
    """What a saved file consists of, gathered unit by unit."""

    def __init__(self, generated: Generated) -> None:
        self.generated = generated
        self.imports: dict[str, None] = {}
        self.constants: dict[str, None] = {}
        self.helpers: list[str] = []
        self.units: list[str] = []
        self.bound: dict[str, Any] = {}

    @property
    def future(self) -> str:
        """Annotations are kept as text, so that what they name need not be there."""
        trees = map(ast.parse, [*self.helpers, *self.units])
        found = any(_has_annotations(node) for tree in trees for node in ast.walk(tree))
        return "from __future__ import annotations" if found else ""

    @property
    def top(self) -> str:
        """Imports and constants."""
        imports, constants = "\n".join(sorted(self.imports)), "\n".join(self.constants)
        return "\n\n".join(filter(None, (imports, constants)))

    @property
    def functions(self) -> list[str]:
        """The texts of all functions, in the order in which they call each other."""
        return [*self.helpers, *self.units]

    def add_unit(self, unit: Unit) -> None:
        """A generated function, with the data that it reads as parameters if it is an entry."""
        entry = unit.name in self.generated.entry
        own = dict(unit.values)
        data = [name for name in names_read(unit.source) if self._add_name(name, unit.home, entry, own) is Data]
        if data and not entry:
            raise _refused(data[0], f"the helper {unit.name} reads it, and it may change from call to call")
        self.units.append(self.signed(unit, _definition(unit.source), data))

    def signed(self, unit: Unit, tree: ast.FunctionDef, data: list[str]) -> str:
        """The text of a unit, with its defaults, and ``data`` as parameters."""
        return with_signature(unit.source, tree, *defaults_of(tree, unit.home), extra=data)

    def helper_text(self, text: str) -> str:
        """The text of a function of the user's, as the module has it."""
        return text

    def _add_name(
        self, name: str, home: types.FunctionType | None, entry: bool = False, values: Mapping[str, Any] = NOTHING
    ) -> Embedded | None:
        if name in {unit.name for unit in self.generated.units}:
            return None
        if name == self.generated.numpy_name:
            self._import_numpy()
            return None
        if name in values:
            value = values[name]
        elif home is None or Namespace(home).where(name) == "builtin":
            return None
        else:
            value = Namespace(home).lookup(name)
        if self.bound.setdefault(name, value) is not value:
            raise _refused(name, "two modules use this name for different things")
        kind, text = embed(name, value, self.generated.numpy_name)
        self._place(name, value, kind, text)
        return kind

    def _import_numpy(self) -> None:
        name = self.generated.numpy_name
        self.imports["import numpy" if name == "numpy" else f"import numpy as {name}"] = None

    def _place(self, name: str, value: Any, kind: Embedded, text: str) -> None:
        if kind is Helper:
            self._add_helper(name, value, text)
        elif text.startswith(("import ", "from ")):
            self.imports[text] = None
        elif text:
            self.constants[text] = None
            if f"{self.generated.numpy_name}." in text:
                self._import_numpy()

    def _add_helper(self, name: str, function: types.FunctionType, text: str) -> None:
        text = self.helper_text(text)
        if text in self.helpers:
            return
        self.helpers.append(text)
        position = len(self.helpers) - 1
        for inner in names_read(text):
            if inner not in (name, function.__name__) and self._add_name(inner, function) is Data:
                raise _refused(inner, f"the helper {name} reads it, and it may change from call to call")
        # What a helper calls comes first, as a person would write it.
        self.helpers.append(self.helpers.pop(position))


def names_read(text: str) -> list[str]:
    """The global names that the functions in ``text`` read, sorted.

    >>> names_read("def f(x):\\n    return scale * np.sum(x)\\n")
    ['np', 'scale']
    """
    return sorted(set(_globals(symtable.symtable(text, "<s2sgrad>", "exec"))))


def _globals(table: symtable.SymbolTable) -> Iterator[str]:
    for child in table.get_children():
        yield from (s.get_name() for s in child.get_symbols() if s.is_global() and s.is_referenced())
        yield from _globals(child)


def _definition(text: str) -> ast.FunctionDef:
    return next(node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef))


def _has_annotations(node: ast.AST) -> bool:
    return getattr(node, "annotation", None) is not None or getattr(node, "returns", None) is not None


def _refused(name: str, why: str) -> Refusal:
    return Refusal(f"the code cannot be saved: it uses {name!r}, but {why}", "pass it as an argument of the function")


def _heading(plan: Plan, made: Specialisation) -> str:
    shown = ", ".join(f"{name}: {told(fact)}" for name, fact in made.arguments.items())
    return f'"""Derivative code of {plan.function.__name__}, for {shown or "no arguments"}."""'.replace("\\", 2 * "\\")


def told(fact: Fact) -> str:
    """A fact in words that do not change from run to run."""
    if isinstance(fact, Num):
        return repr(fact)
    if isinstance(fact, Static) and literal(fact.value) is not None:
        return repr(fact.value).replace('"', "'")
    if isinstance(fact, Record):
        return str(fact.cls.__name__)
    return fact.kind if isinstance(fact, Seq) else type(fact).__name__.removesuffix("Fact").lower()


def write(path: Path, text: str) -> None:
    """Put ``text`` at ``path`` in one step: a reader sees the old file or the new one, never half of it."""
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a directory: give the name of a file")
    target = path.resolve()
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(temporary, _mode(target))
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _mode(target: Path) -> int:
    """The permissions of the file that is replaced, else those that a new file gets."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
