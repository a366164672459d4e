"""What a name inside a function stands for, found as Python finds it: closure cell, then globals, then builtins.

>>> Namespace(Namespace.where).lookup("Unbound") is Unbound
True
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any

from s2sgrad.errors import S2SGradError

__all__ = ["Namespace", "Unbound"]


class Unbound(S2SGradError, KeyError):
    """A name, or an attribute below it, that has no value now; Python may still give it one before the call."""


class Namespace:
    """The names that a function takes from outside; every lookup is live, nothing is remembered.

    ``imported`` are names that it has besides; those in ``brought`` have to be handed to what is generated from it.
    """

    def __init__(self, function: types.FunctionType, imported: Mapping[str, Any] | None = None) -> None:
        self.function = function
        self.imported: Mapping[str, Any] = imported or {}
        self.brought: dict[str, Any] = {}

    def bring(self, name: str, value: Any) -> None:
        """Let ``name``, which stands for nothing so far, stand for what a function written in place calls so."""
        self.brought[name] = value
        self.imported = {**self.imported, name: value}

    @property
    def cells(self) -> dict[str, types.CellType]:
        """The closure cell of each free variable."""
        return dict(zip(self.function.__code__.co_freevars, self.function.__closure__ or (), strict=True))

    @property
    def builtins(self) -> Mapping[str, Any]:
        """The builtins that the function sees: its globals may have brought their own."""
        # Any: not every version of the type stubs knows this attribute.
        function: Any = self.function
        own: Mapping[str, Any] = function.__builtins__
        return own

    def where(self, name: str) -> str | None:
        """``import``, ``closure``, ``global`` or ``builtin``: the place that decides on ``name``; None for none.

        A closure variable that is not assigned yet still belongs to the closure.
        """
        if name in self.imported:
            return "import"
        if name in self.function.__code__.co_freevars:
            return "builtin" if self._is_kept_builtin(name) else "closure"
        if name in self.function.__globals__:
            return "global"
        return "builtin" if name in self.builtins else None

    def lookup(self, name: str) -> Any:
        """The value that ``name`` has now, or :class:`Unbound`."""
        place = self.where(name)
        if place is None:
            raise Unbound(f"name {name!r} is not defined in {self._label}")
        if place == "import":
            return self.imported[name]
        if place == "closure":
            return self._content(name)
        return (self.function.__globals__ if place == "global" else self.builtins)[name]

    def found(self, text: str) -> Any:
        """The value of a dotted name as it is written, ``np.linalg.solve``; None where it has none."""
        path = tuple(text.split("."))
        if not all(map(str.isidentifier, path)):
            return None
        try:
            return self.resolve(path)
        except LookupError:
            return None

    def resolve(self, path: tuple[str, ...]) -> Any:
        """The value of a dotted name, ``("np", "linalg", "solve")``, or :class:`Unbound`."""
        value = self.lookup(path[0])
        for i, attribute in enumerate(path[1:], start=1):
            try:
                value = getattr(value, attribute)
            except AttributeError as error:
                raise Unbound(f"{'.'.join(path[:i])!r} has no attribute {attribute!r}") from error
        return value

    def _content(self, name: str) -> Any:
        try:
            return self.cells[name].cell_contents
        except ValueError as error:
            raise Unbound(f"closure variable {name!r} of {self._label} is not assigned yet") from error

    def _is_kept_builtin(self, name: str) -> bool:
        """True where generated code keeps one of Python's own functions in a cell, out of the module's reach."""
        ours = self.function.__code__.co_filename.startswith(("<s2sgrad generated ", "<s2sgrad lifted "))
        return ours and name in self.builtins and self._content(name) is self.builtins[name]

    @property
    def _label(self) -> str:
        return repr(self.function.__qualname__)
