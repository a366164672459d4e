"""Facts to straight-line Python: the checks that decide whether a specialisation fits a call.

Every specialisation gets a function with the parameters of the primal. Its body is one ``if``: the facts that
the generated code relies on, spelled as cheaply as Python allows, then the call.

>>> from s2sgrad.analysis.facts import Symbol, array
>>> term = Terms("_")
>>> term.add("x", array(float, (Dim.of(1), Dim(Symbol("x.1", not_one=True)))))
>>> print(" and ".join(term.lines[:2]), "...")
type(x) is _ndarray and (x.dtype is _c0 or x.dtype == _c0) ...
"""

from __future__ import annotations

import types
from collections.abc import Iterable
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Dim, Fact, FunctionFact, Num, Opaque, RangeFact, Record, Seq, Static
from s2sgrad.objects import attributes, class_attribute, key_types, same_function
from s2sgrad.request import GlobalGuard
from s2sgrad.signature import MOST_ITEMS, always_opaque, describe, fits

__all__ = ["Terms", "lookup"]


class Terms:
    """The conditions of one guard: their text (``lines``), the functions they call and the constants they name."""

    def __init__(self, prefix: str, attributes_read: Iterable[str] = (), watched: Iterable[str] = ()) -> None:
        self.prefix = prefix
        self.attributes_read = frozenset(attributes_read)
        self.watched = tuple(watched)
        self.lines: list[str] = []
        self.helpers: list[str] = []
        self.constants: dict[str, Any] = {f"{prefix}ndarray": np.ndarray, f"{prefix}fits": fits}
        self.constants |= {f"{prefix}opaque": is_opaque, f"{prefix}same": same_function}
        self._names = 0

    def add(self, place: str, fact: Fact, path: str = "") -> None:
        """Require that ``fact`` holds of the value of the expression ``place``."""
        adders: dict[type, Any] = {
            Num: self._num,
            Static: self._static,
            FunctionFact: self._function,
            RangeFact: self._range,
            Seq: self._seq,
            Record: self._record,
            Opaque: self._opaque,
        }
        adders[type(fact)](place, fact, path or place)

    def constant(self, value: Any) -> str:
        """The name under which the guard finds ``value``."""
        found = next((name for name, held in self.constants.items() if held is value), None)
        return found or self._store(f"{self.prefix}c{self._fresh()}", value)

    def require(self, condition: str) -> None:
        """Add a condition, once."""
        if condition not in self.lines:
            self.lines.append(condition)

    def identity(self, place: str, value: Any) -> None:
        """Require that ``place`` is ``value``, and that a function has not been given another body since."""
        held = self.constant(value)
        function = getattr(value, "primal", value)
        plain = isinstance(function, types.FunctionType)
        self.require(f"({place} is {held} or {self.prefix}same({place}, {held}))" if plain else f"{place} is {held}")
        if isinstance(function, types.FunctionType):
            self._body(function)

    def _body(self, function: types.FunctionType) -> None:
        held = self.constant(function)
        self.require(f"{held}.__code__ is {self.constant(function.__code__)}")
        self.require(f"{held}.__defaults__ is {self.constant(function.__defaults__)}")
        for name, value in (function.__kwdefaults__ or {}).items():
            self.require(f"{held}.__kwdefaults__[{name!r}] is {self.constant(value)}")

    def _fresh(self) -> int:
        self._names += 1
        return self._names - 1

    def _store(self, name: str, value: Any) -> str:
        self.constants[name] = value
        return name

    def _bound(self, place: str) -> tuple[str, str]:
        """A name for a place that takes work to reach, and the expression that binds it at its first use."""
        if place.isidentifier():
            return place, place
        name = f"{self.prefix}v{self._fresh()}"
        return name, f"({name} := {place})"

    def _is(self, place: str, kind: type) -> str:
        """Require the exact class; returns the name under which the place is known from here on."""
        name, first = self._bound(place)
        spelled = kind.__name__ if kind in (float, int, complex) else self.constant(kind)
        if kind in (float, int, complex):
            self.constants[f"{self.prefix}{spelled}"] = kind
            spelled = f"{self.prefix}{spelled}"
        self.lines.append(f"type({first}) is {spelled}")
        return name

    def _fallback(self, place: str, fact: Fact, path: str) -> None:
        self.require(f"{self.prefix}fits({place}, {self.constant(fact)}, {path!r})")

    def _num(self, place: str, fact: Num, path: str) -> None:
        if fact.dtype is None or fact.box == "any" or fact.maybe_complex:
            self._fallback(place, fact, path)
        elif fact.box == "array":
            self._array(place, fact)
        elif isinstance(fact.value, bool):
            self.require(f"{place} is {fact.value}")
        else:
            name = self._is(place, _python_type(fact.dtype) if fact.box == "py" else fact.dtype.type)
            if fact.value is not None:
                self.require(f"{name} == {fact.value!r}")
            elif fact.length is not None and fact.length.some:
                self.require(f"{name} > 0")

    def _array(self, place: str, fact: Num) -> None:
        name = self._is(place, np.ndarray)
        dtype = self.constant(fact.dtype)
        self.require(f"({name}.dtype is {dtype} or {name}.dtype == {dtype})")
        if fact.shape is not None:
            self._shape(name, fact.shape)

    def _shape(self, name: str, dims: tuple[Dim, ...]) -> None:
        if not dims or not any(d.not_one or d.symbol is None for d in dims):
            self.require(f"{name}.ndim == {len(dims)}")
            return
        shape = f"{self.prefix}v{self._fresh()}"
        self.require(f"len({shape} := {name}.shape) == {len(dims)}")
        if all(d.not_one and d.symbol and not d.some for d in dims):
            self.require(f"1 not in {shape}")
            return
        if all(d.not_one and d.symbol and d.some for d in dims):
            self.require(f"min({shape}) > 1")
            return
        for axis, dim in enumerate(dims):
            self._axis(f"{shape}[{axis}]", dim)

    def _axis(self, place: str, dim: Dim) -> None:
        if dim.symbol is None:
            self.require(f"{place} == {dim.offset}")
        elif dim.not_one:
            self.require(f"{place} > 1" if dim.some else f"{place} != 1")

    def _static(self, place: str, fact: Static, path: str) -> None:
        value = fact.value
        if value is None:
            self.require(f"{place} is None")
        elif isinstance(value, str | bytes | slice | np.dtype):
            self.require(f"{self._is(place, type(value))} == {self.constant(value)}")
        elif isinstance(value, types.FunctionType):
            self.identity(place, value)
        else:
            self.require(f"{place} is {self.constant(value)}")

    def _function(self, place: str, fact: FunctionFact, path: str) -> None:
        if fact.bound is None:
            self.identity(place, fact.function)
            return
        name = self._is(place, types.MethodType)
        self.identity(f"{name}.__func__", fact.function)
        self.add(f"{name}.__self__", fact.bound, path + ".__self__")

    def _range(self, place: str, fact: RangeFact, path: str) -> None:
        self._is(place, range)

    def _opaque(self, place: str, fact: Opaque, path: str) -> None:
        self.require(f"{self.prefix}opaque({place})")

    def _seq(self, place: str, fact: Seq, path: str) -> None:
        name = self._is(place, {"list": list, "tuple": tuple}[fact.kind])
        if fact.items is not None:
            self.require(f"len({name}) == {len(fact.items)}")
            for i, item in enumerate(fact.items):
                self.add(f"{name}[{i}]", item, f"{path}[{i}]")
            return
        self.require(f"len({name}) > {MOST_ITEMS if fact.kind == 'tuple' else 0}")
        self.require(f"{self._loop(fact.element, path + '[]')}({name})")

    def _loop(self, element: Fact, path: str) -> str:
        """A function of the guard's that checks every item of a list."""
        inner = Terms(f"{self.prefix}{self._fresh()}_", self.attributes_read, self.watched)
        item = f"{inner.prefix}item"
        inner.add(item, element, path)
        self.constants |= inner.constants
        name = f"{inner.prefix}each"
        body = f"    for {item} in items:\n        if not ({inner.text}):\n            return False\n    return True\n"
        self.helpers += [*inner.helpers, f"def {name}(items):\n{body}"]
        return name

    def _record(self, place: str, fact: Record, path: str) -> None:
        name = self._is(place, fact.cls)
        if fact.kind == "object":
            self._object(name, fact, path)
        elif fact.kind == "namedtuple":
            for i, (key, slot) in enumerate(fact.slots):
                self.add(f"{name}[{i}]", slot, f"{path}.{key}")
        else:
            self._dict(name, fact, path)

    def _dict(self, name: str, fact: Record, path: str) -> None:
        keys = tuple(key for key, _ in fact.slots)
        self.require(f"{self.prefix}tuple({name}) == {keys!r}")
        self.constants[f"{self.prefix}tuple"] = tuple
        if any(type(key) is not str for key in keys):
            self.require(f"{self.prefix}keys({name}) == {self.constant(tuple(map(type, keys)))}")
            self.constants[f"{self.prefix}keys"] = key_types
        for key, slot in fact.slots:
            self.add(f"{name}[{key!r}]", slot, f"{path}[{key!r}]")

    def _object(self, name: str, fact: Record, path: str) -> None:
        """Only what the generated code reads counts, unless the gradient has the structure of the whole object."""
        whole = any(path == w or path.startswith((f"{w}.", f"{w}[")) for w in self.watched)
        if whole:
            self.constants[f"{self.prefix}attributes"] = attributes
            self.constants[f"{self.prefix}tuple"] = tuple
            names = tuple(key for key, _ in fact.slots)
            self.require(f"{self.prefix}tuple({self.prefix}attributes({name})) == {names!r}")
        for key, slot in fact.slots:
            if whole or key in self.attributes_read:
                self.add(f"{name}.{key}", slot, f"{path}.{key}")
        for key in sorted(self.attributes_read - {key for key, _ in fact.slots}):
            self._class_attribute(name, fact.cls, key)

    def _class_attribute(self, name: str, cls: type, key: str) -> None:
        """A method or class variable: still the same one, and not hidden by an attribute of the object itself."""
        held = class_attribute(cls, key)
        if isinstance(held, types.FunctionType):
            self.require(f"{self.constant(cls)}.{key} is {self.constant(held)}")
            self._body(held)
            if cls.__dictoffset__:
                self.require(f"{key!r} not in {name}.__dict__")
        elif held is not None:
            self.constants[f"{self.prefix}class_attribute"] = class_attribute
            self.require(f"{self.prefix}class_attribute({self.constant(cls)}, {key!r}) is {self.constant(held)}")

    @property
    def text(self) -> str:
        """All conditions as one expression."""
        return " and ".join(self.lines) or "True"


def _python_type(dtype: np.dtype[Any]) -> type:
    return {"b": bool, "i": int, "f": float, "c": complex}[dtype.kind]


_OPAQUE: set[type] = set()


def is_opaque(value: Any) -> bool:
    """True for a value of which nothing is known."""
    kind = type(value)
    if kind in _OPAQUE:
        return True
    if always_opaque(kind):
        _OPAQUE.add(kind)
        return True
    return isinstance(describe(value, ""), Opaque)


def lookup(guard: GlobalGuard, terms: Terms) -> None:
    """Require that a global, closure variable or attribute is still what the generated text relies on."""
    place, value = _root(guard.home, guard.path[0], terms)
    for name in guard.path[1:]:
        place, value = _below(place, value, name)
    if isinstance(guard.fact, FunctionFact) and guard.fact.bound is None:
        meant = guard.fact.function is value or guard.fact.function is getattr(value, "primal", value)
        terms.identity(place, value if meant else guard.fact)
    else:
        terms.add(place, guard.fact, ".".join(guard.path))


def _below(place: str, value: Any, name: str) -> tuple[str, Any]:
    if isinstance(value, dict):
        return f"{place}[{name!r}]", value[name]
    return f"{place}.{name}", getattr(value, name)


def _root(home: types.FunctionType, name: str, terms: Terms) -> tuple[str, Any]:
    """Where Python itself would look the name up: closure, globals, builtins."""
    if name in home.__code__.co_freevars:
        assert home.__closure__ is not None
        cell = home.__closure__[home.__code__.co_freevars.index(name)]
        return f"{terms.constant(cell)}.cell_contents", cell.cell_contents
    scope = terms.constant(home.__globals__)
    if name in home.__globals__:
        return f"{scope}[{name!r}]", home.__globals__[name]
    terms.require(f"{name!r} not in {scope}")
    function: Any = home
    builtins: Any = function.__builtins__
    return f"{terms.constant(builtins)}[{name!r}]", builtins[name]
